# On a host, or a network namespace, that may be changed.
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

$ nettunectl plan --exit-code ./p.conf
host
  net.ipv4.tcp_fin_timeout: 60 -> 15
      Frees orphans sooner.
  net.ipv4.tcp_keepalive_time: 7200 -> 600
...
2 planned
? 4

$ nettunectl apply ./p.conf
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_fin_timeout     60      15     applied
host    net.ipv4.tcp_keepalive_time  7200    600    applied
2 applied
transaction 1 committed: 2 writes in .* ms, (user|kernel) backend (re)
undo with 'nettunectl rollback 1', or everything with 'nettunectl revert'

$ sysctl -n net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time
15
600

# Again: nothing to do, nothing done.
$ nettunectl plan --exit-code ./p.conf
2 compliant

$ nettunectl apply ./p.conf
2 compliant
0 writes: the host already is as wanted

# One line edited, one value written.
$ sed -i s/10min/20min/ p.conf; nettunectl --json apply ./p.conf | tee out | $ROOT/tests/cli/validate.py; grep '"writes"' out
  "writes": 1,? (re)

# One that is required can't be had: the other is not written either.
$ printf '[Profile]\nOnUnsupported=require\n[Sysctl]\nnet.ipv4.tcp_fin_timeout = 20\nnet.ipv4.tcp_congestion_control = nonesuch\n' >bad.conf
$ nettunectl apply ./bad.conf >out 2>&1 || grep -o 'nothing was changed' out
nothing was changed

$ sysctl -n net.ipv4.tcp_fin_timeout
15

$ nettunectl -q revert; sysctl -n net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time
60
7200
