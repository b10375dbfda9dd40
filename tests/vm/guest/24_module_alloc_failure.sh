#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 600 s
# Every allocation of a request fails once, then allocations fail at random under
# the worker: values are old or new, nothing leaks, the module goes.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
# Its values are too long to be kept without an allocation.
rmem=/proc/sys/net/ipv4/tcp_rmem
old="4096 131072 6291456" new="8192 262144 4194304"
inject=/sys/kernel/debug/failslab
[[ -d $inject && -e /proc/self/fail-nth ]] || skip "kernel without fault injection"

vector() {
	local fields
	read -ra fields <$rmem
	echo "${fields[*]}"
}

old_or_new() {
	local seen
	seen=$(<$core/somaxconn)/$(vector)
	[[ $seen == "4000/$old" || $seen == "5000/$new" ]] || fail "a mixture: $seen"
}

start_over() {
	within 10 idle
	echo 4000 >$core/somaxconn
	echo "$old" >$rmem
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
	if "$CLIENT" apply "-f$nth" "$core/somaxconn=5000" "$rmem=$new" \
		&>/dev/null; then
		committed=$((committed + 1))
	fi
	within 10 idle
	old_or_new
done
((committed > 5)) || fail "hardly a transaction got through: $committed"
((committed < 60)) || fail "no allocation failed"

# The same for each request of a transaction of two batches: it is at its start or committed.
batches() {
	local fail_begin="" fail_add="" fail_commit=""
	case $1 in
	begin) fail_begin=fail:$2 ;;
	add) fail_add=fail:$2 ;;
	commit) fail_commit=fail:$2 ;;
	esac
	# shellcheck disable=SC2086  # no argument when empty
	"$CLIENT" session $fail_begin begin add "$core/somaxconn=5000" . \
		$fail_add add "$rmem=$new" bit:lo:12:3:64:14=1/1 . \
		$fail_commit commit:60000
}

last_id() { "$CLIENT" list | tail -n 1 | sed -n 's/^txn id=\([0-9]*\) .*/\1/p'; }

sessions() {
	local request nth good
	for request in begin add commit; do
		good=0
		for ((nth = 1; nth <= 40; nth++)); do
			start_over
			! batches "$request" "$nth" &>/dev/null || good=$((good + 1))
			# It may be committed although the answer was lost.
			"$CLIENT" rollback "$(last_id)" >/dev/null || true
			within 10 idle
			[[ $(<$core/somaxconn) == 4000 ]] || fail "$request $nth: somaxconn stayed"
			[[ $(vector) == "$old" ]] || fail "$request $nth: tcp_rmem stayed"
		done
		echo "$request: $good of 40 got through"
		((good < 40)) || fail "no allocation of $request failed"
		((good > 5)) || fail "hardly a $request got through: $good"
	done
}
sessions

# The worker's allocations, at random: only threads of that kind are hit.
for comm in /proc/[0-9]*/comm; do
	[[ $(<"$comm") != nettune ]] || echo 1 >"${comm%comm}make-it-fail"
done 2>/dev/null
echo Y >$inject/task-filter
for ((round = 0; round < 25; round++)); do
	start_over
	echo 30 >$inject/probability
	"$CLIENT" apply "$core/somaxconn=5000" "$rmem=$new" &>/dev/null || true
	echo 0 >$inject/probability
	within 10 idle
	old_or_new
done
(($(counter ops_failed) > 0)) || fail "no operation met a failing allocation"

client 0 apply "$core/somaxconn=4100" "$rmem=$old"
rmmod nettune
