# Taking back one transaction.
needs netns

$ nettunectl rollback
nothing to roll back: no transaction is in effect

$ nettunectl rollback 1
nettunectl: transaction 1: there is none; see nettunectl history
? 2

$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_synack_retries = 6\n' > p.conf
> nettunectl -q apply ./p.conf; nettunectl rollback
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1        4       3      applied
host    net.ipv4.tcp_synack_retries  6       5      applied
2 applied
transaction 2 committed: 2 writes in .* ms, (user|kernel) backend (re)

$ cat /proc/sys/net/ipv4/tcp_retries1 /proc/sys/net/ipv4/tcp_synack_retries
3
5

# Not a second time.
$ nettunectl rollback 1
nettunectl: transaction 1: nothing of it is in effect any more; see nettunectl history
? 2

$ nettunectl rollback one
nettunectl: transaction one: there is none; see nettunectl history
? 2

$ nettunectl rollback 99999999999999999999
nettunectl: transaction 99999999999999999999: there is none; see nettunectl history
? 2

$ nettunectl rollback -- -1
nettunectl: transaction -1: there is none; see nettunectl history
? 2

# A value that somebody else set since is left alone, unless --force says otherwise.
$ nettunectl -q apply ./p.conf; echo 9 > /proc/sys/net/ipv4/tcp_retries1; nettunectl rollback
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1        9       9      blocked
host    net.ipv4.tcp_synack_retries  6       5      applied
  net.ipv4.tcp_retries1 [blocked]
      remedy: somebody else set it to 9 since transaction 3 set it to 4; --force
      overwrites that
1 blocked, 1 applied
transaction 4 committed: 1 write in .* ms, (user|kernel) backend (re)
? 5

$ nettunectl rollback
nothing to roll back: what is not as it was, somebody else has set since; --force returns that too

$ nettunectl -q rollback --force; cat /proc/sys/net/ipv4/tcp_retries1
3

# What a later transaction set again stays.
$ nettunectl -q apply ./p.conf; sed -i 's/= 4/= 5/' p.conf; nettunectl -q apply ./p.conf
> nettunectl -q rollback 6; cat /proc/sys/net/ipv4/tcp_retries1
5
