# As if nettune had never been here.
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

$ nettunectl revert
nothing to revert: nettune has changed nothing here

# Several transactions are undone as one, to the values before the first.
$ nettunectl -q apply ./p.conf; sed -i s/15s/25s/ p.conf; nettunectl -q apply ./p.conf; sysctl -n net.ipv4.tcp_fin_timeout
25

$ nettunectl revert
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_fin_timeout     25      60     applied
host    net.ipv4.tcp_keepalive_time  600     7200   applied
2 applied
transaction 3 committed: 2 writes in .* ms, (user|kernel) backend (re)

$ sysctl -n net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time
60
7200
