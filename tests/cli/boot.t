# What the boot unit runs. Boots themselves are pretended in tests/net.
needs netns

$ nettunectl boot; nettunectl boot --settled; ls -A "$NETTUNE_STATE_DIR" | grep boot
nothing is enabled at boot
? 1

$ nettunectl --json boot | "$ROOT/tests/cli/validate.py"

$ mkdir -p "$NETTUNE_CONFIG_DIR/profiles"; chmod 755 "$NETTUNE_CONFIG_DIR" "$NETTUNE_CONFIG_DIR/profiles"
> printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\n' > "$NETTUNE_CONFIG_DIR/profiles/p.conf"
> echo p > "$NETTUNE_CONFIG_DIR/enabled"; nettunectl boot
TARGET  TUNABLE                BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1  3       4      applied
1 applied
transaction 1 committed: 1 write in .* ms, (user|kernel) backend (re)
undo with 'nettunectl rollback 1', or everything with 'nettunectl revert'

$ nettunectl boot; ls "$NETTUNE_STATE_DIR" | grep boot
1 compliant
0 writes: the host already is as wanted
boot-attempt

$ nettunectl revert
TARGET  TUNABLE                BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1  4       3      applied
1 applied
transaction 2 committed: 1 write in .* ms, (user|kernel) backend (re)
enabled, so it comes back at the next boot: p; 'nettunectl disable' ends that

$ echo another-boot > "$NETTUNE_STATE_DIR/boot-attempt"; nettunectl boot
nettunectl: an earlier boot ended while it applied what is enabled, or before it had settled, so nothing is applied now: see 'nettunectl history'; 'nettunectl apply' it, and 'nettunectl enable' it again
? 3

$ nettunectl boot --settled; nettunectl boot
nettunectl: an earlier boot .* nothing is applied now: .* (re)
? 3

# The other way out is to enable it again, or to disable it.
$ rm "$NETTUNE_CONFIG_DIR/enabled"; nettunectl disable; ls "$NETTUNE_STATE_DIR" | grep boot
nothing to do; nothing is enabled at boot
? 1

$ echo p > "$NETTUNE_CONFIG_DIR/enabled"; rm "$NETTUNE_CONFIG_DIR/profiles/p.conf"; nettunectl boot
nettunectl: profile p not found in $ROOT/profiles, $CONFIG/profiles, $INSTALLED/profiles; see nettunectl profile list
? 2

$ echo /etc/passwd > "$NETTUNE_CONFIG_DIR/enabled"; nettunectl boot
nettunectl: $CONFIG/enabled:1: neither the name of a profile nor --allow-disruptive
? 2

$ nettunectl --json boot --settled
nettunectl: $CONFIG/enabled:1: neither the name of a profile nor --allow-disruptive
? 2
