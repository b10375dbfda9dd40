#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 240 s
# Limits that the uapi header names: what is beyond is refused and told with the attribute,
# what is within is not. Pending transactions and deadlines are in 25_module_sessions.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"

LIMITS=$NETTUNE_ROOT/build/tests/limits
core=/proc/sys/net/core
[[ $NETTUNE_TARGET == uml || $NETTUNE_TARGET == 7.3 || ${NETTUNE_SOAK:-0} == 1 ]] ||
	skip "shown in UML and on 7.3, and with SOAK=1 everywhere"
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

slb_begin
ip netns add h
messages_are_bounded
within 5 idle
# What is not of messages takes an emulated guest long, and is the same on every kernel.
[[ $NETTUNE_TARGET == uml ]] || exit 0
defaults_are_those_named
bytes_of_a_user_are_bounded
remembered_bytes_are_bounded
if [[ $("$CLIENT" cap) == *hooks=0x1* ]]; then
	bonds_are_bounded
	ports_are_bounded
fi
