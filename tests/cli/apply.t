# Applying for real, in a namespace of our own, with an empty state folder.
needs netns

$ printf '[Sysctl]\n# Doubt a route later.\nnet.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_synack_retries >= 6\n' > p.conf
> nettunectl plan --exit-code ./p.conf
host
  net.ipv4.tcp_retries1: 3 -> 4
      Doubt a route later.
  net.ipv4.tcp_synack_retries: 5 -> 6
      how often a SYN-ACK is sent again
2 planned
? 4

$ nettunectl apply ./p.conf
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1        3       4      applied
host    net.ipv4.tcp_synack_retries  5       6      applied
2 applied
transaction 1 committed: 2 writes in .* ms, (user|kernel) backend (re)
undo with 'nettunectl rollback 1', or everything with 'nettunectl revert'

$ cat /proc/sys/net/ipv4/tcp_retries1 /proc/sys/net/ipv4/tcp_synack_retries
4
6

$ nettunectl plan --exit-code ./p.conf
2 compliant

# A second time nothing is written, and no transaction is made.
$ nettunectl apply ./p.conf
2 compliant
0 writes: the host already is as wanted

$ nettunectl -v apply ./p.conf
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1        4       4      compliant
host    net.ipv4.tcp_synack_retries  6       6      compliant
2 compliant
0 writes: the host already is as wanted

# With nothing to look at, nothing is as wanted.
$ printf '[Device "lo"]\nMtu=1400\n' > lo.conf; nettunectl apply ./lo.conf
note: ./lo.conf:2: the loopback device is not tuned
nothing to do
0 writes: nothing here is asked for

$ nettunectl -q apply ./p.conf; ls "$NETTUNE_STATE_DIR/journal"
000001.journal

# One line edited: one value written.
$ sed -i 's/= 4/= 5/' p.conf; nettunectl apply ./p.conf
TARGET  TUNABLE                BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1  4       5      applied
1 compliant, 1 applied
transaction 2 committed: 1 write in .* ms, (user|kernel) backend (re)
undo with 'nettunectl rollback 2', or everything with 'nettunectl revert'

# What cannot be had here is left out; when it is required, nothing is done.
$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 6\nnet.core.rmem_max = 16777213\n' > q.conf
> nettunectl apply ./q.conf
TARGET .* (re)
host    net.ipv4.tcp_retries1  5 +6 +applied (re)
host    net.core.rmem_max .* (absent|immutable) (re)
  net.core.rmem_max .(absent|immutable). (re)
      remedy: apply it in the initial network namespace, .* (re)
1 (absent|immutable), 1 applied (re)
transaction 3 committed: 1 write in .* ms, (user|kernel) backend (re)
undo with 'nettunectl rollback 3', or everything with 'nettunectl revert'

$ printf '[Sysctl]\nOnUnsupported=require\nnet.ipv4.tcp_retries1 = 7\nnet.core.rmem_max = 16777213\n' > r.conf
> nettunectl apply ./r.conf
nettunectl: net.core.rmem_max: required by ./r.conf:4, but (absent|immutable): apply it in the initial network namespace, .*; nothing was changed (re)
? 6

# Required, but a safety rule is in the way: refused.
$ printf '[Sysctl]\nOnUnsupported=require\nnet.ipv4.tcp_retries1 = 7\nnet.ipv4.tcp_congestion_control = nonesuch\n' > s.conf
> nettunectl apply ./s.conf
nettunectl: net.ipv4.tcp_congestion_control: required by ./s.conf:4, but blocked: .*; nothing was changed (re)
? 3

$ cat /proc/sys/net/ipv4/tcp_retries1
6

# Bad input changes nothing.
$ nettunectl apply ./p.conf ./q.conf
nettunectl: ./q.conf:2:1: net.ipv4.tcp_retries1 = 6 conflicts with = 5 at ./p.conf:3:1
? 2

$ nettunectl apply nosuchprofile
nettunectl: profile nosuchprofile not found in $ROOT/profiles, $CONFIG/profiles, $INSTALLED/profiles; see nettunectl profile list
? 2

$ nettunectl apply
nettunectl: apply: needs PROFILE... or --plan FILE; see nettunectl apply --help
? 2

$ cat /proc/sys/net/ipv4/tcp_retries1; ls "$NETTUNE_STATE_DIR/journal"
6
000001.journal
000002.journal
000003.journal

# Output that goes nowhere: what was done stays done, and is in effect.
$ nettunectl apply ./p.conf >/dev/full
nettunectl: the output is incomplete: No space left on device; what was done stays done
? 1

$ nettunectl apply ./p.conf
2 compliant
0 writes: the host already is as wanted

$ sed -i 's/= 5/= 8/' p.conf; nettunectl apply ./p.conf <&- >&- 2>&-; nettunectl -q status; cut -c 1-4 "$NETTUNE_STATE_DIR/lock"
pid 

# All of it refused, by kernels that know no 5: then nothing is claimed, and no undo offered.
$ printf '[Sysctl]\nnet.ipv4.tcp_ecn = 5\n' > ecn.conf; nettunectl apply ./ecn.conf > out; code=$?
> if [ "$(cat /proc/sys/net/ipv4/tcp_ecn)" = 5 ]; then echo 'taken, 5'; else grep -e transaction -e undo out | sed "s/$/, $code/"; fi
(transaction [0-9]+: nothing took effect, and there is nothing to undo, 5|taken, 5) (re)
