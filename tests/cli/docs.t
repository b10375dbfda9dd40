# What documents show is what tests compile and run.
$ sed -n '/^```c$/,/^```$/p' $NETTUNE_ROOT/docs/busy-poll.md | sed '1d;$d' | cmp - $NETTUNE_ROOT/tests/examples/busy_poll.c
