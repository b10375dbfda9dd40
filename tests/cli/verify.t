# Does the host comply?
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

$ nettunectl verify ./p.conf
TARGET  TUNABLE                      WANTED  NOW   RESULT
host    net.ipv4.tcp_fin_timeout     15      60    .* (re)
host    net.ipv4.tcp_keepalive_time  600     7200  .* (re)
0 of 2 comply
? 4

$ nettunectl -q verify ./p.conf
? 4

$ nettunectl -q apply ./p.conf; nettunectl verify ./p.conf
...
2 of 2 comply

$ nettunectl --json verify ./p.conf | $ROOT/tests/cli/validate.py

$ nettunectl -q revert
