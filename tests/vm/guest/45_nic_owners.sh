#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# kernels: 6.1(soak) 6.12 7.3: UML has no PCI devices
#
# Who undoes what of real devices on the kernel backend: the module its sysctls, interrupts and
# channels, the guardian or recover an MTU, an RSS table and all that new queues lost, in one
# transaction. Whoever is killed, the host ends as ip, ethtool, sysfs and /proc/irq saw it before.
export NETTUNE_BACKEND=kernel
# shellcheck source=nic.sh
. "$(dirname "$0")/nic.sh"
. "$NETTUNE_ROOT/tests/net/devices.sh"
client=$NETTUNE_ROOT/build/tests/nettune_client

insmod "$NETTUNE_KO" || die "the module cannot be loaded"
trap '"$NETTUNECTL" -q revert --force; ip link del nto0; rmmod nettune' EXIT
ip link add nto0 type veth peer name nto1

mapfile -t igb < <(devices_of igb)
((${#igb[@]} == 2)) || die "not two igb: ${igb[*]}"
few=${igb[0]} far=${igb[1]}
ip link set "$few" up
ip link set "$far" up
wait_up "${igb[@]}"

# counter NAME: of the module's, now
counter() { "$client" cap | tr ' ' '\n' | sed -n "s/^$1=//p"; }

# within SECONDS COMMAND...: until it succeeds
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || die "not within the limit: $*"
		timeout 0.1 tail -f /dev/null
	done
}

has_channels() { [[ $(channels "$few") == "$1" ]]; }
module_rests() { [[ $(counter txns_pending) == 0 ]]; }

table() { ethtool -x "$1" | sed -n '/^ *[0-9]*:/p'; }

dump() {
	everything "$few"
	everything "$far"
	sysctl net.core.somaxconn
	cat /sys/class/net/nto0/mtu
}

# by_hand CHANNELS: what somebody set before us; whatever other scripts left
by_hand() {
	local file
	# A table that names queues would keep the channels from the module; the driver makes its
	# own anew when their number changes.
	ethtool -X "$few" default
	ethtool -L "$few" combined 1
	ethtool -L "$few" combined "$1"
	wait_up "$few"
	for file in "/sys/class/net/$few/device/msi_irqs/"*; do
		echo 2 >"/proc/irq/${file##*/}/smp_affinity"
	done 2>/dev/null
	echo 2 >"/sys/class/net/$few/queues/rx-0/rps_cpus"
	dump >"$work/before"
}

# profile LINE...: of the device that gets other channels, beside what is the same for all
profile() {
	{
		cat <<-P
			[Sysctl]
			net.core.somaxconn = 1111
			[Device "nto0"]
			Mtu=1400
			[Device "$far"]
			IrqPlacement=0
			Rss=weights(1,3)
			[Device "$few"]
		P
		printf '%s\n' "$@"
	} >"$work/owners.conf"
	chmod 600 "$work/owners.conf"
}

# on_trial: applied, for longer than applying takes
on_trial() {
	done_before=$(counter ops_done)
	nt apply --allow-disruptive --confirm 8 "$work/owners.conf"
	expect 0 "kernel backend"
}

# in_effect CHANNELS: and $owned of the values are the module's
in_effect() {
	has_channels "$1" || die "channels: $(channels "$few")"
	[[ $(cat /sys/class/net/nto0/mtu) == 1400 ]] || die "the MTU is not in effect"
	irqs_of "$far" | awk '/-TxRx-/ && $3 != "0" { bad = 1 } END { exit bad }' ||
		die "interrupts: $(irqs_of "$far")"
	[[ $(counter txns_pending) == 1 ]] || die "the module holds nothing"
	owned=$(($(counter ops_done) - done_before))
	echo "the module wrote $owned values"
}

guardian_gone() { flock -w 60 "$NETTUNE_STATE_DIR/guardian.lock" true || die "the guardian is still there"; }

kill_guardian() {
	local pid
	pid=$(sed -nE 's/^pid ([0-9]+), guardian of transaction [0-9]+$/\1/p' \
		"$NETTUNE_STATE_DIR/guardian.lock")
	[[ $pid ]] || die "there is no guardian to kill"
	kill -KILL "$pid"
	guardian_gone
}

# back WHAT: all is as it was, and the module holds nothing
back() {
	wait_up "$few"
	dump | same "$work/before" "$1: not as before"
	module_rests || die "$1: the module still holds a transaction"
	echo "$SECONDS s: back after $1"
}

# alone LEFT APPLIED: nobody is left but the module, which returns what it owns, and nothing else
alone() {
	on_trial
	kill_guardian
	in_effect "$2"
	within 30 module_rests
	has_channels "$1" || die "the module left $(channels "$few") channels, not $1"
	[[ $(sysctl -n net.core.somaxconn) != 1111 ]] || die "the module left the sysctl"
	irqs_of "$far" >"$work/irqs"
	grep -F "irq $far" "$work/before" | same "$work/irqs" "interrupts of $far"
	[[ $(cat /sys/class/net/nto0/mtu) == 1400 ]] || die "who returned the MTU?"
	! table "$far" | cmp -s "$work/table" - || die "who returned the RSS table?"
	nt recover
	expect 0
}

ethtool -X "$far" weight 3 1
table "$far" >"$work/table"

by_hand 4
profile Channels=2
on_trial
in_effect 2
# A sysctl, the channels, and interrupts.
((owned >= 4)) || die "the module wrote $owned values only"
guardian_gone
back "the guardian's deadline, fewer channels"
alone 4 2
back "the module's deadline and recover, fewer channels"

# The command is killed as soon as there are other channels: the module undoes what it has, for its
# socket is closed, and the guardian the rest.
"$NETTUNECTL" apply --allow-disruptive --confirm 60 "$work/owners.conf" >/dev/null 2>&1 &
command=$!
within 30 has_channels 2
kill -KILL "$command"
guardian_gone
back "the command was killed"

by_hand 2
profile Channels=4
alone 2 4
back "the module's deadline and recover, more channels"

# A table of the device itself: the module could not take away the queues that it names.
profile Channels=4 'Rss=weights(1,1,1,2)'
alone 4 4
back "the module's deadline and recover, with an RSS table"
