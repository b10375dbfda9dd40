#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 240 s
#
# The whole of "server" and "nic-throughput", placement with it, on every device of real drivers at
# once: the second apply writes nothing, a line that is edited changes one value, and revert brings
# back the host, as sysctl, ip, tc, ethtool, sysfs and /proc/irq see it. Counters are left out, and
# nothing else.
# The module writes what are files, where there is one: but for 6.12, so that both ways are gone
# without either being gone twice.
[[ $NETTUNE_TARGET == 6.12 || -z ${NETTUNE_KO:-} ]] || export NETTUNE_BACKEND=kernel
# shellcheck source=nic.sh
. "$(dirname "$0")/nic.sh"
mkdir -m 700 "$work/profiles"
export NETTUNE_PROFILE_PATH=$work/profiles

# Loaded before the host is looked at for the first time.
load_module() {
	insmod "$NETTUNE_KO" || die "the module cannot be loaded"
	trap '"$NETTUNECTL" -q revert --force; rmmod nettune' EXIT
}

# files_by_module: how many the module has written since it was loaded
files_by_module() {
	"$NETTUNE_ROOT/build/tests/nettune_client" cap | tr ' ' '\n' | sed -n 's/^ops_done=//p'
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

# same_as FILE WHAT: the host is as it was when FILE was written, or WHAT went wrong
same_as() {
	wait_up "${all[@]}"
	everything >"$work/now"
	same "$1" "$2" <"$work/now"
}

# edit FILE SED PATTERN: a line of a profile, which changes one value: the one that PATTERN finds
edit() {
	sed -i.old "$2" "$work/profiles/$1"
	[[ $(diff "$work/profiles/$1.old" "$work/profiles/$1" | grep -c '^>') == 1 ]] ||
		die "not one line was edited: $2"
	rm "$work/profiles/$1.old"
	nt apply --allow-disruptive --json server nic-throughput own
	accepted
	writes 1
	wait_up "${all[@]}"
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
	[[ $rc == 0 || $rc == 5 ]] || { show; die "exit code $rc"; }
	show | python3 -c '
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
	wait_up "${all[@]}"
	ethtool -X "$1" weight 1 1 2 4 2>/dev/null || ethtool -X "$1" equal 2 2>/dev/null
	for q in 0 3; do
		echo 2 >"/sys/class/net/$1/queues/rx-$q/rps_cpus"
		echo 64 >"/sys/class/net/$1/queues/rx-$q/rps_flow_cnt"
		echo 1 >"/sys/class/net/$1/queues/tx-$q/xps_cpus"
	done
	ip link set dev "$1" txqueuelen 900
}

[[ $NETTUNE_BACKEND != kernel ]] || load_module
mapfile -t igb < <(devices_of igb)
mapfile -t virtio < <(devices_of virtio_net)
all=("${igb[@]}" "${virtio[@]}")
((${#igb[@]} == 2 && ${#virtio[@]} == 1)) || die "not the devices that are expected: ${all[*]}"
for dev in "${all[@]}"; do
	ip link set "$dev" up
done
wait_up "${all[@]}"
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
wait_up "${all[@]}"

everything >"$work/before"
echo "$SECONDS s: $(wc -l <"$work/before") lines"
nt plan server nic-throughput own
expect 0
same_as "$work/before" "planning changed something"

nt apply --allow-disruptive --json server nic-throughput own
accepted
wait_up "${all[@]}"
everything >"$work/applied"
(($(diff "$work/before" "$work/applied" | grep -c '^>') >= 30)) || die "hardly anything was changed"
[[ $(ethtool -l "${igb[0]}" | awk '/^Combined:/ { n = $2 } END { print n }') == 2 ]] ||
	die "a queue for each core was wanted"

nt apply --allow-disruptive --json server nic-throughput own
accepted
writes 0
same_as "$work/applied" "the second apply changed something"

edit server.conf 's/^\(net.core.somaxconn >=\).*/\1 32768/' 'somaxconn = 32768'
edit own.conf 's/^RingTx=.*/RingTx=256/' 'TX:.*256'

nt revert
expect 0
same_as "$work/before" "revert did not restore everything"
[[ $NETTUNE_BACKEND != kernel ]] || (($(files_by_module) >= 30)) ||
	die "the module wrote $(files_by_module) files, hardly any"
