#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# kernels: 6.1 6.12 7.3: UML has no PCI devices
#
# Real drivers: a profile of rings, channels, coalescing, offloads, RSS, interrupts and queues is
# applied, found in effect, and taken back, as ip, ethtool, sysfs and /proc/irq see it.
# shellcheck source=nic.sh
. "$(dirname "$0")/nic.sh"
. "$NETTUNE_ROOT/tests/net/devices.sh"

# rings DEVICE: what is set now
rings() { ethtool -g "$1" | awk '/^Current/ { now = 1 } now && /^(RX|TX):/ { printf "%s ", $2 }'; }

# ways DEVICE [OPTION...]: "kind queue role cpus" of it, as topology tells of the host or of a plan
ways() {
	local dev=$1
	shift
	"$NETTUNECTL" topology --json "$@" | python3 -c '
import json, sys
for device in json.load(sys.stdin)["devices"]:
    for kind in "queues", "xps":
        for way in device[kind] if device["name"] == sys.argv[1] else []:
            print(kind, way["queue"], way.get("role"), way["cpus"])' "$dev"
}

# cycle DEVICE PROFILE: the same for every driver
cycle() {
	local dev=$1 profile=$2

	everything "$dev" >"$work/before"
	nt plan "$profile"
	expect 0 "disruptive"
	same_as "$work/before" "$dev" "planning changed something"

	# What resets the device is left out, and listed.
	nt apply "$profile"
	expect 5 "disruptive"
	nt revert
	expect 0
	same_as "$work/before" "$dev" "revert did not restore"

	ways "$dev" --plan "$profile" --allow-disruptive >"$work/foreseen"
	grep -q '^queues ' "$work/foreseen" || die "no queue of $dev was foreseen"
	! ways "$dev" | cmp -s "$work/foreseen" - || die "nothing was foreseen to change"
	nt apply --allow-disruptive "$profile"
	expect 0 "committed"
	wait_up "$dev"
	in_effect "$dev"
	ways "$dev" | same "$work/foreseen" "topology --plan foresaw something else"
	everything "$dev" >"$work/applied"
	nt apply --allow-disruptive --json "$profile"
	expect 0
	writes 0
	same_as "$work/applied" "$dev" "the second apply changed something"
	nt verify "$profile"
	expect 0
	nt status
	expect 0 "in effect"

	# One line changed is one value written.
	sed -i 's/^TxQueueLen=.*/TxQueueLen=700/' "$profile"
	nt apply --allow-disruptive --json "$profile"
	expect 0
	writes 1
	nt rollback
	expect 0
	same_as "$work/applied" "$dev" "rollback did not restore"
	nt revert
	expect 0
	wait_up "$dev"
	same_as "$work/before" "$dev" "revert did not restore everything"
}

# An operator's own settings, on a queue that stays and on one that will go.
by_hand() {
	local q
	for q in 0 "$2"; do
		echo 2 >"/sys/class/net/$1/queues/rx-$q/rps_cpus"
		echo 64 >"/sys/class/net/$1/queues/rx-$q/rps_flow_cnt"
	done
	ip link set dev "$1" txqueuelen 900
}

test_igb() {
	in_effect() {
		[[ $(channels "$1") == 2 ]] || die "channels: $(channels "$1")"
		[[ $(rings "$1") == "512 1024 " ]] || die "rings: $(rings "$1")"
		ethtool -c "$1" | grep -q '^rx-usecs:[[:space:]]*50$' || die "rx-usecs"
		ethtool -k "$1" | grep -q '^tcp-segmentation-offload: off' || die "tso"
		ethtool -n "$1" rx-flow-hash udp6 | grep -q '^L4 bytes 0 & 1' || die "fields of the hash"
		[[ $(irqs_of "$1" | awk '/-(TxRx|rx|tx)-/ { print $3 }' | sort -u | wc -l) == 2 ]] ||
			die "interrupts: $(irqs_of "$1")"
		[[ $(cat "/sys/class/net/$1/queues/rx-1/rps_cpus") =~ ^0*3$ ]] || die "rps"
	}
	ethtool -L "$1" combined 4
	wait_up "$1"
	ethtool -X "$1" weight 1 1 2 4 2>/dev/null || ethtool -X "$1" equal 2
	by_hand "$1" 3
	cat >"$work/igb.conf" <<-P
		[Sysctl]
		net.core.rps_sock_flow_entries = 4096

		[Device "$1"]
		Features=tso:off rxhash:off
		Mtu=1400
		TxQueueLen=500
		Channels=2
		RingRx=512
		RingTx=1024
		Coalesce=rx-usecs:50
		RssFields=tcp4:sdfn udp6:sdfn
		IrqPlacement=one-per-core
		Xps=follow-irq
		Rps=0-1
		Rfs=2048
		BusyPoll=napi-defer-hard-irqs:2 gro-flush-timeout:200us
	P
	chmod 600 "$work/igb.conf"
	cycle "$1" "$work/igb.conf"
	# igb has one time for all queues.
	printf '[Device "%s"]\nCoalesceQueues=all:rx-usecs=8\n' "$1" >"$work/queues.conf"
	chmod 600 "$work/queues.conf"
	nt plan "$work/queues.conf"
	expect 0 "use Coalesce="
}

test_virtio_net() {
	in_effect() {
		[[ $(channels "$1") == 2 ]] || die "channels: $(channels "$1")"
		ethtool -x "$1" | grep -q '^6d:5a:6d:5a' || die "key: $(ethtool -x "$1")"
		ethtool -n "$1" rx-flow-hash udp4 | grep -q '^L4 bytes 0 & 1' || die "fields of the hash"
		irqs_of "$1" | awk '/put\.[01]/ && $3 != "1" { bad = 1 } END { exit bad }' ||
			die "interrupts: $(irqs_of "$1")"
		[[ $(cat "/sys/class/net/$1/queues/rx-1/rps_cpus") =~ ^0*3$ ]] || die "rps"
	}
	ethtool -L "$1" combined 4
	ethtool -X "$1" weight 1 1 2 4 2>/dev/null
	by_hand "$1" 3
	cat >"$work/virtio.conf" <<-P
		[Device "$1"]
		Features=tso:off gro:off
		TxQueueLen=500
		Channels=2
		RingRx=max/2
		RssKey=symmetric
		RssHash=toeplitz
		RssFields=udp4:sdfn
		Rss=equal
		IrqPlacement=1
		Xps=0-1
		Rps=0-1
		BusyPoll=gro-flush-timeout:100us
	P
	chmod 600 "$work/virtio.conf"
	cycle "$1" "$work/virtio.conf"
}

for driver in ${NETTUNE_DRIVERS:-igb virtio_net}; do
	dev=$(first_of "$driver")
	[[ $dev ]] || die "no $driver here"
	if [[ $driver == virtio_net && $NETTUNE_VM_QUEUES != 4 ]]; then
		echo "the host has no /dev/net/tun for a multi-queue virtio-net: that part is left out"
		continue
	fi
	ip link set "$dev" up
	wait_up "$dev"
	echo "# $driver: $dev"
	"test_$driver" "$dev"
done
