# The values in effect, and who disturbed them.
needs guest

$ cat >p.conf <<END
> [Profile]
> Name=demo
> 
> [Sysctl]
> # Frees orphans sooner.
> net.ipv4.tcp_fin_timeout = 15s
> net.ipv4.tcp_keepalive_time = 10min
> END

$ sysctl -qw net.ipv4.tcp_fin_timeout=60 net.ipv4.tcp_keepalive_time=7200

$ nettunectl status
nothing applied

$ nettunectl -q apply ./p.conf; nettunectl status
TARGET  TUNABLE                      BEFORE  SET TO  NOW  TXN  STATE
host    net.ipv4.tcp_fin_timeout     60      15      15   1    in effect
host    net.ipv4.tcp_keepalive_time  7200    600     600  1    in effect
all 2 values are in effect

$ sysctl -qw net.ipv4.tcp_fin_timeout=33; nettunectl status
...
host    net.ipv4.tcp_fin_timeout     60      15      33   1    drift.* (re)
...
? 4

$ nettunectl --json status >out; echo $?; $ROOT/tests/cli/validate.py <out
4

$ nettunectl -q revert --force; nettunectl status
nothing applied
