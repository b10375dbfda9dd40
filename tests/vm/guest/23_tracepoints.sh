#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tracepoints of system nettune are there, fire, and go with the module.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

tracefs=/sys/kernel/tracing
core=/proc/sys/net/core
[[ -d $tracefs/events ]] || skip "no tracefs"

module_load
for event in txn_begin txn_op txn_commit txn_undo; do
	[[ -d $tracefs/events/nettune/$event ]] || fail "no tracepoint $event"
done

echo 1 >$tracefs/events/nettune/enable
client 0 apply "$core/somaxconn=4321"
client 1 apply "$core/somaxconn=4322" "$core/netdev_max_backlog=x"
echo 0 >$tracefs/events/nettune/enable

SAID=$(cat $tracefs/trace)
said 'txn_begin: id=1 ops=1' 'txn_op: id=1 op=0 phase=2 error=0' \
	'txn_op: id=1 op=0 phase=3 error=0' 'txn_commit: id=1 written=1' \
	'txn_begin: id=2 ops=2' 'txn_op: id=2 op=1 phase=3 error=-22' \
	'txn_op: id=2 op=0 phase=4 error=0' 'txn_undo: id=2 undone=2 failed=0'

rmmod nettune
[[ ! -d $tracefs/events/nettune ]] || fail "tracepoints outlive the module"
