#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 240 s
#
# The whole of "server" and "nic-throughput", placement with it, on every device of real drivers at
# once: the second apply writes nothing, a line that is edited changes one value, and revert brings
# back the host, as sysctl, ip, tc, ethtool, sysfs and /proc/irq see it. Counters are left out, and
# nothing else.
set -uo pipefail
export LC_ALL=C
work=$(mktemp -d)
mkdir -m 700 "$work/state" "$work/profiles"
export NETTUNE_STATE_DIR=$work/state NETTUNE_CONFIG_DIR=$work/none NETTUNE_DATA_DIR=$work/none
export NETTUNE_PROFILE_PATH=$work/profiles NETTUNE_BACKEND=${NETTUNE_BACKEND:-user}
trap '"$NETTUNECTL" -q revert --force' EXIT

die() { echo "FAIL: $*"; exit 1; }

nt() {
	out=$("$NETTUNECTL" "$@" 2>&1)
	rc=$?
	echo "$SECONDS s: nettunectl $* -> $rc"
}

expect() {
	[ "$rc" -eq "$1" ] || { printf '%s\n' "$out"; die "exit code $rc, expected $1"; }
}

# devices DRIVER: that it drives
devices() {
	local net
	for net in /sys/class/net/*; do
		[[ $(basename "$(readlink -f "$net/device/driver")") != "$1" ]] || basename "$net"
	done
}

# What changes by itself, in every host that does nothing.
readonly COUNTERS=(
	'^kernel\.(random|ns_last_pid|pty\.nr|perf_event_max_sample_rate|perf_cpu_time)'
	'^fs\.(dentry-state|file-nr|inode-(nr|state)|aio-nr|quota)'
	'^net\.netfilter\.nf_conntrack_count'
	'^vm\.stat_refresh'
	'/byte_queue_limits/(in[a-z]*|limit|stall_(cnt|max)):'
	'/tx_timeout:'
	'/carrier_(changes|up_count|down_count):'
)

# irqs: "HANDLERS MASK"; numbers are given anew with the queues of some drivers, so that they only
# stand for interrupts without a handler.
irqs() {
	{
		find /proc/irq -mindepth 2 -maxdepth 2 -type d -printf 'name %h %f\n' | sort
		grep -H . /proc/irq/*/smp_affinity /proc/irq/*/smp_affinity_list
	} 2>/dev/null | awk '
		$1 == "name" { names[$2] = names[$2] " " $3; next }
		{
			at = index($0, ":")
			path = substr($0, 1, at - 1)
			irq = file = path
			sub(/\/[^\/]*$/, "", irq)
			sub(/.*\//, "", file)
			print (irq in names ? names[irq] : irq), file, substr($0, at + 1)
		}' | sort
}

# ethtools DEVICE: every kind of setting that the program knows
ethtools() {
	local opt
	for opt in -k -l -g -c -a -x -n "-n %s rx-flow-hash tcp4" "-n %s rx-flow-hash udp4" \
		--show-priv-flags --show-eee --show-fec; do
		echo "-- ethtool $opt"
		[[ $opt != *%s* ]] || opt=${opt/ %s / $1 }
		# shellcheck disable=SC2086  # words
		if [[ $opt == *\ * ]]; then ethtool $opt; else ethtool "$opt" "$1"; fi 2>&1
	done
}

# all_counted: what can be set on this host, and counters
all_counted() {
	local dev
	sysctl -a
	ip -d link show
	tc qdisc show
	for dev in "${all[@]}"; do
		echo "== $dev"
		ethtools "$dev"
		grep -rH . "/sys/class/net/$dev/queues"
		grep -H . "/sys/class/net/$dev"/*
	done
	irqs
} 2>/dev/null

# everything: what can be set on this host
everything() { all_counted | grep -vE -f <(printf '%s\n' "${COUNTERS[@]}"); }

# wait_up: until each has its carrier, 20 s at most
wait_up() {
	local dev end=$((SECONDS + 20))
	for dev in "${all[@]}"; do
		until [[ $(cat "/sys/class/net/$dev/operstate") == up ]]; do
			((SECONDS < end)) || die "$dev has no carrier"
			timeout 0.1 tail -f /dev/null
		done
	done
}

# same_as FILE WHAT: the host is as it was when FILE was written, or WHAT went wrong
same_as() {
	wait_up
	everything >"$work/now"
	diff "$1" "$work/now" || die "$2"
}

# edit FILE SED PATTERN: a line of a profile, which changes one value: the one that PATTERN finds
edit() {
	sed -i.old "$2" "$work/profiles/$1"
	[[ $(diff "$work/profiles/$1.old" "$work/profiles/$1" | grep -c '^>') == 1 ]] ||
		die "not one line was edited: $2"
	rm "$work/profiles/$1.old"
	nt apply --allow-disruptive --json server nic-throughput own
	accepted
	grep -qE '"writes": 1,?$' <<<"$out" || die "not one value was written"
	wait_up
	everything >"$work/edited"
	diff "$work/applied" "$work/edited" >"$work/difference"
	cat "$work/difference"
	[[ $(grep -c '^>' "$work/difference") == 1 && $(grep -c '^<' "$work/difference") == 1 ]] ||
		die "not exactly one value was changed"
	grep -q "^>.*$3" "$work/difference" || die "another value was changed than $3"
	mv "$work/edited" "$work/applied"
}

# accepted: all that can be is in effect; what a driver does not have may be left out
accepted() {
	[[ $rc == 0 || $rc == 5 ]] || { printf '%s\n' "$out"; die "exit code $rc"; }
	printf '%s\n' "$out" | python3 -c '
import json, sys
done = json.load(sys.stdin)
print("state", done["state"], "writes", done["writes"])
well = "applied", "compliant"
left = [c for c in done["changes"] if not c["kept"] and c["outcome"] not in well]
for change in left:
    print("{target} {tunable}: {outcome} {errno} {extack}".format(**change))
sys.exit(any(c["outcome"] not in ("unsupported", "immutable") for c in left))' ||
		die "not all was applied"
}

# by_hand DEVICE: an operator's settings, on a queue that stays and on one that will go
by_hand() {
	local q
	ethtool -L "$1" combined 4
	wait_up
	ethtool -X "$1" weight 1 1 2 4 2>/dev/null || ethtool -X "$1" equal 2 2>/dev/null
	for q in 0 3; do
		echo 2 >"/sys/class/net/$1/queues/rx-$q/rps_cpus"
		echo 64 >"/sys/class/net/$1/queues/rx-$q/rps_flow_cnt"
		echo 1 >"/sys/class/net/$1/queues/tx-$q/xps_cpus"
	done
	ip link set dev "$1" txqueuelen 900
}

[[ $NETTUNE_TARGET != uml ]] || { echo "SKIP: UML has no PCI devices"; exit 77; }
mapfile -t igb < <(devices igb)
mapfile -t virtio < <(devices virtio_net)
all=("${igb[@]}" "${virtio[@]}")
((${#igb[@]} == 2 && ${#virtio[@]} == 1)) || die "not the devices that are expected: ${all[*]}"
for dev in "${all[@]}"; do
	ip link set "$dev" up
done
wait_up
by_hand "${igb[0]}"
if [[ $NETTUNE_VM_QUEUES == 4 ]]; then
	by_hand "${virtio[0]}"
else
	echo "the host has no /dev/net/tun for a multi-queue virtio-net: it has one queue"
fi

cp "$NETTUNE_ROOT"/profiles/{server,nic-throughput}.conf "$work/profiles"
cat >"$work/profiles/own.conf" <<-P
	[Profile]
	Name=own
	Description=what a device has that others have not

	[Device "${igb[0]}"]
	TxQueueLen=500
	RingTx=512
P
chmod 600 "$work"/profiles/*
wait_up

everything >"$work/before"
echo "$SECONDS s: $(wc -l <"$work/before") lines"
nt plan server nic-throughput own
expect 0
same_as "$work/before" "planning changed something"

nt apply --allow-disruptive --json server nic-throughput own
accepted
wait_up
everything >"$work/applied"
(($(diff "$work/before" "$work/applied" | grep -c '^>') >= 30)) || die "hardly anything was changed"
[[ $(ethtool -l "${igb[0]}" | awk '/^Combined:/ { n = $2 } END { print n }') == 2 ]] ||
	die "a queue for each core was wanted"

nt apply --allow-disruptive --json server nic-throughput own
accepted
grep -qE '"writes": 0,?$' <<<"$out" || die "the second apply wrote something"
same_as "$work/applied" "the second apply changed something"

edit server.conf 's/^\(net.core.somaxconn >=\).*/\1 32768/' 'somaxconn = 32768'
edit own.conf 's/^RingTx=.*/RingTx=256/' 'TX:.*256'

nt revert
expect 0
same_as "$work/before" "revert did not restore everything"
