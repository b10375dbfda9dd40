#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# Everybody at once: clients that apply, hold and are killed, namespaces and
# devices that come and go, channels that change, attempts at removing the
# module. In the end nothing is pending and the module goes.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
ipv4=/proc/sys/net/ipv4
seconds=${NETTUNE_STRESS_SECONDS:-20}
end=$((SECONDS + seconds))
parties=()
idle() { [[ $(counter txns_pending) == 0 ]]; }

# party COMMAND…: run it over and over until time is up.
party() {
	(
		while ((SECONDS < end)); do
			"$@"
		done
	) &>/dev/null &
	parties+=($!)
}

one_shot() { "$CLIENT" apply "$core/somaxconn=$((4000 + RANDOM % 9))" "?$ipv4/tcp_rmem=x" || true; }
failing() { "$CLIENT" apply "$core/netdev_max_backlog=$((1000 + RANDOM % 9))" "$ipv4/tcp_wmem=x" || true; }
batches() { "$CLIENT" session begin add "$core/somaxconn=$((4000 + RANDOM % 9))" . commit:20 || true; }
killed() { timeout -s KILL 0.1 "$CLIENT" session begin:500 add "$core/somaxconn=4010" . hold || true; }
listing() { "$CLIENT" list || true; "$CLIENT" rollback "$RANDOM" || true; }
rolled_back() {
	"$CLIENT" session begin add "$core/somaxconn=4020" . commit:500 || true
	"$CLIENT" rollback "$("$CLIENT" list | tail -n 1 | sed -n 's/^txn id=\([0-9]*\) .*/\1/p')" || true
}
namespaces() {
	local name=nt-$BASHPID-$RANDOM
	ip netns add "$name"
	ip netns exec "$name" "$CLIENT" session begin add "$ipv4/tcp_rmem=4096 4097 4098" . commit:900 || true
	ip netns del "$name"
}
devices() {
	ip link add nt-a numtxqueues 4 numrxqueues 4 type veth peer name nt-b
	"$CLIENT" session begin add ethnl:nt-a:18:5=2/4 "/sys/class/net/nt-a/tx_queue_len=500" . commit:30 || true
	ethtool -L nt-a rx 3 tx 3 || true
	ip link del nt-a
}
removal() {
	rmmod nettune
	[[ -e /sys/module/nettune ]] || insmod "$NETTUNE_KO"
	timeout 0.3 tail -f /dev/null || true
}

module_load
party one_shot
party one_shot
party failing
party batches
party batches
party killed
party listing
party rolled_back
party namespaces
party namespaces
party devices
party removal
wait "${parties[@]}" || true
[[ -e /sys/module/nettune ]] || insmod "$NETTUNE_KO"
within 60 idle
client 0 apply $core/somaxconn=4096
within 20 rmmod nettune
