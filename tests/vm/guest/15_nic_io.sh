#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# kernels: uml 6.1 6.12(soak) 7.3: 6.12 has the same interfaces to devices as 6.1
#
# Devices are read as ethtool reads them, set to what is asked for, and refusals say why.
set -euo pipefail
. "$NETTUNE_ROOT/tests/net/witness.sh"

# names_of DRIVER: the devices that it drives
names_of()
{
	local net
	for net in /sys/class/net/*; do
		[[ $(basename "$(readlink -f "$net/device/driver")") != "$1" ]] || basename "$net"
	done
}

# repeat N WORDS: so often
repeat()
{
	local n=$1 i
	shift
	for ((i = 0; i < n; i++)); do printf '%s ' "$@"; done
}

entries_of() { ours "$1" | sed -n 's/^rss.entries //p'; }
key_bytes_of() { ours "$1" | sed -n 's/^rss.key //p' | tr ':' '\n' | grep -c . || true; }

common()
{
	does "$1" mtu 1400
	reads "$1" "link.mtu 1400"
	refuses 22 "mtu: mtu less than device minimum" "$1" mtu 10
	does "$1" txqlen 123
	reads "$1" "link.tx-queue-len 123"
	refuses 95 "feature nonsense: the kernel has none of that name" "$1" feature nonsense 1
	refuses 95 "feature vlan-challenged: fixed off" "$1" feature vlan-challenged 1
	refuses 22 "channels combined: requested channel count exceeds maximum" "$1" channels combined:64
	refuses 22 "rings rx: requested ring size exceeds maximum" "$1" rings rx:100000
	does "$1" mtu 1500
	does "$1" wait 15000
	reads "$1" "link.carrier 1"
}

# The first two queues have everything; then one may not be taken away.
rss_table()
{
	local n
	n=$(entries_of "$1")
	refuses 22 "rss table: 3 entries, the device has $n" "$1" rss table 1 1 1
	# shellcheck disable=SC2046 # a list of words
	does "$1" rss table $(repeat "$n" 1)
	reads "$1" "rss.table $(repeat "$n" 1 | sed 's/ $//')"
	# shellcheck disable=SC2046
	refuses 22 "rss" "$1" rss table $(repeat "$n" 60)
	refuses 22 "channels" "$1" channels combined:1
	does "$1" rss reset
	reads "$1" "rss.table $(repeat "$((n / 2))" 0 1 | sed 's/ $//')"
	does "$1" channels combined:1
	does "$1" channels combined:2
}

rss_key()
{
	local n key other
	n=$(key_bytes_of "$1")
	if [[ $n == 0 ]]; then
		refuses 95 "rss key: the device has none" "$1" rss key 11:22
		return
	fi
	key=$(repeat "$n" 5a | sed 's/ $//; s/ /:/g')
	other=$(repeat "$n" c3 | sed 's/ $//; s/ /:/g')
	refuses 22 "rss key: 2 bytes, the device has $n" "$1" rss key 11:22
	does "$1" rss key "$key"
	reads "$1" "rss.key $key"
	# shellcheck disable=SC2046
	does "$1" rss table $(repeat "$(entries_of "$1")" 1)
	reads "$1" "rss.key $key"
	does "$1" rss reset-key "$other"
	reads "$1" "rss.key $other"
	reads "$1" "rss.table $(repeat "$(($(entries_of "$1") / 2))" 0 1 | sed 's/ $//')"
}

# UDP goes by ports too, and back.
rss_fields()
{
	local was
	was=$(ours "$1" | sed -n 's/^rss-fields.udp4 //p')
	does "$1" rss-fields udp4 sdfn
	reads "$1" "rss-fields.udp4 sdfn"
	does "$1" rss-fields udp4 "$was"
	reads "$1" "rss-fields.udp4 $was"
	refuses 22 "" "$1" rss-fields udp4 m
	reads "$1" "rss.hfunc 1"
	does "$1" rss hash toeplitz
	refuses 95 "rss" "$1" rss hash xor
}

test_igb()
{
	reads "$1" "link.bus $(basename "$(readlink -f "/sys/class/net/$1/device")")"
	reads "$1" "link.permanent-address $(cat "/sys/class/net/$1/address")"
	common "$1"
	does "$1" channels combined:4
	reads "$1" "channels.combined 4"
	does "$1" channels combined:2
	does "$1" rings rx:512 tx:1024
	reads "$1" "rings.tx 1024"
	does "$1" rings rx:256
	reads "$1" "rings.tx 1024"
	does "$1" coalesce rx-usecs:20
	reads "$1" "coalesce.rx-usecs 20"
	refuses 95 "coalesce adaptive-rx: the driver does not have it" "$1" coalesce adaptive-rx:1
	reads "$1" "queue-coalesce unsupported"
	refuses 95 "coalesce of a queue" "$1" queue-coalesce 0 rx-usecs 8
	refuses 22 "coalesce" "$1" coalesce rx-usecs:70000000
	does "$1" pause autoneg:0 rx:1 tx:0
	reads "$1" "pause.tx 0"
	rss_table "$1"
	rss_key "$1"
	rss_fields "$1"
	refuses 22 "tcp4" "$1" rss-fields tcp4 sd
	does "$1" feature rx-checksum 0
	reads "$1" "feature.rx-checksum off"
	does "$1" feature rx-checksum 1
	does "$1" feature tx-checksum-ip-generic 0
	reads "$1" "feature.tx-tcp-segmentation off requested"
	does "$1" feature tx-checksum-ip-generic 1
	reads "$1" "feature.tx-tcp-segmentation on"
	does "$1" wait 15000
	ip link set "$1" down
	agree "$1"
	refuses 110 "no carrier within 300 ms" "$1" wait 300
	ip link set "$1" up
	does "$1" wait 15000
}

test_virtio()
{
	reads "$1" "link.bus $(basename "$(readlink -f "/sys/class/net/$1/device")")"
	common "$1"
	does "$1" channels combined:"$NETTUNE_VM_QUEUES"
	does "$1" channels combined:1
	does "$1" rings rx:128 tx:64
	reads "$1" "rings.rx 128"
	does "$1" rings rx:256 tx:256
	refuses 95 "coalesce tx-usecs-irq: the driver does not have it" "$1" coalesce tx-usecs-irq:7
	reads "$1" "pause unsupported"
	[[ $NETTUNE_VM_QUEUES == 4 ]] || return 0
	does "$1" channels combined:2
	if [[ $(entries_of "$1") == 0 ]]; then
		refuses 95 "rss table: the device has none" "$1" rss table 1 1
	else
		rss_table "$1"
		rss_key "$1"
		rss_fields "$1"
	fi
}

test_netdevsim()
{
	common "$1"
	does "$1" channels combined:2
	reads "$1" "napi.rx-1 id irq 0"
	does "$1" rings rx:128 tx:64
	does "$1" coalesce adaptive-rx:1
	reads "$1" "coalesce.adaptive-rx 1"
	does "$1" coalesce rx-usecs:50 tx-frames-irq:9 stats-block-usecs:4
	reads "$1" "coalesce.adaptive-rx 1"
	refuses 22 "coalesce: modes and values in one request" "$1" coalesce adaptive-rx:0 rx-usecs:3
	does "$1" pause rx:1
	reads "$1" "pause.rx 1"
	refuses 95 "rss: Operation not supported" "$1" rss reset
	reads "$1" "rss-fields unsupported"
	refuses 95 "rss fields: the driver has none" "$1" rss-fields udp4 sdfn
}

# The kernel has queues and their interrupts to tell of since 6.8, and igb tells them since 6.14.
napi()
{
	case $NETTUNE_TARGET in
	6.1) reads "$1" "napi unsupported" ;;
	7.3) ours "$1" | grep -E '^napi.rx-1 id irq [1-9]' ;;
	esac
}

if [[ $NETTUNE_TARGET == uml ]]; then
	modprobe netdevsim
	echo "7 1 4" >/sys/bus/netdevsim/new_device
	nic=$(ls /sys/bus/netdevsim/devices/netdevsim7/net)
	ip link set "$nic" up
	agree "$nic"
	test_netdevsim "$nic"
	echo 7 >/sys/bus/netdevsim/del_device
	refuses 19 "" "$nic" mtu 1500
	exit 0
fi
for driver in igb virtio_net; do
	mapfile -t nics < <(names_of "$driver")
	ip link set "${nics[0]}" up
	# A table that a script before set needs its queues.
	ethtool -X "${nics[0]}" default || true
	"$client" "${nics[0]}" wait 15000
	agree "${nics[0]}"
	[[ $driver != igb ]] || napi "${nics[0]}"
	"test_${driver%_net}" "${nics[0]}"
done
