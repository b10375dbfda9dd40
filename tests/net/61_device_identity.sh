#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices that are changed, deleted, replaced or renamed by somebody else between plan, apply and revert; other namespaces.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/devices.sh"
own_sysfs "$@"

[ "$(nproc)" -ge 2 ] || { echo "SKIP: one CPU only"; exit 77; }
profile identity <<'P'
[Device "t0"]
Channels=4
Mtu=2000
Xps=0-1
P
umask 077
plan=$TMPDIR/plan.json

anew()
{
	ip link del "$1" 2>/dev/null
	pair "$1" p0
}

# untouched: what no one of ours may have written
untouched()
{
	device_dump t0 p0 | diff "$TMPDIR/before" - || die "the device was written to"
}

anew t0
"$NETTUNECTL" --json plan "$profile" >"$plan" || die "no plan"

# Somebody else changes its channels between plan and apply.
ethtool -L t0 rx 5 tx 5
device_dump t0 p0 >"$TMPDIR/before"
nt apply --plan "$plan"
expect 3 "t0 channels changed from rx:8 tx:8 to rx:5 tx:5 since it was planned"
untouched
ethtool -L t0 rx 8 tx 8

# Another device has the name that was reviewed, with the very same values.
anew t0
device_dump t0 p0 >"$TMPDIR/before"
nt apply --plan "$plan"
expect 3 "t0 is not the device that it was made for"
untouched
"$NETTUNECTL" --json plan "$profile" >"$plan" || die "no plan"
ip link del t0
nt apply --plan "$plan"
expect 3 "t0"

# ... or that values were written to: the other one is left alone, and that is said.
anew t0
nt apply "$profile"
expect 0 "committed"
anew t0
ip link set t0 mtu 2000
device_dump t0 p0 >"$TMPDIR/before"
nt status
expect 0 "gone with its device"
nt revert --force
expect 0 "absent"
untouched
nt status
expect 0 "nothing applied"

anew t0
# Renamed, it still has what it was told: nothing is forgotten, and the way back is said.
nt apply "$profile"
expect 0 "committed"
ip link set t0 down
ip link set t0 name z0
nt status
expect 0 "t0: the device is called z0 now"
grep -q "gone" <<<"$out" && die "what is in force is called gone"
grep -q "values are in effect" <<<"$out" || die "what is in force is not told"
"$NETTUNECTL" --json status | grep -q '"device_now": "z0"' || die "JSON does not name it"
"$NETTUNECTL" --json status | "$NETTUNE_ROOT/tests/cli/validate.py" || die "not as the schema says"
ip link set z0 mtu 1800
nt status
expect 4 "drifted"
ip link set z0 mtu 2000
nt revert
expect 5 "z0"
[ "$(cat /sys/class/net/z0/mtu)" = 2000 ] || die "the renamed device was written to"
ip link set z0 name t0
ip link set t0 up
nt revert
expect 0
[ "$(cat /sys/class/net/t0/mtu)" = 1500 ] || die "not as it was"

# Renamed while a trial runs: nobody changed a value.
nt apply --confirm 600 "$profile"
expect 0 "awaits confirmation"
ip link set t0 down
ip link set t0 name z0
nt confirm
expect 0 "is confirmed"
ip link set z0 name t0
ip link set t0 up
nt revert
expect 0

# In a named namespace, where another device has the same name as one of ours.
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
ip netns add blue || die "no namespace"
blue()
{
	ip netns exec blue "$@"
}
ip -n blue link add t0 numrxqueues 8 numtxqueues 8 type veth peer name p0 numrxqueues 8 numtxqueues 8
ip -n blue link set t0 up
ip -n blue link set p0 up
device_dump t0 p0 >"$TMPDIR/before"
blue bash -c ". $(dirname "$0")/devices.sh; device_dump t0 p0" >"$TMPDIR/blue"
nt --netns blue apply "$profile"
expect 0 "committed"
untouched
blue grep -q '^0*3$' /sys/class/net/t0/queues/tx-1/xps_cpus || die "blue's queues were not told"
nt status
expect 0 "nothing applied"
nt --netns blue apply --confirm 600 "$profile"
expect 0 "0 writes"
nt --netns blue revert
expect 0
blue bash -c ". $(dirname "$0")/devices.sh; device_dump t0 p0" | diff "$TMPDIR/blue" - || die "blue is not as it was"
untouched

# Inside it with the /sys of here: what that shows of t0 is another device.
nsenter --net=/run/netns/blue "$NETTUNECTL" apply "$profile" >"$TMPDIR/out" 2>&1 || die "in blue: $(cat "$TMPDIR/out")"
untouched
blue grep -q '^0*3$' /sys/class/net/t0/queues/tx-1/xps_cpus || die "blue's queues were not told"
nsenter --net=/run/netns/blue "$NETTUNECTL" revert >"$TMPDIR/out" 2>&1 || die "in blue: $(cat "$TMPDIR/out")"
untouched

# Its device is deleted while a trial runs: nothing to return, and nobody else is written to.
nt apply --confirm 600 "$profile"
expect 0 "awaits confirmation"
anew t0
device_dump t0 p0 >"$TMPDIR/before"
nt rollback
expect 0
untouched
nt status
expect 0 "nothing applied"

# It is replaced in the middle of an apply, right behind the journal: the other one is not written to.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	strace -f -qq -o "$TMPDIR/trace" -e trace=fdatasync -e inject=fdatasync:signal=STOP:when=1 \
		"$NETTUNECTL" apply "$profile" >"$TMPDIR/out" 2>&1 &
	applying=$!
	wait_for grep -q SIGSTOP "$TMPDIR/trace"
	stopped=$(sed -nE 's/^([0-9]+) .*SIGSTOP.*/\1/p' "$TMPDIR/trace" | head -n 1)
	anew t0
	device_dump t0 p0 >"$TMPDIR/before"
	kill -CONT "$stopped"
	wait "$applying"
	[ $? -eq 5 ] || die "the exit code is not 5: $(cat "$TMPDIR/out")"
	grep -q "another one has its name" "$TMPDIR/out" || die "without saying so: $(cat "$TMPDIR/out")"
	untouched
	nt status
	expect 0 "nothing applied"
else
	echo "no strace here: that part is left out"
fi
