#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 180 s
# kernels: 6.1 6.12 7.3: UML has no PCI devices
#
# A bond of two igb, tuned through a VLAN on it: both ports are reset, one after the other, and a
# program of its own that listens to rtnetlink sees never both without a carrier, nor does the bond
# lose its own.
set -uo pipefail
export LC_ALL=C
work=$(mktemp -d)
mkdir -m 700 "$work/state"
export NETTUNE_STATE_DIR=$work/state NETTUNE_CONFIG_DIR=$work/none NETTUNE_DATA_DIR=$work/none
export NETTUNE_BACKEND=${NETTUNE_BACKEND:-user}
# For the next script the ports are devices of their own again.
cleanup() {
	"$NETTUNECTL" -q revert --force
	ip link del bond0.7
	ip link del bond0
	for port in "${ports[@]}"; do
		ip link set "$port" up
	done
} 2>/dev/null
ports=()
trap cleanup EXIT

die() { echo "FAIL: $*"; exit 1; }

modprobe bonding max_bonds=0 2>/dev/null
modprobe 8021q 2>/dev/null
for net in /sys/class/net/*; do
	[[ $(basename "$(readlink -f "$net/device/driver")") != igb ]] || ports+=("$(basename "$net")")
done
((${#ports[@]} == 2)) || die "not two igb: ${ports[*]}"
# Loaded by whoever came first, it may have made a bond of that name.
modprobe -q bonding max_bonds=0 || true
ip link del bond0 2>/dev/null || true
ip link add bond0 type bond mode active-backup miimon 50 updelay 500 ||
	{ echo "SKIP: no bonding here"; exit 77; }
for port in "${ports[@]}"; do
	ip link set "$port" down
	ethtool -L "$port" combined 4
	ip link set "$port" master bond0 || die "$port is no port"
done
ip link set bond0 up
ip link add link bond0 name bond0.7 type vlan id 7 || { echo "SKIP: no VLANs here"; exit 77; }
ip link set bond0.7 up

# used PORT: does the bond use it?
used() { [[ $(cat "/sys/class/net/$1/bonding_slave/mii_status" 2>/dev/null) == up ]]; }

wait_used() {
	local port end=$((SECONDS + 30))
	for port in "${ports[@]}"; do
		until used "$port"; do
			((SECONDS < end)) || die "$port is not used by its bond"
			timeout 0.1 tail -f /dev/null
		done
	done
}

# What sysfs says of the carriers, at each message of the kernel and in between, until "stop" is
# there.
cat >"$work/watch.py" <<'P'
import os, select, socket, struct, sys
stop, names = sys.argv[1], sys.argv[2:]
index = {socket.if_nametoindex(name): name for name in names}
events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
events.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
events.bind((0, 1))
losses, worst, changes, last = {name: 0 for name in names}, 0, 0, {}

def carrier(name):
    try:
        return open("/sys/class/net/%s/carrier" % name).read().strip() == "1"
    except OSError:
        return False

def look():
    global worst
    now = {name: carrier(name) for name in names}
    worst = max(worst, sum(not up for up in now.values()))
    for name in names:
        losses[name] += last.get(name, True) and not now[name]
    last.update(now)

open(stop + ".ready", "w").close()
while not os.path.exists(stop):
    if select.select([events], [], [], 0.01)[0]:
        data = events.recv(65536)
        kind, ifindex = struct.unpack_from("=H", data, 4)[0], struct.unpack_from("=i", data, 20)[0]
        changes += kind == 16 and ifindex in index
    look()
print("events", changes, "worst", worst, "losses", *["%s:%d" % item for item in losses.items()])
sys.exit(worst > 1)
P

# losses DEVICE: how often its carrier went
losses() { cat "/sys/class/net/$1/carrier_down_count"; }

# watched COMMAND...: it, while somebody watches; it is to reset both ports
watched() {
	local watcher rc=0 bond port before=()
	rm -f "$work/stop" "$work/stop.ready"
	bond=$(losses bond0)
	before=("$(losses "${ports[0]}")" "$(losses "${ports[1]}")")
	python3 "$work/watch.py" "$work/stop" "${ports[@]}" >"$work/watch.out" &
	watcher=$!
	until [[ -e $work/stop.ready ]]; do timeout 0.1 tail -f /dev/null; done
	"$@" >"$work/out" 2>&1 || rc=$?
	wait_used
	: >"$work/stop"
	wait "$watcher" || { cat "$work/watch.out" "$work/out"; die "both ports were down at once"; }
	echo "$SECONDS s: $* -> $rc, $(cat "$work/watch.out")"
	[[ $rc == 0 ]] || { cat "$work/out"; die "exit code $rc"; }
	[[ $(losses bond0) == "$bond" ]] || die "the bond was down"
	for port in 0 1; do
		(($(losses "${ports[port]}") > before[port])) || die "${ports[port]} was not reset"
	done
}

channels() { ethtool -l "$1" | awk '/^Combined:/ { n = $2 } END { print n }'; }

cat >"$work/bond.conf" <<-P
	[Device "${ports[0]}"]
	RingRx=512

	[Device "${ports[1]}"]
	RingRx=512

	[Device "bond0.7"]
	Channels=2
	IrqPlacement=one-per-core
P
chmod 600 "$work/bond.conf"
wait_used
watched "$NETTUNECTL" apply --allow-disruptive "$work/bond.conf"
for port in "${ports[@]}"; do
	[[ $(channels "$port") == 2 ]] || die "$port: $(channels "$port") channels"
done
watched "$NETTUNECTL" revert
for port in "${ports[@]}"; do
	[[ $(channels "$port") == 4 ]] || die "$port: $(channels "$port") channels"
done
