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

# A namespace that dies takes its transactions along.
insmod "$NETTUNE_KO"
for ((i = 0; i < 10; i++)); do
	ip netns add nt-dying
	ip netns exec nt-dying "$CLIENT" apply -n \
		"/proc/sys/net/ipv4/tcp_rmem=4096 4097 $((5000 + i))" >/dev/null
	ip netns del nt-dying
done
within 20 rmmod nettune
