#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 240 s
# Transactions of several batches: they belong to a socket until they are
# committed, to a deadline until they are confirmed, and to the module always.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
ipv4=/proc/sys/net/ipv4

idle() { [[ $(counter txns_pending) == 0 ]]; }
is() { [[ $(<"$1") == "$2" ]]; }
id_of_last() { "$CLIENT" list | tail -n 1 | sed -n 's/^txn id=\([0-9]*\) .*/\1/p'; }
state_is() { "$CLIENT" get "$1" | grep -q " state=$2 "; }

at_start() {
	holds $core/somaxconn 4000
	holds $core/netdev_max_backlog 1000
}

start_over() {
	within 20 idle
	echo 4000 >$core/somaxconn
	echo 1000 >$core/netdev_max_backlog
}

# A session that stays after its steps until session_end or a signal.
session_hold() {
	coproc HOLD { exec "$CLIENT" session "$@" hold; }
	HELD=$HOLD_PID
	local line
	while read -r line <&"${HOLD[0]}"; do
		[[ $line != holding ]] || return 0
		echo "$line"
		[[ $line != refused* ]] || break
	done
	fail "session $* did not get to hold"
}

session_end() {
	# shellcheck disable=SC1083,SC2093  # a descriptor by the name of its variable
	exec {HOLD[1]}>&-
	wait "$HELD" || true
}

batches_add_up_and_commit() {
	client 0 session begin add $core/somaxconn=5000 . add $core/netdev_max_backlog=2000 . commit
	said 'state=open ops=0' 'state=open ops=1 written=1' 'state=open ops=2 written=2' \
		'state=committed ops=2 written=2'
	holds $core/somaxconn 5000
	holds $core/netdev_max_backlog 2000
	start_over
}

failing_batch_undoes_earlier_ones() {
	client 1 session begin add $core/somaxconn=5000 . add $core/netdev_max_backlog=2000 \
		"$ipv4/tcp_rmem=x" .
	said 'state=undone ops=3 written=3 undone=3 failed_op=2 error=EINVAL'
	at_start
	# Staging counts as well, once something is written.
	client 1 session begin add $core/somaxconn=5000 . add ethnl:lo:18:9=2/1 .
	said 'state=undone ops=2 written=1 undone=1 failed_op=1'
	at_start
}

refused_batch_leaves_the_transaction() {
	client 3 session begin add $core/somaxconn=5000 . add /proc/sys/kernel/panic=0 .
	said '^refused error=EPERM op=0'
	within 20 idle
	at_start
	# Nobody is hurt by what was refused: the session might have gone on.
	session_hold begin add $core/somaxconn=5000 .
	SAID=$("$CLIENT" session add $core/somaxconn=1 . 2>&1) && fail "added without a transaction"
	said 'refused'
	session_end
	within 20 idle
	at_start
}

closing_the_socket_undoes() {
	session_hold begin add $core/somaxconn=5000 . add $core/netdev_max_backlog=2000 .
	holds $core/somaxconn 5000
	session_end
	within 20 idle
	at_start
	client 0 get "$(id_of_last)"
	said 'state=undone .*error=EPIPE message="the socket that began it was closed'
}

killing_the_owner_undoes() {
	session_hold begin add $core/somaxconn=5000 .
	holds $core/somaxconn 5000
	kill -KILL "$HELD"
	session_end
	within 20 idle
	at_start
}

committed_does_not_depend_on_its_socket() {
	session_hold begin add $core/somaxconn=5000 . commit:60000
	kill -KILL "$HELD"
	session_end
	holds $core/somaxconn 5000
	client 0 confirm "$(id_of_last)"
	said 'state=committed'
	holds $core/somaxconn 5000
	start_over
}

other_sockets_may_not_add_or_commit() {
	local id
	session_hold begin add $core/somaxconn=5000 .
	id=$(id_of_last)
	client 3 confirm "$id"
	said 'refused error=EINVAL .*does not await confirmation'
	client 3 session "take:$id" add $core/somaxconn=1 .
	said 'refused error=EPERM .*does not belong to this socket'
	client 3 session "take:$id" commit
	said 'refused error=EPERM .*does not belong to this socket'
	holds $core/somaxconn 5000
	client 1 rollback "$id"
	said 'state=undone .*error=ECANCELED message="it was rolled back"'
	at_start
	session_end
}

rollback_undoes_what_awaits() {
	client 0 session begin add $core/somaxconn=5000 . commit:60000
	said 'state=awaiting .*left=[0-9]+'
	holds $core/somaxconn 5000
	client 1 rollback "$(id_of_last)"
	said 'state=undone .*error=ECANCELED'
	at_start
	client 3 rollback "$(id_of_last)"
	said 'refused error=EINVAL'
	client 3 confirm "$(id_of_last)"
	said 'refused error=EINVAL'
	client 3 confirm 999999
	said 'refused error=ENOENT'
}

deadline_undoes() {
	local id
	client 0 session begin add $core/somaxconn=5000 . commit:300
	id=$(id_of_last)
	within 20 state_is "$id" undone
	client 0 get "$id"
	said 'error=ETIMEDOUT message="the deadline has passed"'
	at_start
	client 0 apply -w300 $core/somaxconn=5000
	said 'state=awaiting'
	within 20 idle
	at_start
}

deadline_of_an_open_transaction_undoes() {
	session_hold begin:400 add $core/somaxconn=5000 .
	within 20 idle
	at_start
	client 0 get "$(id_of_last)"
	said 'state=undone .*error=ETIMEDOUT'
	session_end
}

extended_deadline_holds() {
	local id
	client 0 session begin add $core/somaxconn=5000 . commit:1000
	id=$(id_of_last)
	client 0 confirm "$id" 60000
	said 'state=awaiting .*left=[0-9]{5}$'
	timeout 1.5 tail -f /dev/null || true
	client 0 get "$id"
	said 'state=awaiting'
	holds $core/somaxconn 5000
	client 0 confirm "$id"
	said 'state=committed'
	start_over
	client 3 session begin commit:86400001
	said 'refused error=ERANGE .*out of range'
	within 20 idle
}

third_party_survives_a_deadline() {
	local id
	client 0 session begin add $core/somaxconn=5000 $core/netdev_max_backlog=2000 . commit:60000
	id=$(id_of_last)
	echo 7777 >$core/somaxconn
	client 1 rollback "$id"
	said 'state=undo-failed .*failed_op=0'
	holds $core/somaxconn 7777
	holds $core/netdev_max_backlog 1000
	start_over
}

module_stays_while_something_is_pending() {
	session_hold begin
	! rmmod nettune 2>/dev/null || fail "removed with an open transaction"
	session_end
	within 20 idle
	client 0 session begin add $core/somaxconn=5000 . commit:60000
	! rmmod nettune 2>/dev/null || fail "removed with one that awaits confirmation"
	client 1 rollback "$(id_of_last)"
	at_start
	rmmod nettune || fail "nothing is pending, yet the module stays"
	insmod "$NETTUNE_KO"
}

dying_namespace_aborts() {
	local id
	ip netns add nt-dying
	SAID=$(ip netns exec nt-dying "$CLIENT" session begin \
		add "$ipv4/tcp_rmem=4096 4097 4098" . commit:600000)
	said 'state=awaiting'
	id=$(id_of_last)
	ip netns del nt-dying
	within 20 idle
	client 0 get "$id"
	said 'state=(undone|undo-failed) .*error=ENONET'
}

# A container that may tune its own network: nothing of others is there for it, and the host keeps
# room and sees all.
other_namespaces_have_no_say() {
	local id i own
	ip netns add nt-other
	elsewhere() { SAID=$(ip netns exec nt-other "$CLIENT" "$@" 2>&1); }
	client 0 session begin add $core/somaxconn=5000 . commit:60000
	id=$(id_of_last)
	for i in get rollback confirm; do
		elsewhere "$i" "$id" && fail "$i from another namespace was accepted: $SAID"
		said 'ENOENT'
	done
	elsewhere list
	[[ -z $SAID ]] || fail "another namespace was told: $SAID"
	client 0 get "$id"
	said 'state=awaiting'
	for ((i = 0; i < 8; i++)); do
		elsewhere session begin commit:600000 || fail "the container's own was refused: $SAID"
	done
	elsewhere session begin && fail "a ninth was accepted"
	said 'refused error=EBUSY .*too many'
	elsewhere list
	(($(grep -c state=awaiting <<<"$SAID") == 8)) || fail "its own are not all there: $SAID"
	client 0 session begin commit:60000
	while read -r own; do
		"$CLIENT" rollback "$own" >/dev/null || true
	done < <("$CLIENT" list | sed -n 's/^txn id=\([0-9]*\) .*state=awaiting .*/\1/p')
	within 20 idle
	at_start
	ip netns del nt-other
}

pending_transactions_are_bounded() {
	local i id
	for ((i = 0; i < 16; i++)); do
		client 0 session begin commit:60000
	done
	client 3 session begin
	said 'refused error=EBUSY .*too many'
	client 3 apply $core/somaxconn=1
	said 'refused error=EBUSY .*too many'
	while read -r id; do
		"$CLIENT" rollback "$id" >/dev/null || true
	done < <("$CLIENT" list | sed -n 's/^txn id=\([0-9]*\) .*state=awaiting .*/\1/p')
	within 20 idle
}

operations_of_all_batches_are_bounded() {
	local ops=() i
	for ((i = 0; i < 3300; i++)); do
		ops+=("$core/somaxconn=$((4000 + i % 2))")
	done
	client 3 session begin add "${ops[@]}" . add "${ops[@]}" . add "${ops[@]}" . \
		add "${ops[@]}" . add "${ops[@]}" .
	said 'state=open ops=13200 ' 'refused error=E2BIG .*limit of operations'
	within 60 idle
	start_over
}

events_tell_the_story() {
	local log=/tmp/nt-events pid
	"$CLIENT" events >$log &
	pid=$!
	within 5 grep -q '^listening' $log
	"$CLIENT" session begin add $core/somaxconn=5000 . commit:60000 >/dev/null
	"$CLIENT" confirm "$(id_of_last)" 50000 >/dev/null
	"$CLIENT" confirm "$(id_of_last)" >/dev/null
	"$CLIENT" apply $core/somaxconn=5001 $core/netdev_max_backlog=x >/dev/null || true
	"$CLIENT" apply -w100 $core/somaxconn=5002 >/dev/null
	within 20 idle
	"$CLIENT" session begin add $core/somaxconn=5003 . >/dev/null
	within 20 idle
	within 5 grep -q '^event cancelled' $log
	within 5 test "$(grep -c '^event undone' $log)" -ge 3
	kill $pid
	wait $pid || true
	SAID=$(<$log)
	said '^event begun' '^event queued' '^event applied .*state=open' '^event awaiting .*left=' \
		'^event extended' '^event confirmed .*state=committed' \
		'^event failed .*failed_op=1 error=EINVAL message="the kernel refused the value"' \
		'^event undone' '^event expired .*error=ETIMEDOUT' '^event cancelled .*error=EPIPE'
	start_over
}

module_load
start_over
batches_add_up_and_commit
failing_batch_undoes_earlier_ones
refused_batch_leaves_the_transaction
closing_the_socket_undoes
killing_the_owner_undoes
committed_does_not_depend_on_its_socket
other_sockets_may_not_add_or_commit
rollback_undoes_what_awaits
deadline_undoes
deadline_of_an_open_transaction_undoes
extended_deadline_holds
third_party_survives_a_deadline
module_stays_while_something_is_pending
dying_namespace_aborts
other_namespaces_have_no_say
pending_transactions_are_bounded
operations_of_all_batches_are_bounded
events_tell_the_story
rmmod nettune
