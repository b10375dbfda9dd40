# What nettunectl capture prints: everything that is known, but for addresses.
needs netns

$ ip link add veth0 address 02:12:34:56:78:9a type veth peer name veth1
> ip link set veth0 up; ip address add 192.0.2.7/24 dev veth0; ip route add default via 192.0.2.1

$ nettunectl capture > host.json && $NETTUNE_ROOT/tests/cli/validate.py < host.json

# The device is there, its addresses and those of its route are not.
$ grep -c '"name": "veth0"' host.json
2
$ grep -E '02:12:34|192\.0\.2' host.json
? 1
$ grep -oE 'has the default route.*' host.json
has the default route via xxx.x.x.x"
has the default route via xxx.x.x.x"

$ nettunectl capture --full | grep -oE '02:12:34:56:78:9a|via 192.0.2.1' | sort | uniq -c
      1 02:12:34:56:78:9a
      2 via 192.0.2.1

# It can be planned from, and is the same with --json.
$ nettunectl -q plan --facts host.json server
$ nettunectl --json capture | grep -c nettune.facts/1
1

$ nettunectl capture all
nettunectl: capture: too many arguments (all); see nettunectl capture --help
? 2

