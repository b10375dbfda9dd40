# After a crash. tests/net kills apply at every system call; here is what recover says.
needs netns

$ nettunectl recover
nothing to recover: every transaction ended

$ nettunectl --json recover
{
  "schema": "nettune.recover/1",
  "txn": 0,
  "changes": 0,
  "foreign": 0,
  "failed": 0,
  "awaiting": 0,
  "guarded_anew": false,
  "elsewhere": 0,
  "gone": 0
}

$ nettunectl -q recover

# A journal without its end, as a crash leaves it.
$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\n' > p.conf; nettunectl -q apply ./p.conf
> j="$NETTUNE_STATE_DIR/journal/000001.journal"; head -c -20 "$j" > cut; cat cut > "$j"
> nettunectl status | head -n 1; nettunectl recover; cat /proc/sys/net/ipv4/tcp_retries1
transaction 1 was cut off: run 'nettunectl recover'
transaction 1 had been cut off: the old state is back, 1 value returned
3

# Any verb that writes does the same first.
$ nettunectl -q apply ./p.conf
> j="$NETTUNE_STATE_DIR/journal/000002.journal"; head -c -20 "$j" > cut; cat cut > "$j"
> nettunectl -q apply ./p.conf; cat /proc/sys/net/ipv4/tcp_retries1
nettunectl: transaction 2 had been cut off; its values were returned first
4

# A damaged one is nobody's to guess at.
$ j="$NETTUNE_STATE_DIR/journal/000003.journal"; sed -i '1s/./X/' "$j"; nettunectl recover
nettunectl: $STATE/journal/000003.journal:1: wrong checksum; 'nettunectl recover --set-aside' moves a damaged journal out of the way
? 2

$ nettunectl status
nettunectl: $STATE/journal/000003.journal:1: wrong checksum; 'nettunectl recover --set-aside' moves a damaged journal out of the way
? 2

$ nettunectl recover --set-aside; ls "$NETTUNE_STATE_DIR/journal"
nettunectl: $STATE/journal/000003.journal:1: wrong checksum; 'nettunectl recover --set-aside' moves a damaged journal out of the way
nettunectl: set aside as 000003.journal.damaged; the lines of it that are whole name the values to return by hand ("seen")
nothing else to recover
000001.journal
000002.journal
000003.journal.damaged

$ nettunectl recover everything
nettunectl: recover: too many arguments (everything); see nettunectl recover --help
? 2
