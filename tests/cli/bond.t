# Bonds: words that are wrong, and devices that are none. What works needs a kernel with bonding.
needs netns

$ nettunectl bond
nettunectl: bond: needs create|enable|disable|status|watch|check|run|export BOND; see nettunectl bond --help
? 2

$ nettunectl bond statsu bond0
nettunectl: bond: unknown verb statsu, did you mean status; see nettunectl bond --help
? 2

$ nettunectl bond check
nettunectl: bond check: needs BOND; see nettunectl bond check --help
? 2

# Each verb has a help of its own, with its options and no others.
$ for verb in create enable disable status watch check run export; do nettunectl bond $verb --help | head -n 1; done
nettunectl bond create BOND [--confirm SEC]
nettunectl bond enable BOND [--confirm SEC] [--nft] [--macs N] [--preferred PORT] [--allow-disruptive]
nettunectl bond disable BOND [--confirm SEC]
nettunectl bond status BOND
nettunectl bond watch BOND
nettunectl bond check BOND
nettunectl bond run BOND
nettunectl bond export BOND [--networkmanager] [--networkd]

$ nettunectl bond export --help
nettunectl bond export BOND [--networkmanager] [--networkd]
<empty>
Prints the bond for who configures your network, with what that does not cover.
Needs one of its two options.
<empty>
<empty>
Options:
  --networkmanager              as a keyfile
  --networkd                    as .netdev and .network units
<empty>
Options of every command (also -v, -q, -h):
...

$ for words in "help bond run" "--help bond run" "bond run --help" "bond -h run" "bond --help --macs 64 run bond0 --bogus"; do nettunectl $words | cksum; done | uniq | wc -l
1

$ for words in "bond" "bond frobnicate"; do nettunectl $words --help | cksum; done | uniq | wc -l
1

$ nettunectl bond --help
nettunectl bond create|enable|disable|status|watch|check|run|export BOND
...
Verbs, of which nettunectl bond VERB --help tells more:
  create      make a bond that is fit for balance-slb
  enable      let each frame in once
...

$ nettunectl bond status bond0 --nft
nettunectl: bond status: takes no --nft
? 2

$ nettunectl bond disable bond0 --allow-disruptive
nettunectl: bond disable: takes no --allow-disruptive
? 2

# Which of both depends on the kernel; so does the exit code.
$ for verb in enable disable status watch check run 'export --networkd'; do nettunectl bond $verb bond7; r=$?; [ $r = 2 ] || [ $r = 6 ] || echo "exit code $r"; done
nettunectl: bond7: (there is no such bond|this kernel has no bonding, nor a module for it) (re)
nettunectl: bond7: (there is no such bond|this kernel has no bonding, nor a module for it) (re)
nettunectl: bond7: (there is no such bond|this kernel has no bonding, nor a module for it) (re)
nettunectl: bond7: (there is no such bond|this kernel has no bonding, nor a module for it) (re)
nettunectl: bond7: (there is no such bond|this kernel has no bonding, nor a module for it) (re)
nettunectl: bond7: (there is no such bond|this kernel has no bonding, nor a module for it) (re)
nettunectl: bond7: (there is no such bond|this kernel has no bonding, nor a module for it) (re)

$ nettunectl bond status lo; nettunectl bond export lo --networkd
nettunectl: lo: is no bond
nettunectl: lo: is no bond
? 6

$ nettunectl bond export lo; nettunectl bond export lo --networkd --networkmanager
nettunectl: bond export: needs one of --networkmanager and --networkd
nettunectl: bond export: needs one of --networkmanager and --networkd
? 2

# A profile's section; the bond is not there, so nothing is asked of the kernel.
$ printf '[Bond "nt0"]\nMode=balance-xor\nXmitHashPolicy=vlan+srcmac\nSlb=on\n' > bond.conf; nettunectl plan ./bond.conf
...
.*absent.* (re)
...

$ printf '[Bond "nt*"]\nCreate=balance-slb\n' > pattern.conf; nettunectl profile check ./pattern.conf
nettunectl: ./pattern.conf:2:1: Create: [Bond "nt*"] is a pattern, and one bond is made
? 2

$ printf '[Bond ".."]\nCreate=balance-slb\n' > dots.conf; nettunectl profile check ./dots.conf
nettunectl: ./dots.conf:2:1: Create: [Bond ".."]: no device can have this name
? 2

# Names that no device can have, before any transaction.
$ for name in abcdefghijklmnop a/b 'a b' a:b bond%d .. bonding_masters; do nettunectl bond create "$name"; done
nettunectl: bond create abcdefghijklmnop: names of devices have 15 characters at most
nettunectl: bond create a/b: names of devices have neither blanks nor slashes nor colons
nettunectl: bond create a b: names of devices have neither blanks nor slashes nor colons
nettunectl: bond create a:b: names of devices have neither blanks nor slashes nor colons
nettunectl: bond create bond%d: the kernel takes '%' for a number of its choice
nettunectl: bond create ..: no device can have this name
nettunectl: bond create bonding_masters: no device can have this name
? 2

$ printf '[Bond "nt0"]\nSlb=on macs:1000\n' > macs.conf; nettunectl profile check ./macs.conf
nettunectl: ./macs.conf:2:13: Slb: macs takes a power of two
? 2

# All that is asked for here is required: what cannot be had is no success.
$ ip link add d0 type veth peer name d1; nettunectl bond create d0
nettunectl: bond: required by the command line:1, but absent: the device is no bond; nothing was changed
? 6
