#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 240 s
# Transactions of files: applied, verified, undone and refused as the spec says,
# seen by readers that know nothing of the module.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
ipv4=/proc/sys/net/ipv4

committed_values_are_in_effect() {
	client 0 apply "$core/somaxconn=5000" "$ipv4/tcp_rmem=4096 65536 8388608"
	said '^txn id=[0-9]+ .*state=committed ops=2 written=2 undone=0' \
		'^op index=0 phase=apply flags=written, error=0 .*readback="5000\\n"$' \
		'^op index=1 .*readback="4096\\t65536\\t8388608\\n"$'
	holds $core/somaxconn 5000
	holds $ipv4/tcp_rmem "4096 65536 8388608"
	[[ $(sysctl -n net.core.somaxconn) == 5000 ]] || fail "sysctl disagrees"
}

second_apply_writes_nothing() {
	local done_before
	done_before=$(counter ops_done)
	client 0 apply "$core/somaxconn=5000" "$ipv4/tcp_rmem=4096 65536 8388608"
	said 'state=committed ops=2 written=0' '^op index=0 phase=apply flags=unchanged,'
	[[ $(counter ops_done) == "$done_before" ]] || fail "an unchanged value was counted as done"
}

counters_move() {
	local ops failed undone applied
	ops=$(counter ops_done) failed=$(counter ops_failed)
	undone=$(counter ops_undone) applied=$(counter txns_applied)
	client 0 apply "$core/somaxconn=5001"
	(($(counter ops_done) == ops + 1)) || fail "ops_done"
	(($(counter txns_applied) == applied + 1)) || fail "txns_applied"
	client 1 apply "$core/somaxconn=5002" "$ipv4/tcp_rmem=nonsense"
	(($(counter ops_done) == ops + 2)) || fail "ops_done with undo"
	(($(counter ops_failed) == failed + 1)) || fail "ops_failed"
	(($(counter ops_undone) > undone)) || fail "ops_undone"
	[[ $(counter txns_pending) == 0 ]] || fail "txns_pending"
}

failed_require_undoes_all() {
	local undone
	undone=$(counter txns_undone)
	client 1 apply "$core/somaxconn=6000" "$core/netdev_max_backlog=2000" \
		"$ipv4/tcp_congestion_control=nosuchalgorithm"
	said 'state=undone ops=3 written=3 undone=3 failed_op=2 error=ENOENT' \
		'^op index=0 phase=undo flags=written,undone, error=0 undo_error=0' \
		'^op index=2 phase=undo .*error=ENOENT .*message="the kernel refused the value"'
	holds $core/somaxconn 5001
	holds $core/netdev_max_backlog 1000
	(($(counter txns_undone) == undone + 1)) || fail "txns_undone"
}

partly_taken_vector_is_put_back() {
	client 1 apply "$ipv4/tcp_rmem=5000 70000 x"
	said 'state=undone' 'error=EINVAL'
	holds $ipv4/tcp_rmem "4096 65536 8388608"
}

preferred_failure_is_a_result() {
	client 0 apply "$core/somaxconn=6001" "?$ipv4/tcp_rmem=5000 70000 x" \
		"$core/netdev_max_backlog=2001"
	said 'state=committed ops=3 written=3 undone=1' \
		'^op index=1 phase=undo flags=written,undone, error=EINVAL'
	holds $core/somaxconn 6001
	holds $ipv4/tcp_rmem "4096 65536 8388608"
	holds $core/netdev_max_backlog 2001
}

value_that_reads_back_otherwise_is_undone() {
	# A single number: the handler takes the first and drops the second.
	client 1 apply "$core/somaxconn=7000 8000"
	said 'state=undone' 'error=(EBADE|EINVAL)'
	holds $core/somaxconn 6001
}

power_of_two_is_reported() {
	if [[ ! -e $core/rps_sock_flow_entries ]]; then
		not_run "${FUNCNAME[0]}" "no rps_sock_flow_entries"
		return
	fi
	client 0 apply "$core/rps_sock_flow_entries=1000"
	said 'state=committed' 'flags=written,rounded, error=0 .*readback="1024\\n"'
	holds $core/rps_sock_flow_entries 1024
	client 0 apply "$core/rps_sock_flow_entries=0"
}

same_file_twice_is_undone_to_the_start() {
	client 0 apply "$core/somaxconn=6100" "$core/somaxconn=6200"
	holds $core/somaxconn 6200
	client 1 apply "$core/somaxconn=6300" "$core/somaxconn=6400" "$ipv4/tcp_rmem=x"
	said 'state=undone'
	holds $core/somaxconn 6200
	# The second operation wants what was there before the first.
	client 0 apply "$core/somaxconn=6300" "$core/somaxconn=6200"
	holds $core/somaxconn 6200
}

put_back_leaves_an_earlier_operation() {
	client 0 apply "$core/somaxconn=6150" "?$core/somaxconn=junk"
	said 'state=committed ops=2 written=2 undone=1' \
		'^op index=1 phase=undo flags=written,undone, error=EINVAL undo_error=0'
	holds $core/somaxconn 6150
	client 0 apply "$ipv4/tcp_rmem=4100 66000 8388608" "?$ipv4/tcp_rmem=5000 70000 x"
	holds $ipv4/tcp_rmem "4100 66000 8388608"
	client 0 apply "$core/somaxconn=6200" "$ipv4/tcp_rmem=4096 65536 8388608"
}

# The two names differ in their units, and writing one changes the other.
two_names_of_one_tunable() {
	local neigh=$ipv4/neigh/nt0 order
	ip link add nt0 type veth peer name nt1
	client 0 apply "$neigh/retrans_time_ms=2000" "?$neigh/retrans_time=junk"
	said 'state=committed' '^op index=1 phase=undo .*error=EINVAL undo_error=0'
	holds "$neigh/retrans_time_ms" 2000
	client 0 apply "$neigh/retrans_time_ms=2500" "$neigh/retrans_time=300"
	said 'state=committed ops=2 written=2'
	holds "$neigh/retrans_time_ms" 3000
	for order in "" -u; do
		# shellcheck disable=SC2086  # no argument when empty
		client 1 apply $order "$neigh/retrans_time_ms=4000" "$neigh/retrans_time=500" \
			"$ipv4/tcp_rmem=x"
		said 'state=undone'
		holds "$neigh/retrans_time_ms" 3000
	done
	ip link del nt0
}

any_order_of_undo_goes_to_the_start() {
	client 1 apply -u "$core/somaxconn=6300" "$core/somaxconn=6400" "$ipv4/tcp_rmem=x"
	said 'state=undone ops=3 written=3 undone=3'
	holds $core/somaxconn 6200
}

# Writes other values than anybody else until it is killed.
third_party() {
	while :; do
		echo 3000 >$core/netdev_max_backlog
		echo 3001 >$core/netdev_max_backlog
	done
}

# apply_until PATTERN OP…: submit while a third party writes, until a line of the
# outcome matches. Whatever the outcome, what the third party wrote is there.
apply_until() {
	local pattern=$1 end=$((SECONDS + 40)) party
	shift
	third_party &
	party=$!
	while :; do
		# An attempt that met nobody has committed.
		echo 6200 >$core/somaxconn
		SAID=$("$CLIENT" apply "$@") || true
		! grep -qE -- "$pattern" <<<"$SAID" || break
		((SECONDS < end)) || fail "no '$pattern', lastly: $SAID"
	done
	kill $party
	wait $party || true
	[[ $(<$core/netdev_max_backlog) == 300[01] ]] || fail "third party was overwritten"
	echo 1000 >$core/netdev_max_backlog
}

third_party_is_left_alone() {
	local ops=() i
	for ((i = 0; i < 300; i++)); do
		ops+=("$core/somaxconn=$((6300 + i % 2))")
	done
	# Between staging and applying: nothing is written.
	apply_until '^op index=300 phase=apply flags=[^w]* error=ESTALE .*third party' \
		"${ops[@]}" "$core/netdev_max_backlog=2000"
	said 'state=undone .*failed_op=300 error=ESTALE'
	holds $core/somaxconn 6200
	apply_until '^op index=300 phase=apply flags=[^w]* error=ESTALE' \
		"${ops[@]}" "?$core/netdev_max_backlog=2000"
	said 'state=committed ops=301 written=300 undone=0'
	# Between applying and undoing: nothing is put back.
	apply_until '^op index=0 phase=undo flags=written, error=0 undo_error=ESTALE' \
		"$core/netdev_max_backlog=2000" "${ops[@]}" "$ipv4/tcp_rmem=x"
	said 'state=undo-failed .*failed_op=0 error=EINVAL'
	client 0 apply "$core/somaxconn=6200"
}

staging_failure_writes_nothing() {
	ip link add nt0 numtxqueues 1 type veth peer name nt1
	# A device of one queue has no XPS: opening works, reading gives ENOENT. And
	# a kernel for one CPU does not even have the file.
	if [[ ! -e /sys/class/net/nt0/queues/tx-0/xps_cpus ]]; then
		ip link del nt0
		not_run "${FUNCNAME[0]}" "no xps_cpus"
		return
	fi
	client 1 apply "$core/somaxconn=6500" "/sys/class/net/nt0/queues/tx-0/xps_cpus=1"
	said 'state=refused ops=2 written=0 .*failed_op=1 error=ENOENT' \
		'^op index=1 phase=stage .*message="the value before can.t be read"'
	holds $core/somaxconn 6200
	ip link del nt0
}

device_leaves_are_written() {
	ip link add nt0 numrxqueues 2 numtxqueues 2 type veth peer name nt1
	client 0 apply "/sys/class/net/nt0/gro_flush_timeout=20000" \
		"/sys/class/net/nt0/napi_defer_hard_irqs=2" \
		"/sys/class/net/nt0/tx_queue_len=2000"
	said 'state=committed ops=3 written=3'
	holds /sys/class/net/nt0/tx_queue_len 2000
	ip link del nt0
}

queue_leaves_are_written() {
	local queues=/sys/class/net/nt0/queues
	ip link add nt0 numrxqueues 2 numtxqueues 2 type veth peer name nt1
	if [[ ! -e $queues/rx-0/rps_cpus ]]; then
		ip link del nt0
		not_run "${FUNCNAME[0]}" "no rps_cpus"
		return
	fi
	client 0 apply "$queues/rx-0/rps_cpus=1" "$queues/rx-1/rps_flow_cnt=500" \
		"$queues/tx-1/xps_cpus=1"
	said 'state=committed ops=3 written=3' '^op index=1 .*rounded,.*readback="512\\n"'
	holds "$queues/rx-1/rps_flow_cnt" 512
	client 1 apply "$queues/rx-0/rps_cpus=3" "$queues/rx-1/rps_flow_cnt=x"
	said 'state=undone'
	[[ $((16#$(tr -d ,\\n <"$queues/rx-0/rps_cpus"))) == 1 ]] || fail "mask was not undone"
	ip link del nt0
}

# Keeps RTNL busy: removing a group of devices holds it over grace periods.
rtnl_churn() {
	local i
	while :; do
		for ((i = 0; i < 50; i++)); do
			echo "link add ntb$i group 7 type veth peer name ntc$i"
		done | ip -batch -
		ip link del group 7
	done
}

# Handlers that find RTNL taken ask for a restart, of reads as well as of writes.
busy_rtnl_is_waited_for() {
	local ops=() i churn
	ip link add nt0 type veth peer name nt1
	for ((i = 0; i < 500; i++)); do
		ops+=("/sys/class/net/nt0/tx_queue_len=$((1000 + i % 2))")
	done
	rtnl_churn 2>/dev/null &
	churn=$!
	for _ in 1 2 3; do
		client 0 apply "${ops[@]}"
		said 'state=committed ops=500'
	done
	kill $churn
	wait $churn || true
	holds /sys/class/net/nt0/tx_queue_len 1001
	ip link del nt0
	ip link del group 7 2>/dev/null || true
}

# refused ERROR MESSAGE OP…: nothing is queued; the refusal points at operation 1.
refused() {
	local error=$1 message=$2
	shift 2
	client 3 apply "$core/somaxconn=6600" "$@"
	said "^refused error=$error op=1 message=\".*$message"
	holds $core/somaxconn 6200
}

files_off_the_list_are_refused() {
	refused EPERM 'not a tunable of the network' /proc/sys/kernel/panic=0
	refused EPERM 'not a tunable of the network' /proc/sys/net/unix/max_dgram_qlen=20
	refused EPERM 'neither in procfs nor in sysfs' /etc/passwd=x
	refused EPERM 'not a tunable of the network' /sys/class/net/lo/ifalias=x
	refused EOPNOTSUPP 'does not restore' $ipv4/ip_forward=1
	refused EOPNOTSUPP 'does not restore' $ipv4/conf/all/rp_filter=1
	refused EOPNOTSUPP 'a secret' $ipv4/tcp_fastopen_key=1
	refused EOPNOTSUPP 'a secret' "!$ipv4/tcp_fastopen_key=1"
	refused EPERM 'not a tunable of the network' "!/proc/sys/kernel/panic=0"
	refused EINVAL 'not of a regular file' /dev/null=x
	refused EBADF 'open for reading and writing' "<$core/netdev_max_backlog=1"
	refused EBADF 'not open' "@$core/netdev_max_backlog=1"
	# UML has no interrupt affinity.
	[[ ! -e /proc/irq/default_smp_affinity ]] ||
		refused EINVAL "can't be written by the kernel" /proc/irq/default_smp_affinity=1
}

force_insists() {
	local before
	before=$(<$ipv4/conf/all/rp_filter)
	client 0 apply "!$ipv4/conf/all/rp_filter=2"
	said 'state=committed'
	holds $ipv4/conf/all/rp_filter 2
	client 0 apply "!$ipv4/conf/all/rp_filter=$before"
}

unprivileged_user_is_refused() {
	# The descriptor is there; what lacks is the capability.
	SAID=$(setpriv --reuid=0 --bounding-set=-net_admin --inh-caps=-net_admin \
		"$CLIENT" apply "$core/somaxconn=1") && fail "accepted without CAP_NET_ADMIN"
	said '^refused error=EPERM'
	SAID=$(setpriv --reuid=65534 --regid=65534 --clear-groups "$CLIENT" get 1) &&
		fail "results shown to anybody"
	said 'EPERM'
	holds $core/somaxconn 6200
}

# The worker is root, the submitter may tune the network and no more: what its capabilities decide
# when the value is read or written, they decide here, too. Only the JIT's keys can show it: all
# others ask for CAP_NET_ADMIN, without which nothing gets as far as the worker.
rights_are_those_of_the_submitter() {
	local jit=$core/bpf_jit_harden had
	if [[ ! -e $jit ]]; then
		not_run "${FUNCNAME[0]}" "no BPF JIT"
		return
	fi
	had=$(<"$jit")
	SAID=$(setpriv --bounding-set=-all,+net_admin --inh-caps=-all \
		"$CLIENT" apply "$jit=$((1 - had))") && fail "written with the worker's rights"
	said 'state=refused' 'phase=stage .*error=EPERM .*message="the value before can.t be read"'
	holds "$jit" "$had"
	client 0 apply "$jit=$((1 - had))"
	holds "$jit" "$((1 - had))"
	client 0 apply "$jit=$had"
}

container_root_is_refused() {
	if ! unshare --user true 2>/dev/null; then
		not_run "${FUNCNAME[0]}" "no user namespaces"
		return
	fi
	SAID=$(unshare --user --map-root-user --net \
		"$CLIENT" apply "$ipv4/tcp_rmem=4096 4097 4098") && fail "container root was accepted"
	said '^(refused error=EPERM|unusable)'
	holds $ipv4/tcp_rmem "4096 65536 8388608"
}

other_namespace_is_refused() {
	ip netns add nt-other
	# A sysctl opened here, submitted there; and a device's folder of here.
	ip link add nt0 type veth peer name nt1
	mkdir -p /tmp/nt-sys
	mount -t sysfs sysfs /tmp/nt-sys
	SAID=$(ip netns exec nt-other "$CLIENT" apply \
		"/tmp/nt-sys/class/net/nt0/tx_queue_len=10") && fail "a device of elsewhere was accepted"
	said "^refused error=EXDEV op=0 message=\".*namespace"
	SAID=$(exec 7<>$ipv4/tcp_rmem && ip netns exec nt-other "$CLIENT" apply \
		"/proc/self/fd/7=4096 4097 4098") && fail "a sysctl of elsewhere was accepted"
	said '^refused error=EXDEV'
	holds $ipv4/tcp_rmem "4096 65536 8388608"
	umount /tmp/nt-sys
	ip link del nt0

	# In its own namespace the same caller succeeds, and only there.
	SAID=$(ip netns exec nt-other "$CLIENT" apply "$ipv4/tcp_rmem=4096 4097 4098")
	said 'state=committed'
	holds $ipv4/tcp_rmem "4096 65536 8388608"
	ip netns del nt-other
}

results_are_remembered_and_bounded() {
	local id i
	client 0 apply "$core/somaxconn=6200"
	id=$(sed -n 's/^txn id=\([0-9]*\).*/\1/p' <<<"$SAID")
	client 0 get "$id"
	said "^txn id=$id .*state=committed"
	for ((i = 0; i < 70; i++)); do
		"$CLIENT" apply "$core/somaxconn=6200" >/dev/null
	done
	client 1 get "$id"
	said 'error=ENOENT'
}

# One of everything at once: many operations, long values, results in chunks.
many_operations_fit() {
	local ops=() i
	for ((i = 0; i < 2000; i++)); do
		ops+=("$core/somaxconn=$((4000 + i))")
	done
	client 0 apply "${ops[@]}"
	said 'state=committed ops=2000 written=2000'
	[[ $(grep -c '^op index=' <<<"$SAID") == 2000 ]] || fail "results are missing"
	holds $core/somaxconn 5999
	client 0 apply "$core/somaxconn=6200"
}

module_load
echo 1000 >$core/netdev_max_backlog
committed_values_are_in_effect
second_apply_writes_nothing
counters_move
failed_require_undoes_all
partly_taken_vector_is_put_back
preferred_failure_is_a_result
value_that_reads_back_otherwise_is_undone
power_of_two_is_reported
same_file_twice_is_undone_to_the_start
put_back_leaves_an_earlier_operation
two_names_of_one_tunable
any_order_of_undo_goes_to_the_start
third_party_is_left_alone
staging_failure_writes_nothing
device_leaves_are_written
queue_leaves_are_written
busy_rtnl_is_waited_for
files_off_the_list_are_refused
force_insists
unprivileged_user_is_refused
rights_are_those_of_the_submitter
container_root_is_refused
other_namespace_is_refused
results_are_remembered_and_bounded
many_operations_fit
