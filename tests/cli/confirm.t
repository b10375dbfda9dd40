# Keeping, or not, what was applied on trial; what a guardian does is tested by tests/net/30_confirm.sh.
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

$ nettunectl confirm
nettunectl: no transaction awaits confirmation
? 2

$ nettunectl confirm 17
nettunectl: transaction 17: not one that has to be confirmed; see nettunectl history
? 2

$ nettunectl confirm tomorrow
nettunectl: tomorrow: not the number of a transaction
? 2

$ nettunectl apply --confirm 0 ./p.conf
nettunectl: --confirm 0: must be seconds from 1 to 86400
? 2

$ nettunectl apply --confirm 5m ./p.conf
nettunectl: --confirm 5m: must be seconds from 1 to 86400
? 2

$ nettunectl apply --confirm 600 ./p.conf
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_fin_timeout     60      15     applied
host    net.ipv4.tcp_keepalive_time  7200    600    applied
2 applied
transaction 1 awaits confirmation: 2 writes in .* ms, (user|kernel) backend, guarded by a (process|systemd service) (re)
keep it with 'nettunectl confirm 1' within 600 s, or everything is returned

$ nettunectl apply ./p.conf
nettunectl: transaction 1 awaits confirmation, [0-9]+ s left: keep it with 'nettunectl confirm 1', or take it back with 'nettunectl rollback 1' (re)
? 8

$ nettunectl --json status | tee out | $ROOT/tests/cli/validate.py; grep -c '"guardian"' out
1

$ nettunectl history
TXN  STARTED  .* (re)
1    .*  2 of 2   .*  awaiting-confirm, [0-9]+ s left (re)

$ nettunectl recover
transaction 1 awaits confirmation, [0-9]+ s left (re)

$ nettunectl confirm --extend 900
transaction 1 awaits confirmation for [0-9]+ s more (re)

$ nettunectl confirm --extend 0
nettunectl: --extend 0: must be seconds from 1 to 86400
? 2

$ nettunectl --json confirm | tee out | $ROOT/tests/cli/validate.py; grep '"state"' out
  "state": "committed",

# Again does no harm.
$ nettunectl confirm 1
transaction 1 is confirmed

$ nettunectl -q revert; nettunectl --json apply --confirm 600 ./p.conf | tee out | $ROOT/tests/cli/validate.py; grep '"state"' out
  "state": "awaiting-confirm",

$ nettunectl rollback
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_fin_timeout     60      60     undone
host    net.ipv4.tcp_keepalive_time  7200    7200   undone
transaction 3 was rolled back: 2 values returned

$ nettunectl confirm
nettunectl: transaction 3: too late, it is undone: it was rolled back
? 1

$ nettunectl --json history | $ROOT/tests/cli/validate.py

# Nothing to change needs no confirmation.
$ nettunectl -q apply ./p.conf; nettunectl apply --confirm 600 ./p.conf
2 compliant
0 writes: the host already is as wanted

$ nettunectl -q revert; sysctl -n net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time
60
7200
