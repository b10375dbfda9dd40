# As if nettune had never been here.
needs netns

$ nettunectl revert
nothing to revert: nettune has changed nothing here

$ nettunectl -q revert

$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\n' > p.conf
> printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 5\nnet.ipv4.tcp_synack_retries = 6\n' > q.conf
> nettunectl -q apply ./p.conf; nettunectl -q apply ./q.conf; nettunectl revert
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_synack_retries  6       5      applied
host    net.ipv4.tcp_retries1        5       3      applied
2 applied
transaction 3 committed: 2 writes in .* ms, (user|kernel) backend (re)

$ cat /proc/sys/net/ipv4/tcp_retries1 /proc/sys/net/ipv4/tcp_synack_retries
3
5

$ nettunectl revert
nothing to revert: nettune has changed nothing here

$ nettunectl -q apply ./q.conf; echo 9 > /proc/sys/net/ipv4/tcp_retries1; nettunectl revert
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1        9       9      blocked
host    net.ipv4.tcp_synack_retries  6       5      applied
  net.ipv4.tcp_retries1 [blocked]
      remedy: somebody else set it to 9 since transaction 4 set it to 5; --force
      overwrites that
1 blocked, 1 applied
transaction 5 committed: 1 write in .* ms, (user|kernel) backend (re)
? 5

# They have been told; the rest was returned, and this is theirs.
$ nettunectl revert; nettunectl status
nothing to revert: what is not as it was, somebody else has set since; --force returns that too
nothing applied

$ nettunectl revert --force; cat /proc/sys/net/ipv4/tcp_retries1
TARGET  TUNABLE                BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1  9       3      applied
1 applied
transaction 6 committed: 1 write in .* ms, (user|kernel) backend (re)
3

$ nettunectl revert now
nettunectl: revert: too many arguments (now); see nettunectl revert --help
? 2
