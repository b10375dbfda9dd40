# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For scripts that tune devices: veth pairs with queues, and what programs that share no code with
# us say about a device. Source it after lib.sh, or alone in guests.

export LC_ALL=C

# own_sysfs: a /sys that shows the devices of this namespace.
own_sysfs()
{
	if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
		NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
	fi
	mount -t sysfs sysfs /sys || { echo "SKIP: cannot mount a sysfs"; exit 77; }
}

# pair A B: a veth pair with eight queues of each kind, up.
pair()
{
	ip link add "$1" numrxqueues 8 numtxqueues 8 type veth peer name "$2" numrxqueues 8 numtxqueues 8 ||
		{ echo "SKIP: no veth here"; exit 77; }
	ip link set "$1" up
	ip link set "$2" up
}

# dump_files FILE...: "path:content" of them, or why one cannot be read. One process for all: those are
# what takes the time in guests, more than what is tested.
dump_files()
{
	grep -H '' "$@" 2>&1 | grep -v 'No such file or directory$' || true
}

# device_dump DEVICE...: everything about it that somebody may set, in words of ip, ethtool and sysfs.
device_dump()
{
	local dev opt

	for dev; do
		echo "== $dev"
		ip -j -d link show dev "$dev" | sed 's/,"/\n"/g'
		for opt in -k -l -g -c -a -x; do
			echo "-- ethtool $opt"
			ethtool "$opt" "$dev" 2>&1 | grep -v '^RX flow hash indirection'
		done
		for opt in tcp4 tcp6 udp4 udp6 sctp4 esp4; do
			echo "-- ethtool rx-flow-hash $opt"
			ethtool -n "$dev" rx-flow-hash "$opt" 2>&1
		done
		dump_files "/sys/class/net/$dev"/queues/*/{rps_cpus,rps_flow_cnt,xps_cpus,xps_rxqs} \
			"/sys/class/net/$dev"/{napi_defer_hard_irqs,gro_flush_timeout,threaded,tx_queue_len,mtu}
	done
}

# queue_value DEVICE QUEUE/FILE
queue_value()
{
	cat "/sys/class/net/$1/queues/$2"
}
