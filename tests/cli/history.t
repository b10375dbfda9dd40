# The list of transactions.
needs netns

$ nettunectl history; ls -A "$NETTUNE_STATE_DIR"
no transactions yet

$ nettunectl --json history
{
  "schema": "nettune.history/1",
  "transactions": []
}

$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\n' > p.conf
> nettunectl -q apply ./p.conf; nettunectl -q rollback; sed -i 's/= 4/= 5/' p.conf; nettunectl -q apply ./p.conf
> nettunectl history
TXN  STARTED              WHAT            NETNS  CHANGES  TOOK +STATE (re)
1    [-0-9]+ [:0-9]+  apply ./p.conf  -      1 of 1   .* ms +rolled back (re)
2    [-0-9]+ [:0-9]+  rollback 1      -      1 of 1   .* ms +committed (re)
3    [-0-9]+ [:0-9]+  apply ./p.conf  -      1 of 1   .* ms +in effect (re)

$ nettunectl -q history

$ nettunectl --json history | grep -E '"(txn|kind|undoes|state|changes|applied)"' | tail -n 12
      "txn": 2,
      "kind": "rollback",
      "undoes": 1,
      "state": "committed",
      "changes": 1,
      "applied": 1,
      "txn": 3,
      "kind": "apply",
      "undoes": 0,
      "state": "in effect",
      "changes": 1,
      "applied": 1,

$ nettunectl -q revert; nettunectl history | tail -n 2
3    [-0-9]+ [:0-9]+  apply ./p.conf  -      1 of 1   .* ms +rolled back (re)
4    [-0-9]+ [:0-9]+  revert          -      1 of 1   .* ms +committed (re)

# What failed before its first write, for want of a guardian, was never in effect, nor undone.
$ mkdir "$NETTUNE_STATE_DIR/guardian.start"; nettunectl -q apply --confirm 9 ./p.conf 2>/dev/null; code=$?
> rmdir "$NETTUNE_STATE_DIR/guardian.start"; nettunectl history | tail -n 1; (exit $code)
5    [-0-9]+ [:0-9]+  apply ./p.conf  -      0 of 1   .* ms +nothing took effect (re)
? 1

# Nor what was refused, by kernels that know no 5; nor what had to be left to somebody else.
$ printf '[Sysctl]\nnet.ipv4.tcp_ecn = 5\n' > ecn.conf; nettunectl -q apply ./ecn.conf; nettunectl history | tail -n 1
6    [-0-9]+ [:0-9]+  apply ./ecn.conf  -      (0 of 1   .* ms +nothing took effect|1 of 1   .* ms +in effect) (re)

$ nettunectl -q apply ./p.conf; echo 9 > /proc/sys/net/ipv4/tcp_retries1; nettunectl -q rollback 7; nettunectl history | tail -n 1
8    [-0-9]+ [:0-9]+  rollback 7 +-      0 of 0   .* ms +nothing took effect (re)
