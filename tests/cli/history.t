# What was done here.
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

$ nettunectl history
...

$ nettunectl -q apply ./p.conf; nettunectl -q rollback; nettunectl history
TXN  STARTED  .*STATE (re)
1    [-0-9]+ [:0-9]+  apply ./p.conf  -      2 of 2   .* ms +rolled back (re)
2    [-0-9]+ [:0-9]+  rollback 1      -      2 of 2   .* ms +committed (re)

$ nettunectl --json history | $ROOT/tests/cli/validate.py
