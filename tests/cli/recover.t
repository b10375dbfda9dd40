# After a transaction that was cut off; what really is, tests/net/22_killed.sh does.
needs root

$ nettunectl recover
nothing to recover: every transaction ended

$ nettunectl --json recover | $ROOT/tests/cli/validate.py

# A journal that cannot be read is named, not skipped.
$ mkdir -p "$STATE/journal"; echo garbage >"$STATE/journal/000001.journal"; nettunectl recover
nettunectl: .*000001.journal.* (re)
? 2
