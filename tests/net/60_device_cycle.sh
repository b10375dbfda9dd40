#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices and queues: plan, apply, apply again, change one line, roll back, revert; checked by ip, ethtool and sysfs.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/devices.sh"
own_sysfs "$@"

for program in ethtool python3; do
	command -v "$program" >/dev/null || { echo "SKIP: $program is not installed"; exit 77; }
done
cpus=$(nproc)
[ "$cpus" -ge 2 ] || { echo "SKIP: one CPU only"; exit 77; }
pair t0 p0
pair t1 p1
# What an operator had set already: on queues that stay, and on those that will go and come back.
for q in 0 6; do
	echo 1 >"/sys/class/net/t0/queues/tx-$q/xps_cpus"
	echo 2 >"/sys/class/net/t0/queues/rx-$q/rps_cpus"
	echo 256 >"/sys/class/net/t0/queues/rx-$q/rps_flow_cnt"
done

# everything: of this namespace, with what never was ours
everything()
{
	dump
	device_dump t0 p0 t1 p1
}

everything >"$TMPDIR/before"
profile devices <<'P'
[Profile]
Name=devices

[Sysctl]
net.core.somaxconn = 12345

[Device "t*"]
# The peer has no use for segments.
Features=tso:off gro:on
Mtu=3000
TxQueueLen=5000
Channels=4
Xps=0-1
Rps=all
BusyPoll=napi-defer-hard-irqs:2 gro-flush-timeout:200us

[Device "t1"]
Channels=rx:2 tx:5
Coalesce=rx-usecs:8
RingRx=max
P

nt plan "$profile"
expect 0 "channels: rx:8 tx:8 -> rx:2 tx:5"
grep -qF '  [disruptive]' <<<"$out" && die "a veth pair has no link to lose"
everything | diff "$TMPDIR/before" - || die "planning changed something"

nt apply "$profile"
expect 0 "committed"
[[ $(ethtool -l t0 | awk '/^Current/ { now = 1 } now && /^(RX|TX):/ { printf "%s ", $2 }') == "4 4 " ]] || die "channels of t0"
[[ $(ethtool -l t1 | awk '/^Current/ { now = 1 } now && /^(RX|TX):/ { printf "%s ", $2 }') == "2 5 " ]] || die "channels of t1"
ethtool -k t0 | grep -q '^tcp-segmentation-offload: off' || die "t0 still segments"
ethtool -k t0 | grep -q '^generic-receive-offload: on' || die "t0 does not join packets"
[ "$(cat /sys/class/net/t0/mtu /sys/class/net/t0/tx_queue_len | paste -sd' ')" = "3000 5000" ] || die "mtu and length"
[ "$(cat /sys/class/net/t0/gro_flush_timeout /sys/class/net/t0/napi_defer_hard_irqs | paste -sd' ')" = "200000 2" ] || die "polling"
for q in 0 1 2 3; do
	[ "$((16#$(queue_value t0 tx-$q/xps_cpus)))" = 3 ] || die "xps of tx-$q"
	[ "$((16#$(queue_value t0 rx-$q/rps_cpus | tr -d ,)))" = $(((1 << cpus) - 1)) ] || die "rps of rx-$q"
done
[ "$(queue_value t0 rx-0/rps_flow_cnt)" = 256 ] || die "what nobody named was lost"
[ ! -e /sys/class/net/t1/queues/rx-2 ] && [ -e /sys/class/net/t1/queues/tx-4 ] || die "queues of t1"
everything >"$TMPDIR/applied"

nt apply --json "$profile"
expect 0 '"writes": 0'
everything | diff "$TMPDIR/applied" - || die "the second apply changed something"
nt verify "$profile"
expect 0 "comply"
nt status
expect 0 "in effect"

# only_changes EDIT WORDS: one line of the profile edited; nothing but what has these words moves.
only_changes()
{
	cp "$profile" "$TMPDIR/unedited"
	sed -i "$1" "$profile"
	everything >"$TMPDIR/now"
	nt apply --json "$profile"
	# One for each device.
	expect 0 '"writes": 2'
	everything | diff "$TMPDIR/now" - >"$TMPDIR/diff" && die "$1 changed nothing"
	grep '^>' "$TMPDIR/diff" | grep -vE "$2" && die "$1 changed more than $2"
	nt rollback
	expect 0 "committed"
	everything | diff "$TMPDIR/now" - || die "$1: rollback did not restore"
	cat "$TMPDIR/unedited" >"$profile"
}

only_changes 's/^TxQueueLen=5000/TxQueueLen=4000/' 'txqlen|tx_queue_len'
only_changes 's/^Mtu=3000/Mtu=2000/' '\bmtu\b'
only_changes 's/200us/100us/' 'gro_flush_timeout'
nt revert
expect 0
everything | diff "$TMPDIR/before" - || die "revert did not restore everything"

# Fewer queues alone: what the others carried comes back with them.
profile fewer <<'P'
[Device "t0"]
Channels=rx:2 tx:2
P
nt apply "$profile"
expect 0
[ "$(queue_value t0 tx-0/xps_cpus)" = 01 ] || [ "$((16#$(queue_value t0 tx-0/xps_cpus)))" = 1 ] || die "xps of tx-0 was lost"
sed -i 's/rx:2 tx:2/rx:8 tx:3/' "$profile"
nt apply "$profile"
expect 0
nt rollback
expect 0
nt revert
expect 0
everything | diff "$TMPDIR/before" - || die "revert did not restore everything"
nt apply "$profile"
expect 0
nt rollback
expect 0
everything | diff "$TMPDIR/before" - || die "rollback did not restore everything"

# A name without a wildcard that is not there; a pattern that fits nothing; words that do not exist.
profile absent <<'P'
[Device "nobody0"]
Mtu=1400
[Device "nobody*"]
Mtu=1400
P
nt apply "$profile"
expect 0 "absent"
sed -i 's/^Mtu=.*/Channels=many/' "$profile"
nt plan "$profile"
expect 2 "$profile:2:10"
