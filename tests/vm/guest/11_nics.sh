#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The devices that tests tune are there, with the queues they rely on.
set -euo pipefail

# Print the interfaces that DRIVER drives.
interfaces_of() {
	local net
	for net in /sys/class/net/*; do
		[[ $(basename "$(readlink -f "$net/device/driver")") != "$1" ]] || basename "$net"
	done
}

rx_queues() { find "/sys/class/net/$1/queues" -maxdepth 1 -name 'rx-*' | wc -l; }

if [[ $NETTUNE_TARGET == uml ]]; then
	modprobe netdevsim
	echo "7 2 4" >/sys/bus/netdevsim/new_device
	test "$(find /sys/bus/netdevsim/devices/netdevsim7/net -mindepth 1 -maxdepth 1 | wc -l)" = 2
	echo 7 >/sys/bus/netdevsim/del_device
	exit 0
fi

mapfile -t igb < <(interfaces_of igb)
mapfile -t virtio < <(interfaces_of virtio_net)
echo "igb: ${igb[*]-}; virtio_net: ${virtio[*]-}"
test ${#igb[@]} -ge 1
for nic in "${igb[@]}"; do
	test "$(rx_queues "$nic")" -ge 2
done
test ${#virtio[@]} = 1
if [[ $NETTUNE_VM_QUEUES != 4 ]]; then
	echo "SKIP: the host has no /dev/net/tun for a multi-queue virtio-net"
	exit 77
fi
# The driver starts with a queue per CPU; the device has four.
ethtool -L "${virtio[0]}" combined 4
test "$(rx_queues "${virtio[0]}")" = 4
