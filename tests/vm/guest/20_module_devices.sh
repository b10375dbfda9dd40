#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 240 s
# Settings of devices by ethtool netlink, and their interrupts: applied, verified,
# undone, and refused in the kernel's own words; never another's device.
#
# Early: once a device went with its RPS on, some kernels count RPS as in use for good.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
ipv4=/proc/sys/net/ipv4

# Numbers of linux/ethtool_netlink.h, as the client wants them.
rings_rx=16:6
channels_rx=18:6
channels_combined=18:9
coalesce_rx_usecs=20:2
features_wanted=12:3
gro_bit=64:14

idle() { [[ $(counter txns_pending) == 0 ]]; }
id_of_last() { "$CLIENT" list | tail -n 1 | sed -n 's/^txn id=\([0-9]*\) .*/\1/p'; }

# What ethtool says, which knows nothing of the module: seen -g RX DEV
seen() {
	local option=$1 what=$2 dev=$3
	ethtool "$option" "$dev" | sed -n '/Current/,$p' | sed -n "s/^$what:[[:space:]]*//p" | head -n 1
}
ring_is() { [[ $(seen -g RX "$1") == "$2" ]] || fail "ring of $1 is $(seen -g RX "$1"), not $2"; }
usecs_of() { ethtool -c "$1" | sed -n 's/^rx-usecs:[[:space:]]*//p'; }

device_of_driver() {
	local net
	for net in /sys/class/net/*; do
		[[ $(basename "$(readlink -f "$net/device/driver")") != "$1" ]] || basename "$net"
	done | head -n 1
}

# DEV has rings, PORT has channels; in UML both are one port of a simulated device.
find_devices() {
	if [[ $NETTUNE_TARGET == uml ]]; then
		modprobe netdevsim
		echo "7 1 4" >/sys/bus/netdevsim/new_device
		DEV=$(basename /sys/bus/netdevsim/devices/netdevsim7/net/*)
		PORT=$DEV
		ethtool -G "$DEV" rx 512
		OLD=512 NEW=256
	else
		DEV=$(device_of_driver igb)
		PORT=$(device_of_driver virtio_net)
		OLD=$(seen -g RX "$DEV") NEW=512
	fi
	ip link set "$DEV" up
	ip link set "$PORT" up
	echo "$DEV: $OLD slots; $PORT: $(seen -l Combined "$PORT") channels"
}

rings_are_set_and_undone() {
	client 0 apply "ethnl:$DEV:$rings_rx=$NEW/$OLD"
	said 'state=committed ops=1 written=1' 'flags=written, error=0'
	ring_is "$DEV" $NEW
	client 0 apply "ethnl:$DEV:$rings_rx=$NEW/$OLD"
	said 'flags=unchanged,'
	client 1 apply "ethnl:$DEV:$rings_rx=$OLD/$NEW" "$ipv4/tcp_rmem=x"
	said 'state=undone ops=2 written=2 undone=2 failed_op=1'
	ring_is "$DEV" $NEW
	client 0 session begin add "ethnl:$DEV:$rings_rx=$OLD/$NEW" . commit:60000
	ring_is "$DEV" "$OLD"
	client 1 rollback "$(id_of_last)"
	said 'state=undone'
	ring_is "$DEV" $NEW
	client 0 apply "ethnl:$DEV:$rings_rx=$OLD/$NEW"
}

the_core_says_why() {
	client 1 apply "$core/somaxconn=5000" "ethnl:$DEV:$rings_rx=999999/$OLD"
	said 'state=undone .*failed_op=1 error=EINVAL message="requested ring size exceeds maximum"' \
		'^op index=1 .*message="requested ring size exceeds maximum"'
	holds $core/somaxconn 4000
	client 0 apply "?ethnl:$DEV:$rings_rx=999999/$OLD" "$core/somaxconn=5000"
	said 'state=committed' '^op index=0 .*error=EINVAL .*exceeds maximum'
	ring_is "$DEV" "$OLD"
	client 0 apply "$core/somaxconn=4000"
}

coalescing_is_set() {
	local old
	old=$(usecs_of "$DEV")
	client 0 apply "ethnl:$DEV:$coalesce_rx_usecs=40/$old"
	[[ $(usecs_of "$DEV") == 40 ]] || fail "rx-usecs is $(usecs_of "$DEV")"
	client 0 apply "ethnl:$DEV:$coalesce_rx_usecs=$old/40"
	[[ $(usecs_of "$DEV") == "$old" ]] || fail "rx-usecs is $(usecs_of "$DEV"), was $old"
}

features_are_set_bit_by_bit() {
	local before
	before=$(ethtool -k "$DEV" | grep -v ^generic-receive)
	client 0 session begin add "bit:$DEV:$features_wanted:$gro_bit=0/1" . commit:60000
	ethtool -k "$DEV" | grep -q '^generic-receive-offload: off' || fail "GRO is still on"
	[[ $(ethtool -k "$DEV" | grep -v ^generic-receive) == "$before" ]] || fail "others changed"
	client 1 rollback "$(id_of_last)"
	said 'state=undone'
	ethtool -k "$DEV" | grep -q '^generic-receive-offload: on' || fail "GRO is still off"
	# A feature that the device does not have is accepted by the core, and then not there.
	client 1 apply "bit:$DEV:$features_wanted:64:34=1/0"
	said 'state=(undone|undo-failed)' 'error=(EBADE|EINVAL|EOPNOTSUPP)'
}

channels_are_set_and_undone() {
	local had
	had=$(seen -l Combined "$PORT")
	client 0 session begin add "ethnl:$PORT:$channels_combined=1/$had" . commit:60000
	[[ $(seen -l Combined "$PORT") == 1 ]] || fail "channels were not set"
	client 1 rollback "$(id_of_last)"
	said 'state=undone'
	[[ $(seen -l Combined "$PORT") == "$had" ]] || fail "channels were not undone"
}

# Files of queues that this transaction made are gone when it is undone.
queues_come_and_go() {
	local had rps=/sys/class/net/$PORT/queues/rx-1/rps_cpus
	had=$(seen -l Combined "$PORT")
	if ((had < 2)) || [[ ! -e $rps ]]; then
		not_run "${FUNCNAME[0]}" "no second queue with RPS"
		return
	fi
	ethtool -L "$PORT" combined 1
	[[ ! -e $rps ]] || fail "the queue is still there"
	# The second queue's value is undone last, when its file is gone with the queue.
	client 0 session begin add "!ethnl:$PORT:$channels_combined=$had/1" . \
		add "$rps=1" "$core/somaxconn=5000" . commit:60000
	said 'state=awaiting ops=3 written=3'
	client 1 rollback "$(id_of_last)"
	said 'state=undone ops=3 written=3 undone=3'
	[[ $(seen -l Combined "$PORT") == 1 ]] || fail "channels were not undone"
	ethtool -L "$PORT" combined "$had"
}

fewer_channels_need_force_with_rps() {
	local had rps=/sys/class/net/$PORT/queues/rx-0/rps_cpus
	had=$(seen -l Combined "$PORT")
	if [[ ! -e $rps ]] || ((had < 2)); then
		not_run "${FUNCNAME[0]}" "no RPS, or one channel"
		return
	fi
	echo 1 >"$rps"
	client 1 apply "ethnl:$PORT:$channels_combined=1/$had"
	said 'error=EPERM .*may panic with panic_on_warn'
	[[ $(seen -l Combined "$PORT") == "$had" ]] || fail "channels were set"
	client 0 apply "!ethnl:$PORT:$channels_combined=1/$had"
	# More of them are taken away again by undo.
	echo 1 >"$rps"
	client 1 apply "ethnl:$PORT:$channels_combined=$had/1"
	said 'error=EPERM .*may panic with panic_on_warn'
	echo 0 >"$rps"
	# A queue that went with its mask leaves kernels believing that RPS is in use.
	client 0 apply "!ethnl:$PORT:$channels_combined=$had/1"
}

third_party_is_left_alone() {
	client 0 session begin add "ethnl:$DEV:$rings_rx=$NEW/$OLD" . commit:60000
	ethtool -G "$DEV" rx 1024
	client 1 rollback "$(id_of_last)"
	said 'state=undo-failed' 'undo_error=ESTALE'
	ring_is "$DEV" 1024
	ethtool -G "$DEV" rx "$OLD"
}

renamed_device_is_undone() {
	client 0 session begin add "ethnl:$DEV:$rings_rx=$NEW/$OLD" . commit:60000
	ip link set "$DEV" down
	ip link set "$DEV" name nt-renamed
	client 1 rollback "$(id_of_last)"
	said 'state=undone'
	ring_is nt-renamed "$OLD"
	ip link set nt-renamed name "$DEV"
	ip link set "$DEV" up
}

# Named by index, from a namespace where that is nobody or somebody else.
other_namespaces_are_out_of_reach() {
	local index
	index=$(<"/sys/class/net/$DEV/ifindex")
	ip netns add nt-other
	SAID=$(ip netns exec nt-other "$CLIENT" apply "ethnl:#$index:$rings_rx=$NEW/$OLD") &&
		fail "a device of elsewhere was accepted"
	said '^refused error=ENODEV op=0 .*no such device in the sender'
	ring_is "$DEV" "$OLD"
	SAID=$(unshare --user --map-root-user --net "$CLIENT" apply \
		"ethnl:#$index:$rings_rx=$NEW/$OLD" 2>&1) && fail "container root was accepted"
	said '(refused error=EPERM|Operation not permitted)'
	ring_is "$DEV" "$OLD"
	ip netns del nt-other
}

# refused ERROR MESSAGE OP: at once.
refused() {
	client 3 apply "$core/somaxconn=6600" "$3"
	said "^refused error=$1 op=1 message=\".*$2"
	holds $core/somaxconn 4000
}

requests_off_the_list_are_refused() {
	refused EPERM 'not on the positive list' "ethnl:$DEV:5:2=1/0"
	refused EPERM 'not on the positive list' "ethnl:$DEV:10:2=1/0"
	refused EPERM 'not on the positive list' "ethnl:$DEV:35:2=1/0"
	refused EPERM 'not on the positive list' "ethnl:$DEV:15:2=1/0"
	refused ENODEV 'header' "ethnl:#0:$rings_rx=1/0"
	client 3 apply "ethnl:$DEV:300:2=1/0"
	said '^refused error=ERANGE'
}

# Numbers of the interrupts whose messages are of PCI function $1.
interrupts_of() { ls "$1/msi_irqs" 2>/dev/null; }

function_of() {
	local path
	path=$(readlink -f "/sys/class/net/$1/device")
	while [[ ! -e $path/vendor || ! -e $path/class ]]; do
		path=$(dirname "$path")
	done
	printf '%s\n' "$path"
}

affinity_is() {
	local seen
	seen=$(tr -d ',\n' <"/proc/irq/$1/smp_affinity")
	((16#$seen == $2)) || fail "interrupt $1 goes to $seen, not $2"
}

interrupts_move_and_return() {
	local irq
	irq=$(interrupts_of "$(function_of "$DEV")" | tail -n 1)
	echo 3 >"/proc/irq/$irq/smp_affinity"
	client 0 apply "irq:/proc/irq/$irq/smp_affinity=2"
	said 'state=committed ops=1 written=1' 'error=0 .*readback="[0,]*2\\n"'
	affinity_is "$irq" 2
	client 1 apply "irq:/proc/irq/$irq/smp_affinity=1" "$ipv4/tcp_rmem=x"
	said 'state=undone ops=2 written=2 undone=2'
	affinity_is "$irq" 2
	client 0 session begin add "irq:/proc/irq/$irq/smp_affinity=1" . commit:60000
	echo 3 >"/proc/irq/$irq/smp_affinity"
	client 1 rollback "$(id_of_last)"
	said 'state=undo-failed' 'undo_error=ESTALE'
	affinity_is "$irq" 3
	client 1 apply "irq:/proc/irq/$irq/smp_affinity=f0000000"
	said 'error=(EINVAL|EOVERFLOW)'
	client 1 apply "irq:/proc/irq/$irq/smp_affinity=junk"
	said 'error=EINVAL'
	affinity_is "$irq" 3
}

interrupts_of_others_are_refused() {
	local irq other pci
	irq=$(interrupts_of "$(function_of "$DEV")" | tail -n 1)
	refused EBADF 'open for writing' "<irq:/proc/irq/$irq/smp_affinity=1"
	refused EPERM 'not smp_affinity' "irq:/proc/irq/$irq/smp_affinity_list=1"
	refused EPERM 'not smp_affinity' "irq:/proc/irq/default_smp_affinity=1"
	refused EPERM 'not smp_affinity' "irq:$core/somaxconn=1"
	refused EPERM 'not smp_affinity' "irq:/sys/class/net/$DEV/tx_queue_len=1"
	refused EPERM 'not smp_affinity' "irq:/dev/null=1"
	for other in /proc/irq/[0-9]*; do
		[[ -e $other/smp_affinity ]] || continue
		for pci in /sys/bus/pci/devices/*; do
			[[ -e $pci/msi_irqs/${other##*/} ]] || continue
			[[ -z $(find "$pci/" -maxdepth 3 -name net) ]] || continue 2
		done
		refused EXDEV 'not of a network device' "irq:$other/smp_affinity=1"
	done
	# The same interrupt, asked for from where its device is not; and when its device left.
	ip netns add nt-other
	SAID=$(ip netns exec nt-other "$CLIENT" apply "irq:/proc/irq/$irq/smp_affinity=1") &&
		fail "an interrupt of elsewhere was accepted"
	said '^refused error=EXDEV op=0'
	ip link set "$DEV" netns nt-other
	refused EXDEV 'not of a network device' "irq:/proc/irq/$irq/smp_affinity=1"
	ip -n nt-other link set "$DEV" netns 1
	ip netns del nt-other
	ip link set "$DEV" up
	affinity_is "$irq" 3
}

# Indices are given anew, and a device that comes from another namespace may keep its own.
other_device_with_the_index_is_left_alone() {
	local queues=(numrxqueues 4 numtxqueues 4)
	ip link add nt-v index 777 "${queues[@]}" type veth peer name nt-w "${queues[@]}"
	client 0 session begin add "!ethnl:nt-v:$channels_rx=2/4" . commit:60000
	[[ $(seen -l RX nt-v) == 2 ]] || fail "channels were not set"
	ip link del nt-v
	ip link add nt-v index 777 "${queues[@]}" type veth peer name nt-w "${queues[@]}"
	ethtool -L nt-v rx 2
	client 1 rollback "$(id_of_last)"
	said 'state=undo-failed' 'undo_error=ENODEV'
	[[ $(seen -l RX nt-v) == 2 ]] || fail "another device was given the channels of the first"
	ip link del nt-v
}

device_that_goes_is_no_crash() {
	client 0 session begin add "ethnl:$DEV:$rings_rx=$NEW/$OLD" . commit:60000
	echo 7 >/sys/bus/netdevsim/del_device
	client 1 rollback "$(id_of_last)"
	said 'state=undo-failed' 'undo_error=ENODEV'
}

module_load
echo 4000 >$core/somaxconn
find_devices
rings_are_set_and_undone
the_core_says_why
coalescing_is_set
features_are_set_bit_by_bit
channels_are_set_and_undone
queues_come_and_go
fewer_channels_need_force_with_rps
third_party_is_left_alone
other_device_with_the_index_is_left_alone
renamed_device_is_undone
other_namespaces_are_out_of_reach
requests_off_the_list_are_refused
if [[ $NETTUNE_TARGET == uml ]]; then
	device_that_goes_is_no_crash
else
	interrupts_move_and_return
	interrupts_of_others_are_refused
fi
within 20 idle
rmmod nettune
