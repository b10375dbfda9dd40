#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 240 s
# Every allocation of a request fails once, then allocations fail at random under
# the worker: values are old or new, nothing leaks, the module goes.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
inject=/sys/kernel/debug/failslab
[[ -d $inject && -e /proc/self/fail-nth ]] || skip "kernel without fault injection"

old_or_new() {
	local somaxconn backlog
	somaxconn=$(<$core/somaxconn) backlog=$(<$core/netdev_max_backlog)
	case $somaxconn/$backlog in
	4000/1000 | 5000/2000) ;;
	*) fail "a mixture: somaxconn $somaxconn, netdev_max_backlog $backlog" ;;
	esac
}

start_over() {
	within 10 idle
	echo 4000 >$core/somaxconn
	echo 1000 >$core/netdev_max_backlog
}

idle() { [[ $(counter txns_pending) == 0 ]]; }

module_load
echo 0 >$inject/verbose
echo N >$inject/ignore-gfp-wait
echo 0 >$inject/probability
echo -1 >$inject/times

# Each allocation of the request in turn; the last rounds have none left to fail.
committed=0
for ((nth = 1; nth <= 60; nth++)); do
	start_over
	if "$CLIENT" apply "-f$nth" "$core/somaxconn=5000" "$core/netdev_max_backlog=2000" \
		&>/dev/null; then
		committed=$((committed + 1))
	fi
	within 10 idle
	old_or_new
done
((committed > 5)) || fail "hardly a transaction got through: $committed"
((committed < 60)) || fail "no allocation failed"

# The worker's allocations, at random: only threads of that kind are hit.
for comm in /proc/[0-9]*/comm; do
	[[ $(<"$comm") != kworker/* ]] || echo 1 >"${comm%comm}make-it-fail"
done 2>/dev/null
echo Y >$inject/task-filter
for ((round = 0; round < 25; round++)); do
	start_over
	echo 30 >$inject/probability
	"$CLIENT" apply "$core/somaxconn=5000" "$core/netdev_max_backlog=2000" &>/dev/null || true
	echo 0 >$inject/probability
	within 10 idle
	old_or_new
done
(($(counter ops_failed) > 0)) || fail "no operation met a failing allocation"

client 0 apply "$core/somaxconn=4100" "$core/netdev_max_backlog=1000"
rmmod nettune
