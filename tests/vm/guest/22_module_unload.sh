#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module goes when nothing is pending, again and again, with results left in
# memory, with a listener connected, and while transactions come in.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core

for _ in 1 2 3 4 5; do
	insmod "$NETTUNE_KO"
	"$CLIENT" apply "$core/somaxconn=4000" "$core/netdev_max_backlog=1500" >/dev/null
	"$CLIENT" apply "$core/somaxconn=4100" "$core/netdev_max_backlog=x" >/dev/null || true
	rmmod nettune || fail "nothing is pending, yet the module stays"
	[[ ! -e /sys/module/nettune ]] || fail "module is still there"
done
holds $core/somaxconn 4000

# Removal may be refused while something is pending, but must not hang or break.
module_load
(
	for ((i = 0; i < 60; i++)); do
		"$CLIENT" apply -n "$core/somaxconn=$((5000 + i))" || true
	done
) >/dev/null 2>&1 &
feeder=$!
for _ in 1 2 3 4 5 6 7 8; do
	rmmod nettune 2>/dev/null || true
	[[ -e /sys/module/nettune ]] || insmod "$NETTUNE_KO"
done
wait $feeder
within 20 rmmod nettune

# A namespace that dies takes its transactions along: each ends, wherever it
# stood, and what is counted is what they say.
insmod "$NETTUNE_KO"
idle() { [[ $(counter txns_pending) == 0 ]]; }

# The transaction grows until a namespace dies under it: how fast either is nobody knows.
many=()
grow() {
	local i
	for ((i = 0; i < 3000 && ${#many[@]} < 15000; i++)); do
		many+=("/proc/sys/net/ipv4/tcp_rmem=4096 4097 $((5000 + i))")
	done
}
grow

committed=0 undone=0 refused=0
for ((i = 0; i < 6 || (undone + refused == 0 && i < 40); i++)); do
	ip netns add nt-dying
	SAID=$(ip netns exec nt-dying "$CLIENT" apply -n "${many[@]}")
	id=$(sed -n 's/^txn id=\([0-9]*\) .*/\1/p' <<<"$SAID")
	# A look takes time, in which staging comes to its end.
	((i % 2)) || "$CLIENT" get "$id" >/dev/null
	ip netns del nt-dying
	within 20 idle
	SAID=$("$CLIENT" get "$id")
	case $SAID in
	*" state=committed "*)
		committed=$((committed + 1))
		grow ;;
	*" state=refused "*)
		said "^txn id=$id .* written=0 .*error=ENONET message=\"the network namespace"
		refused=$((refused + 1)) ;;
	# Its tunables may be gone before they are put back.
	*" state=undone "* | *" state=undo-failed "*)
		said "^txn id=$id .*error=ENONET message="
		undone=$((undone + 1)) ;;
	*) fail "a dead namespace left ${SAID%%$'\n'*}" ;;
	esac
done
echo "of $i: $committed committed, $undone undone, $refused refused"
((undone + refused > 0)) || fail "no transaction met the end of its namespace"
[[ $(counter txns_applied) == "$committed" ]] || fail "txns_applied"
[[ $(counter txns_undone) == "$undone" ]] || fail "txns_undone"
within 20 rmmod nettune
