#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices are read and set in the namespace that was entered, as ethtool sees them there.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/witness.sh"

ip link add v0 numrxqueues 4 numtxqueues 4 type veth peer name v1 numrxqueues 4 numtxqueues 4 ||
	{ echo "SKIP: no veth here"; exit 77; }
agree v0
reads v0 "link.bus "
reads v0 "link.permanent-address "
reads v0 "channels.rx-max 4"
for what in rings coalesce pause rss ntuple; do
	reads v0 "$what unsupported"
done

# Up on one side is no carrier.
ip link set v0 up
reads v0 "link.up 1"
refuses 110 "no carrier within 250 ms" v0 wait 250
"$client" v0 wait 20000 &
waiting=$!
ip link set v1 up
wait "$waiting" || die "the carrier was not seen to come"
reads v0 "link.carrier 1"

does v0 channels rx:2
reads v0 "channels.rx 2"
reads v0 "channels.tx 4"
does v0 channels rx:2
does v0 channels rx:4 tx:1
refuses 22 "channels tx: requested channel count exceeds maximum" v0 channels tx:9
refuses 95 "rings" v0 rings rx:64

does v0 mtu 9000
reads v0 "link.mtu 9000"
refuses 22 "mtu: mtu greater than device maximum" v0 mtu 90000
does v0 txqlen 77
reads v0 "link.tx-queue-len 77"

# What depends on it goes with it, stays asked for, and comes back.
does v0 feature tx-checksum-ip-generic 0
reads v0 "feature.tx-tcp-segmentation off requested"
does v0 feature tx-checksum-ip-generic 1
reads v0 "feature.tx-tcp-segmentation on"
refuses 95 "feature tx-esp-segmentation: fixed off by the driver" v0 feature tx-esp-segmentation 1
refuses 95 "feature nonsense: the kernel has none of that name" v0 feature nonsense 1

# A device of that name elsewhere is not ours, nor is one whose name begins like it.
unshare -n "$client" v0 get | grep "^link error 19: v0:" || die "found a device of another namespace"
ip link add fifteen-letters type dummy 2>/dev/null || ip link add fifteen-letters type veth
reads fifteen-letters "link.up 0"
for what in "get" "mtu 1400" "channels rx:1" "rss reset"; do
	# shellcheck disable=SC2086 # words
	said=$("$client" fifteen-letters-and-more $what)
	[[ $said == *"error 19: fifteen-letters-and-more:"* ]] ||
		die "a name that is too long was taken for a shorter one: $what: $said"
done

# Those who may not set may read, and are told that they may not.
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --clear-groups test -x "$client"; then
	said=$(setpriv --reuid 65534 --clear-groups --inh-caps=-all "$client" v0 channels rx:1)
	[[ $said == "error 1: v0: channels: "* ]] || die "without privilege: $said"
	[ "$(setpriv --reuid 65534 --clear-groups "$client" v0 get | grep -c error)" = 0 ] ||
		die "reading needs privilege"
fi
agree v0
