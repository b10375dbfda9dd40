#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 240 s
#
# How single queues are polled, on drivers that link them to NAPI: told, kept over what the whole
# device is told and over other channels, and returned, as a program sees it that shares no code
# with us. Kernels before 6.13 must say that they cannot.
# shellcheck source=nic.sh
. "$(dirname "$0")/nic.sh"

# polled DEVICE: what its queues and itself were told
polled() {
	python3 "$NETTUNE_ROOT/tests/net/napi_values.py" "$1"
	cat "/sys/class/net/$1"/{napi_defer_hard_irqs,gro_flush_timeout,threaded}
}

# told DEVICE QUEUE WORDS: the queue's line is this
told() {
	[[ $(polled "$1" | grep "^$2 ") == "$2 $3" ]] || die "$2: $(polled "$1" | grep "^$2 "), not $3"
}

by_hand() { python3 "$NETTUNE_ROOT/tests/net/napi_values.py" "$@" || die "cannot set $*"; }

same_as() { polled "$2" | same "$1" "$3"; }

refused() {
	cat >"$work/p.conf" <<-P
		[Device "$1"]
		NapiQueues=rx: napi-defer-hard-irqs:2
	P
	chmod 600 "$work/p.conf"
	nt apply "$work/p.conf"
	expect 0 "unsupported"
	grep -q "Linux 6.13" <<<"$out" || die "it does not say since when"
}

cycle() {
	local dev=$1 channels=$2

	by_hand "$dev" rx-1 defer 5
	polled "$dev" >"$work/before"
	cat >"$work/p.conf" <<-P
		[Device "$dev"]
		BusyPoll=napi-defer-hard-irqs:2 gro-flush-timeout:200us
		NapiQueues=rx-0: napi-defer-hard-irqs:9 irq-suspend-timeout:20ms threaded:on
	P
	chmod 600 "$work/p.conf"
	nt plan "$work/p.conf"
	expect 0
	same_as "$work/before" "$dev" "planning changed something"
	nt apply "$work/p.conf"
	expect 0 "committed"
	told "$dev" rx-0 "defer 9 flush 200000 suspend 20000000 threaded 1"
	# What it had of its own outlives what the device was told.
	told "$dev" rx-1 "defer 5 flush 200000 suspend 0 threaded 0"
	nt apply --json "$work/p.conf"
	expect 0
	writes 0
	nt status
	expect 0 "in effect"
	grep -q "epoll sets prefers busy polling" <<<"$out" || die "status does not say that nobody polls"
	# One line changed is one value written.
	sed -i 's/suspend-timeout:20ms/suspend-timeout:30ms/' "$work/p.conf"
	nt apply --json "$work/p.conf"
	expect 0
	writes 1
	nt revert
	expect 0
	same_as "$work/before" "$dev" "revert did not restore"

	# Other channels: instances are made anew, with other ids.
	cat >"$work/p.conf" <<-P
		[Device "$dev"]
		Channels=$channels
		NapiQueues=rx: gro-flush-timeout:100us
	P
	nt apply --allow-disruptive "$work/p.conf"
	expect 0 "committed"
	wait_up "$dev"
	told "$dev" rx-1 "defer 5 flush 100000 suspend 0 threaded 0"
	nt apply --allow-disruptive --json "$work/p.conf"
	expect 0
	writes 0
	nt revert
	expect 0
	wait_up "$dev"
	same_as "$work/before" "$dev" "revert did not restore after other channels"
}

for driver in igb virtio_net; do
	dev=$(first_of "$driver")
	[[ $dev ]] || die "no $driver here"
	[[ $driver != virtio_net || $NETTUNE_VM_QUEUES == 4 ]] || continue
	ip link set "$dev" up
	wait_up "$dev"
	ethtool -L "$dev" combined 4
	wait_up "$dev"
	echo "# $driver: $dev"
	polled "$dev"
	if [[ $NETTUNE_TARGET == 7.3 ]]; then
		cycle "$dev" 2
	else
		refused "$dev"
	fi
done
