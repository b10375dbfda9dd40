#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# Devices on trial: the guardian returns them, whoever is killed; devices that carry somebody need --confirm; enable.
. "$(dirname "$0")/lib.sh"
boots_here "$@"
. "$(dirname "$0")/devices.sh"
own_sysfs "$@"

[ "$(nproc)" -ge 2 ] || { echo "SKIP: one CPU only"; exit 77; }
state=$NETTUNE_STATE_DIR
pair t0 p0
# On a queue that stays, and on one that goes and comes back.
echo 1 >/sys/class/net/t0/queues/tx-0/xps_cpus
echo 2 >/sys/class/net/t0/queues/rx-6/rps_cpus
device_dump t0 p0 >"$TMPDIR/before"
profile trial <<'P'
[Device "t0"]
Features=tso:off
Mtu=2000
TxQueueLen=77
Channels=4
Xps=0-1
Rps=0-1
BusyPoll=gro-flush-timeout:200us
P

as_before()
{
	device_dump t0 p0 | diff "$TMPDIR/before" - || die "${1:-it} did not restore everything"
}

guardian_gone()
{
	[ ! -e "$state/guardian.lock" ] || flock -w 30 "$state/guardian.lock" true ||
		die "the guardian is still there"
}

guardian_pid()
{
	sed -nE 's/^pid ([0-9]+), guardian of transaction [0-9]+$/\1/p' "$state/guardian.lock"
}

deadline_passed()
{
	{ "$NETTUNECTL" --json status || true; } | grep -q '"deadline_s": 0'
}

# Not confirmed.
nt apply --confirm 1 "$profile"
expect 0 "awaits confirmation"
guardian_gone
as_before "the guardian"
# Rolled back on trial, told to end, and without a guardian.
nt -q apply --confirm 600 "$profile"
nt rollback
expect 0
as_before "rollback"
nt -q apply --confirm 600 "$profile"
kill -TERM "$(guardian_pid)"
guardian_gone
as_before "the guardian on SIGTERM"
nt -q apply --confirm 1 "$profile"
kill -KILL "$(guardian_pid)"
guardian_gone
wait_for deadline_passed
nt recover
expect 0 "the old state is back"
as_before "recover"
# What somebody else sets meanwhile stays, though its queue was made anew.
nt -q apply --confirm 600 "$profile"
echo 2 >/sys/class/net/t0/queues/tx-1/xps_cpus
nt rollback
expect 5 "left alone"
[ "$((16#$(queue_value t0 tx-1/xps_cpus)))" = 2 ] || die "somebody else's value was lost"
echo 0 >/sys/class/net/t0/queues/tx-1/xps_cpus
as_before "rollback"
# Confirmed.
nt -q apply --confirm 600 "$profile"
nt confirm
expect 0 "is confirmed"
nt revert
expect 0
as_before "revert"

# Killed at any point of an apply: the old state or the new one.
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	killed=0
	# Emulated guests sample: there every system call of strace costs a hundred times as much.
	step=${NETTUNE_KILL_STEP:-4}
	for call in sendmsg write fdatasync; do
		for n in $(seq 1 "$step" 160); do
			strace -f -qq -o /dev/null -e trace=$call \
				-e inject=$call:signal=KILL:when="$n" \
				"$NETTUNECTL" apply -q "$profile" >"$TMPDIR/out" 2>&1
			ended=$?
			[ $ended -eq 137 ] || [ $ended -eq 0 ] || die "$call $n: exit $ended: $(cat "$TMPDIR/out")"
			if [ $ended -eq 137 ]; then
				killed=$((killed + 1))
				nt -q recover
				expect 0
			fi
			"$NETTUNECTL" -q revert || die "$call $n: revert"
			as_before "$call $n: recover"
			[ $ended -eq 137 ] || break
		done
	done
	echo "killed $killed times"
	[ "$killed" -gt $((40 / step)) ] || die "hardly anything was killed in the middle"
else
	echo "no strace here: that part is left out"
fi

# A device that carries a default route: only on trial.
ip addr add 192.0.2.9/24 dev t0
ip route add default via 192.0.2.1
device_dump t0 p0 >"$TMPDIR/before"
nt plan "$profile"
expect 0 "needs --confirm"
nt apply "$profile"
expect 3 "default route"
as_before "a refused apply"
nt apply --confirm 5 "$profile"
expect 3
as_before "a refused apply"
nt apply --confirm 600 "$profile"
expect 0 "awaits confirmation"
nt rollback
expect 0
ip route show default | grep -q 192.0.2.1 || die "the route is gone"
as_before "rollback"
ip route del default

# enable wants it in effect, and knows profiles by name.
mkdir -p "$TMPDIR/etc/profiles"
export NETTUNE_CONFIG_DIR=$TMPDIR/etc
cp "$profile" "$TMPDIR/etc/profiles/trial.conf"
nt enable "$profile"
expect 2
nt enable trial
expect 3 "t0"
nt apply trial
expect 0
nt enable trial
expect 0
nt disable trial
expect 0
ip link set t0 mtu 1400
nt enable trial
expect 3 "t0 mtu: is 1400, but 2000 was applied"
ip link set t0 mtu 2000
nt revert
expect 0
as_before "revert"
