# Taking back one transaction.
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

$ nettunectl rollback
nothing to roll back: no transaction is in effect

$ nettunectl rollback 17
nettunectl: .*17.* (re)
? 2

$ nettunectl rollback yesterday
nettunectl: .*yesterday.* (re)
? 2

$ nettunectl -q apply ./p.conf; nettunectl rollback
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_fin_timeout     15      60     applied
host    net.ipv4.tcp_keepalive_time  600     7200   applied
2 applied
transaction 2 committed: 2 writes in .* ms, (user|kernel) backend (re)

# What somebody else set since stays, unless one insists.
$ nettunectl -q apply ./p.conf; sysctl -qw net.ipv4.tcp_fin_timeout=33; nettunectl rollback
...
? 5

$ sysctl -n net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time
33
7200

$ nettunectl -q revert --force; sysctl -n net.ipv4.tcp_fin_timeout
60
