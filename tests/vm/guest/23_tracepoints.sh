#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tracepoints of system nettune are there, fire, and go with the module.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"

tracefs=/sys/kernel/tracing
core=/proc/sys/net/core
[[ -d $tracefs/events ]] || skip "no tracefs"

slb_begin
for event in txn_begin txn_op txn_commit txn_undo slb_active slb_drop slb_move; do
	[[ -d $tracefs/events/nettune/$event ]] || fail "no tracepoint $event"
done

echo 4000 >$core/somaxconn
echo 1 >$tracefs/events/nettune/enable
client 0 apply "$core/somaxconn=4321"
client 1 apply "$core/somaxconn=4322" "$core/netdev_max_backlog=x"
echo 0 >$tracefs/events/nettune/enable

SAID=$(cat $tracefs/trace)
said 'txn_begin: id=1 ops=1' 'txn_op: id=1 op=0 phase=2 error=0' \
	'txn_op: id=1 op=0 phase=3 error=0' 'txn_commit: id=1 written=1' \
	'txn_begin: id=2 ops=2' 'txn_op: id=2 op=1 phase=3 error=-22' \
	'txn_op: id=2 op=0 phase=4 error=0' 'txn_undo: id=2 undone=2 failed=0'

# A bond's first active port is told like every other; nobody was it before.
if [[ $("$CLIENT" cap) == *hooks=0x1* ]]; then
	build_bond
	echo >$tracefs/trace
	echo 1 >$tracefs/events/nettune/slb_active/enable
	slb enable bond0 >/dev/null
	ip -n sw link set s0 down
	active_is() { [[ $(value active) == "$1" ]]; }
	within 10 active_is p1
	slb disable bond0 >/dev/null
	echo 0 >$tracefs/events/nettune/slb_active/enable
	SAID=$(grep -o 'slb_active: .*' $tracefs/trace)
	wanted="slb_active: bond=$(index_of bond0) from=0 to=$(index_of p0)
slb_active: bond=$(index_of bond0) from=$(index_of p0) to=$(index_of p1)"
	[[ $SAID == "$wanted" ]] || fail "the active port was told as: $SAID, expected: $wanted"
fi

rmmod nettune
[[ ! -d $tracefs/events/nettune ]] || fail "tracepoints outlive the module"
