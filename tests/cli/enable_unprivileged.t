# Changing what boot does is root's; looking is not.
needs unprivileged

$ nettunectl enable server
nettunectl: enable: changes the host, which needs root; try sudo
? 7

$ nettunectl disable
nettunectl: disable: changes what boot does, which needs root; try sudo
? 7

$ nettunectl boot
nettunectl: boot: changes the host, which needs root
? 7

$ nettunectl status
nothing applied
