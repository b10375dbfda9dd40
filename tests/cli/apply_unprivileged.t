# Without root, what writes is refused before anything is looked at; what reads works.
needs unprivileged

$ nettunectl apply server
nettunectl: apply server: changes the host, which needs root; try sudo
? 7

$ nettunectl apply ./missing.conf
nettunectl: apply ./missing.conf: changes the host, which needs root; try sudo
? 7

$ nettunectl rollback
nettunectl: rollback: changes the host, which needs root; try sudo
? 7

$ nettunectl revert
nettunectl: revert: changes the host, which needs root; try sudo
? 7

$ nettunectl recover
nettunectl: recover: changes the host, which needs root; try sudo
? 7

$ nettunectl recover --set-aside
nettunectl: recover: changes the host, which needs root; try sudo
? 7

$ nettunectl --json apply server
nettunectl: apply server: changes the host, which needs root; try sudo
? 7

$ nettunectl status
nothing applied

$ nettunectl history
no transactions yet

$ nettunectl -q plan server

$ ls -A "$NETTUNE_STATE_DIR"
