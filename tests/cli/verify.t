# Does the host comply?
needs netns

$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_synack_retries >= 5\n' > p.conf
> nettunectl verify ./p.conf
TARGET  TUNABLE                WANTED  NOW  RESULT
host    net.ipv4.tcp_retries1  4       3    differs
1 of 2 comply
? 4

$ nettunectl -v verify ./p.conf
TARGET  TUNABLE                      WANTED  NOW  RESULT
host    net.ipv4.tcp_retries1        4       3    differs
host    net.ipv4.tcp_synack_retries  5       5    compliant
1 of 2 comply
? 4

$ nettunectl -q verify ./p.conf
? 4

$ nettunectl -q apply ./p.conf; nettunectl verify ./p.conf
2 of 2 comply

# What this host cannot have does not count against it when it is preferred; no host has this odd value already.
$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\nnet.core.rmem_max = 16777213\n' > q.conf
> nettunectl verify ./q.conf
TARGET .* (re)
host    net.core.rmem_max  16777213  .* (absent|immutable) (re)
1 of 2 comply, 1 cannot be had here and is not required

# Unless it is required.
$ sed -i '1a OnUnsupported=require' q.conf; nettunectl verify ./q.conf
TARGET .* (re)
host    net.core.rmem_max  16777213  .* (absent|immutable) (re)
  net.core.rmem_max: apply it in the initial network namespace, .* (re)
1 of 2 comply
? 4

$ nettunectl verify ./p.conf ./missing.conf
nettunectl: ./missing.conf: No such file or directory
? 2

$ nettunectl verify
nettunectl: verify: needs PROFILE...; see nettunectl verify --help
? 2

# One that is not for this host is left out; with nothing left that is no compliance.
$ printf '[Match]\nKernel>=99\n[Sysctl]\nnet.ipv4.tcp_retries1 = 4\n' > new.conf; nettunectl verify ./p.conf ./new.conf
left out: new: ./new.conf:2: Kernel>=99 does not hold here
2 of 2 comply

$ nettunectl verify ./new.conf
left out: new: ./new.conf:2: Kernel>=99 does not hold here
? 6

# What came to nothing is said, and is no compliance.
$ printf '[Device "zz*"]\nMtu=9000\n' > zz.conf; nettunectl verify ./zz.conf
note: ./zz.conf:2: no device here is called like "zz*"
nothing was checked

$ nettunectl verify ./p.conf ./zz.conf
note: ./zz.conf:2: no device here is called like "zz*"
2 of 2 comply

$ nettunectl --json verify ./zz.conf | tee zz.json | $NETTUNE_ROOT/tests/cli/validate.py; grep -A 1 notes zz.json
  "notes": [
    "./zz.conf:2: no device here is called like \"zz*\""
