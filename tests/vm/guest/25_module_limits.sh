#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 240 s
# kernels: uml 6.1(soak) 6.12(soak) 7.3: an emulated guest takes long, and no kernel differs
# Limits that the uapi header names: what is beyond is refused and told with the attribute,
# what is within is not. Pending transactions and deadlines are in 25_module_sessions.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"

LIMITS=$NETTUNE_ROOT/build/tests/limits
core=/proc/sys/net/core
[[ -x $LIMITS ]] || skip "build/tests/limits is not built"

idle() { [[ $(counter txns_pending) == 0 ]]; }

# Of one message: every row must hold.
messages_are_bounded() {
	SAID=$("$LIMITS") || fail "$SAID"
	echo "$(wc -l <<<"$SAID") messages at and beyond limits"
}

# What holds when a message says nothing.
defaults_are_those_named() {
	client 0 session begin
	said 'state=open .*left=(600000|59[0-9]{4})$'
	within 5 idle
}

# Seven transactions of 1000 values as long as they may be, on which nobody decides.
bytes_of_a_user_are_bounded() {
	local id held=0
	while SAID=$("$LIMITS" apply $core/somaxconn 4001 1000 4096); do
		held=$((held + 1))
		((held < 12)) || break
	done
	said 'somaxconn: ENOBUFS at 0 of 0, ".+"'
	((held == 7)) || fail "one user may hold $held times 4.2 MB, expected 7"
	while read -r id; do
		"$CLIENT" rollback "$id" >/dev/null || true
	done < <("$CLIENT" list | sed -n 's/^txn id=\([0-9]*\) .*owner=0.*/\1/p')
	within 60 idle
	client 0 apply $core/somaxconn=4000
}

# What failed has its operations remembered, 172 bytes for each: the kernel refuses the value.
remembered_bytes_are_bounded() {
	local i first
	"$LIMITS" apply $core/somaxconn x 8000 1
	within 60 idle
	first=$("$CLIENT" list | tail -n 1 | sed -n 's/^txn id=\([0-9]*\) .*/\1/p')
	"$CLIENT" list | grep -q "^txn id=$first .*state=undone ops=8000" || fail "it is not remembered"
	for ((i = 0; i < 7; i++)); do
		"$LIMITS" apply $core/somaxconn x 8000 1
		within 60 idle
	done
	client 1 get "$first"
	said 'error=ENOENT'
	(($("$CLIENT" list | wc -l) < 64)) || fail "it was forgotten for their number"
}

enables() { ip netns exec h "$LIMITS" enable "$1"; }

# refuses DEVICE ERROR: and points at the index.
refuses() {
	SAID=$(enables "$1") && fail "$1 got it: $SAID"
	said "$2 at 24 of 24, \".+\""
}

bond_words="mode balance-xor xmit_hash_policy vlan+srcmac miimon 100"

bonds_are_bounded() {
	local i
	for ((i = 0; i <= 64; i++)); do
		echo "link add many$i type bond $bond_words"
	done | ip -n h -batch -
	for ((i = 0; i < 64; i++)); do
		enables many$i >/dev/null || fail "bond $i was refused"
	done
	refuses many64 ENOSPC
	SAID=$(slb show many0)
	said ' macs_max=8192 .*age_ms=300000 '
	slb disable many0 >/dev/null
	enables many64 >/dev/null || fail "refused with one gone"
	for ((i = 1; i <= 64; i++)); do
		echo "link del many$i"
	done | ip -n h -batch -
}

ports_are_bounded() {
	local i
	{
		echo "link add wide type bond $bond_words"
		for ((i = 0; i < 17; i++)); do
			echo "link add a$i type veth peer name b$i"
		done
		for ((i = 0; i < 33; i++)); do
			echo "link set $([[ $((i % 2)) == 0 ]] && echo a || echo b)$((i / 2)) master wide"
		done
	} | ip -n h -batch -
	refuses wide E2BIG
	ip -n h link set a16 nomaster
	enables wide >/dev/null || fail "32 ports were refused"
	# One that comes later ends it, rather than be left out.
	ip -n h link set a16 master wide
	[[ -z $(slb show) ]] || fail "it goes on with 33 ports"
}

STUB=/sys/kernel/debug/limits_stub

# The device and the holder of RTNL that the kernel itself has not.
stub_begin() {
	insmod "$NETTUNE_ROOT/build/kmod/uml/limits_stub.ko"
	trap stub_end EXIT
}

stub_end() {
	clean_up
	rmmod limits_stub
}

# What ethtool netlink answers about a device is bounded: RSS_GET is 38, its setting 48, and
# attribute 3 of both the hash function, which is 1 already.
replies_are_bounded() {
	echo 2000 >$STUB/indirections
	client 0 apply "ethnl:stub0:48:3=1/1"
	said 'flags=unchanged, error=0'
	echo 2048 >$STUB/indirections
	client 1 apply "ethnl:stub0:48:3=1/1"
	said 'state=refused' 'phase=stage .*error=E2BIG .*message="the value before can.t be read"'
}

# The words that the network core says of a refusal are cut off, with a NUL in the last byte.
words_are_bounded() {
	local words
	client 1 apply "ethnl:stub0:16:6=100/10"
	words=$(sed -n 's/^op .* error=EINVAL .*message="\([a-z]*\)".*/\1/p' <<<"$SAID")
	((${#words} == 127)) || fail "${#words} letters of a message came: $SAID"
	[[ $words == abcdefghijklmnopqrstuvwxyzabcdabc*abcdefg ]] || fail "other words came: $words"
}

# Drivers wait for work of the kernel's queues when they are set; what the kernel has to say of
# that fails this script.
drivers_may_wait_for_work() {
	client 0 apply "ethnl:stub0:16:6=20/10"
	said 'state=committed'
	client 0 apply "ethnl:stub0:16:6=10/20"
}

# A driver that lacks memory may have cost the link: it is not asked again for what is wanted,
# and a few times, farther and farther apart, for what was before.
drivers_without_memory_are_spared() {
	local id n
	echo 0 >$STUB/tries
	echo Y >$STUB/lacks_memory
	client 1 apply "ethnl:stub0:16:6=20/10"
	said 'state=undone' 'error=ENOMEM'
	[[ $(<$STUB/tries) == 1 ]] || fail "the driver was asked $(<$STUB/tries) times"
	echo N >$STUB/lacks_memory
	client 0 apply -w600000 "ethnl:stub0:16:6=20/10"
	id=$(sed -n 's/^txn id=\([0-9]*\) .*/\1/p' <<<"$SAID")
	echo 0 >$STUB/tries
	echo Y >$STUB/lacks_memory
	"$CLIENT" rollback "$id" >/dev/null || true
	within 60 undo_failed "$id"
	n=$(<$STUB/tries)
	((n >= 3 && n <= 12)) || fail "the driver was asked $n times for its old value"
	echo N >$STUB/lacks_memory
	client 0 apply "ethnl:stub0:16:6=10/20"
}

HOLDER=
hold_rtnl() {
	cat $STUB/rtnl >/dev/null 2>&1 &
	HOLDER=$!
	within 5 grep -q Y $STUB/is_held
}

release_rtnl() {
	kill "$HOLDER"
	wait "$HOLDER" || true
}

# took LEAST MOST SINCE: whole seconds of the guest since that moment of EPOCHREALTIME.
took() {
	local us=$((${EPOCHREALTIME/./} - ${3/./}))
	echo "$((us / 1000)) ms"
	((us >= $1 * 1000000 && us <= $2 * 1000000)) || fail "took $us us, expected $1 to $2 s"
	grep -q Y $STUB/is_held || fail "it ended with the lock, not with its time"
}

# Nobody lets go of the lock: a write asks for a restart each time. The upper bounds leave a
# busy machine time and are below what it would take without the limits, which is forever.
retries_are_bounded() {
	local since
	hold_rtnl
	since=$EPOCHREALTIME
	client 1 apply /sys/class/net/stub0/tx_queue_len=1234
	took 5 20 "$since"
	release_rtnl
	said 'state=undone' 'error=EBUSY .*message="the kernel refused the value"'
	holds /sys/class/net/stub0/tx_queue_len 1000
}

undo_failed() { [[ $("$CLIENT" get "$1") == *state=undo-failed* ]]; }

# Of twenty values, six have their five seconds, and the others are tried once.
retries_of_undo_are_bounded() {
	local i id since ops=()
	for ((i = 0; i < 10; i++)); do
		ip link add "nt$i" type veth peer name "nu$i"
		ops+=("/sys/class/net/nt$i/tx_queue_len=1234" "/sys/class/net/nu$i/tx_queue_len=1234")
	done
	client 0 apply -w600000 "${ops[@]}"
	id=$(sed -n 's/^txn id=\([0-9]*\) .*/\1/p' <<<"$SAID")
	hold_rtnl
	since=$EPOCHREALTIME
	"$CLIENT" rollback "$id" >/dev/null || true
	within 80 undo_failed "$id"
	took 30 80 "$since"
	release_rtnl
	client 0 get "$id"
	(($(grep -c 'phase=undo .*undo_error=EBUSY' <<<"$SAID") == 20)) || fail "not each was tried: $SAID"
	for ((i = 0; i < 10; i++)); do
		ip link del "nt$i"
	done
}

# most_in_a_second LISTENER: of the frames that came, wherever that second begins.
most_in_a_second() {
	awk '$1 == "came" { time[n++] = $2 }
		END {
			for (last = 0; last < n; last++) {
				while (time[last] - time[first] >= 1000000)
					first++
				if (last - first + 1 > most)
					most = last - first + 1
			}
			print most + 0
		}' "$LOGS/$1"
}

failed_over() { [[ $(value announced) == "$1" ]]; }

# Both ends of a second may lie in a batch of 50, and a guest that was not running for a while
# sends one early; at once it would be all of them.
announcements_are_bounded() {
	local expected most
	build_net 2
	slb enable bond0 >/dev/null
	send x eth0 data src=$OUT
	send vm1 eth0 data src=02:99:00:00:00:00 dst=$OUT count=4000 spoof=1
	expected=$(slb macs bond0 | grep -c 'port=p0 ')
	((expected >= 1500)) || fail "only $expected addresses sent through p0"
	listen announced x eth0 proto=8035 log=1
	ip -n sw link set s0 down
	within 60 failed_over "$expected"
	heard announced
	most=$(most_in_a_second announced)
	echo "$(grep -c ^came "$LOGS/announced") announcements came, $most of them in a second"
	equals "announcements that came" "$(grep -c ^came "$LOGS/announced")" "$expected"
	((most <= 1100)) || fail "$most announcements in a second"
	destroy_net
	verdict
}

slb_begin
ip netns add h
messages_are_bounded
within 5 idle
# What is not of messages takes an emulated guest long, and is the same on every kernel.
[[ $NETTUNE_TARGET == uml ]] || exit 0
defaults_are_those_named
bytes_of_a_user_are_bounded
remembered_bytes_are_bounded
bonds_are_bounded
ports_are_bounded
ip netns del h
announcements_are_bounded
stub_begin
replies_are_bounded
words_are_bounded
drivers_may_wait_for_work
drivers_without_memory_are_spared
retries_are_bounded
retries_of_undo_are_bounded
