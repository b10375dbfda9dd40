# What boot applies: refusals. The whole cycle, with boots, is in tests/net.
needs netns

$ nettunectl enable
nettunectl: enable: needs PROFILE...; see nettunectl enable --help
? 2

$ nettunectl enable nosuch; nettunectl --netns none enable nosuch
nettunectl: profile nosuch not found in $ROOT/profiles, $CONFIG/profiles, $INSTALLED/profiles; see nettunectl profile list
nettunectl: /run/netns/none: No such file or directory
? 2

# By name only, and only what is in effect.
$ mkdir -p "$NETTUNE_CONFIG_DIR/profiles"; chmod 755 "$NETTUNE_CONFIG_DIR" "$NETTUNE_CONFIG_DIR/profiles"
> printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\n' > "$NETTUNE_CONFIG_DIR/profiles/p.conf"
> nettunectl enable "$NETTUNE_CONFIG_DIR/profiles/p.conf"
nettunectl: $CONFIG/profiles/p.conf: boot finds profiles by name only; put it into /etc/nettune/profiles, apply it by its name, and enable that
? 2

$ nettunectl enable p; ls "$NETTUNE_CONFIG_DIR"
nettunectl: net.ipv4.tcp_retries1: is 3, the profile wants 4: it is not applied; apply it, see whether the host is well with it, then enable it
profiles

$ nettunectl -q apply p; echo 9 > /proc/sys/net/ipv4/tcp_retries1; nettunectl enable p
nettunectl: net.ipv4.tcp_retries1: is 9, but 4 was applied: somebody else changed it (drift); apply it again, then enable it
? 3

$ sed -i 's/= 4/= 5/' "$NETTUNE_CONFIG_DIR/profiles/p.conf"; nettunectl enable p
nettunectl: net.ipv4.tcp_retries1: the profile wants 5, but transaction 1 set 4: the profile changed since, or it was another; apply it, then enable it
? 3

$ echo 'what is this' > "$NETTUNE_CONFIG_DIR/enabled"; nettunectl enable p
nettunectl: $CONFIG/enabled:1: neither the name of a profile nor --allow-disruptive
? 2

$ rm "$NETTUNE_CONFIG_DIR/enabled"; nettunectl -q apply --confirm 600 p; nettunectl enable p; nettunectl -q rollback
nettunectl: transaction 2 awaits confirmation, .* s left: keep it with 'nettunectl confirm 2', or take it back with 'nettunectl rollback 2' (re)

# A profile of which nothing is in effect, and what is not the namespace that boots.
$ nettunectl -q revert; printf '[Sysctl]\n' > "$NETTUNE_CONFIG_DIR/profiles/empty.conf"; nettunectl enable empty
nettunectl: empty: nothing of it is in effect on this host
? 3

$ umount /proc/1; nettunectl enable p; nettunectl boot; ls "$NETTUNE_CONFIG_DIR"
nettunectl: this is not the network namespace that the host boots in: namespaces are gone after a boot; what makes them again has to apply their profiles
nettunectl: this is not the network namespace that the host boots in: namespaces are gone after a boot; what makes them again has to apply their profiles
profiles
