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

succeeded=$(mktemp -d)

# party COMMAND…: run it over and over until time is up.
party() {
	(
		while ((SECONDS < end)); do
			"$@"
		done
	) &>/dev/null &
	parties+=($!)
}

# did NAME COMMAND…: what fails now and then among all the others must succeed now and then, too.
did() {
	local name=$1
	shift
	! "$@" || echo >>"$succeeded/$name"
}

# count NAME: how often it did.
count() { if [[ -e $succeeded/$1 ]]; then wc -l <"$succeeded/$1"; else echo 0; fi; }

one_shot() { did one_shot "$CLIENT" apply "$core/somaxconn=$((4000 + RANDOM % 9))" "?$ipv4/tcp_rmem=x"; }
undoes() {
	local said
	said=$("$CLIENT" apply "$core/netdev_max_backlog=$((1000 + RANDOM % 9))" "$ipv4/tcp_wmem=x") || true
	[[ $said == *state=undone* ]]
}
failing() { did failing undoes; }
batches() { did batches "$CLIENT" session begin add "$core/somaxconn=$((4000 + RANDOM % 9))" . commit:20; }
killed() { timeout -s KILL 0.1 "$CLIENT" session begin:500 add "$core/somaxconn=4010" . hold || true; }
listing() { did listing "$CLIENT" list; "$CLIENT" rollback "$RANDOM" || true; }
rolled_back() {
	did rolled_back "$CLIENT" session begin add "$core/somaxconn=4020" . commit:500
	"$CLIENT" rollback "$("$CLIENT" list | tail -n 1 | sed -n 's/^txn id=\([0-9]*\) .*/\1/p')" || true
}
namespaces() {
	local name=nt-$BASHPID-$RANDOM
	ip netns add "$name"
	did namespaces ip netns exec "$name" "$CLIENT" session begin add "$ipv4/tcp_rmem=4096 4097 4098" . commit:900
	ip netns del "$name"
}
devices() {
	ip link add nt-a numtxqueues 4 numrxqueues 4 type veth peer name nt-b
	# Attribute 6 of its channels: those for receiving.
	did devices "$CLIENT" session begin add '!ethnl:nt-a:18:6=2/4' "/sys/class/net/nt-a/tx_queue_len=500" . commit:30
	ethtool -L nt-a rx 3 tx 3 || true
	ip link del nt-a
}
removal() {
	did removal rmmod nettune
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
for name in one_shot failing batches listing rolled_back namespaces devices; do
	echo "$name $(count $name)"
	(($(count $name) > 0)) || fail "$name never succeeded"
done
echo "removal $(count removal)"
client 0 apply $core/somaxconn=4096
within 20 rmmod nettune
