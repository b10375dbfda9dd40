#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# apply --confirm: what nobody confirms is undone, whoever is killed; what is confirmed stays.
. "$(dirname "$0")/lib.sh"

if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
	NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
fi
# With a /sys of this namespace nettunectl stays in ours of mounts, and sees what we mount later.
mount -t sysfs sysfs /sys || { echo "SKIP: cannot mount a sysfs"; exit 77; }
state=$NETTUNE_STATE_DIR
profile confirm <<'P'
[Sysctl]
net.core.somaxconn = 1111
net.ipv4.tcp_fin_timeout = 22
net.ipv4.tcp_keepalive_time = 333
net.ipv4.tcp_keepalive_intvl = 44
P
keys="net.core.somaxconn net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time net.ipv4.tcp_keepalive_intvl"
values()
{
	# shellcheck disable=SC2086
	sysctl -n $keys | paste -sd' '
}
old=$(values)
new="1111 22 333 44"

expect_values()
{
	local is

	is=$(values)
	[ "$is" = "$1" ] || die "the values are $is, expected $1"
}

# The guardian holds guardian.lock as long as it lives: its end is an event that can be waited for.
guardian_gone()
{
	[ ! -e "$state/guardian.lock" ] || flock -w 30 "$state/guardian.lock" true ||
		die "the guardian is still there"
}

guardian_lives()
{
	! flock -n "$state/guardian.lock" true
}

guardian_pid()
{
	sed -nE 's/^pid ([0-9]+), guardian of transaction [0-9]+$/\1/p' "$state/guardian.lock"
}

kill_guardian()
{
	local pid

	pid=$(guardian_pid)
	if [ -z "$pid" ] || ! guardian_lives; then die "there is no guardian to kill"; fi
	kill -KILL "$pid"
	guardian_gone
}

# The deadline of the transaction that awaits, by the program's own clock.
deadline_passed()
{
	{ "$NETTUNECTL" --json status || true; } | grep -q '"deadline_s": 0'
}

# One second or none is left.
deadline_near()
{
	{ "$NETTUNECTL" --json status || true; } | grep -qE '"deadline_s": [01]|"awaiting": null'
}

# What the system's log is told, where there is none: a socket of ours in a /dev of our own.
collect_log()
{
	mkdir "$TMPDIR/dev"
	mount -t tmpfs tmpfs "$TMPDIR/dev" || return 1
	cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/ptmx "$TMPDIR/dev/"
	mkdir "$TMPDIR/dev/pts"
	mount --bind /dev/pts "$TMPDIR/dev/pts"
	mount --move "$TMPDIR/dev" /dev
	/usr/bin/python3 -u - "$TMPDIR/log" <<-'PY' &
		import socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind("/dev/log")
		with open(sys.argv[1], "w", encoding="utf-8", buffering=1) as log:
		    log.write("listening\n")
		    while True:
		        log.write(s.recv(8192).decode("utf-8", "replace").rstrip("\0") + "\n")
	PY
	logger=$!
	wait_for grep -qs listening "$TMPDIR/log"
}

logger=
collect_log || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
# Nothing of ours outlives the test.
trap 'kill "$logger"; "$NETTUNECTL" -q rollback' EXIT

# Expiry undoes, in time, and says so.
nt apply --confirm 1 "$profile"
expect 0 "awaits confirmation"
guardian_gone
expect_values "$old"
wait_for grep -qF "transaction 1 was not confirmed within 1 s: 4 values returned" "$TMPDIR/log"
nt history
expect 0 "undone: was not confirmed within 1 s"
nt confirm
expect 1 "too late"
nt --json history
expect 0 '"state": "undone"'

# Confirmed stays, and can be rolled back like any other.
nt apply --confirm 600 "$profile"
expect 0 "nettunectl confirm 2"
expect_values "$new"
guardian_lives || die "nobody guards it"
nt confirm
expect 0 "transaction 2 is confirmed"
guardian_gone
expect_values "$new"
nt -q rollback
expect 0
expect_values "$old"

# Rolled back before the deadline; a second apply, a revert and a rollback of another are busy.
nt --json apply --confirm 600 "$profile"
expect 0 '"guardian": "process"'
for verb in "apply $profile" revert "rollback 2"; do
	# shellcheck disable=SC2086
	nt $verb
	expect 8 "transaction 4 awaits confirmation"
done
nt status
expect 0 "transaction 4 awaits confirmation"
nt rollback
expect 0 "transaction 4 was rolled back: 4 values returned"
guardian_gone
expect_values "$old"

# Neither waits for the lock.
nt -q apply --confirm 600 "$profile"
exec 9<>"$state/lock"
flock -n 9 || die "apply still holds the lock"
nt confirm --extend 900
expect 0 "awaits confirmation for 900 s more"
nt confirm
expect 0 "is confirmed"
exec 9<&-
guardian_gone
nt -q revert
expect 0

# More time, so that the first deadline passes without harm.
nt -q apply --confirm 2 "$profile"
nt confirm --extend 600
expect 0
nt --json status
expect 0 '"awaiting"'
grep -qE '"deadline_s": (59[0-9]|600)' <<<"$out" || die "the deadline was not moved"
# ... and less: what is extended by a second is gone after it.
nt confirm --extend 1
expect 0
guardian_gone
expect_values "$old"

# What somebody else set meanwhile is left, and said; confirming tells it too.
nt -q apply --confirm 600 "$profile"
sysctl -qw net.core.somaxconn=777
nt rollback
expect 5 "1 value was left to somebody else"
grep -q "left alone: somebody else set it to 777 meanwhile" <<<"$out" || die "does not say which"
expect_values "777 ${old#* }"
sysctl -qw net.core.somaxconn="${old%% *}"
nt -q apply --confirm 600 "$profile"
sysctl -qw net.core.somaxconn=777
nt confirm
expect 5 "1 of its 4 values changed by somebody else"
nt -q revert --force
expect 0
expect_values "$old"

# Both at once, and the deadline too: one wins, and values and history agree on which.
for ((i = 0; i < 15; i++)); do
	nt -q apply --confirm $((i % 3 ? 600 : 1)) "$profile"
	expect 0
	((i % 3)) || wait_for deadline_near
	"$NETTUNECTL" -q confirm 2>/dev/null &
	"$NETTUNECTL" -q rollback 2>/dev/null &
	wait %+ %-
	guardian_gone
	nt history
	case $(tail -n 1 <<<"$out") in
	*"in effect") expect_values "$new" ;;
	*) expect_values "$old" ;;
	esac
	nt -q revert
done

# SIGTERM to the guardian is somebody's decision to end it: undone at once.
nt -q apply --confirm 600 "$profile"
kill -TERM "$(guardian_pid)"
guardian_gone
expect_values "$old"
# What a terminal sends is not.
nt -q apply --confirm 600 "$profile"
for signal in HUP INT QUIT TSTP; do
	kill -$signal "$(guardian_pid)"
done
expect_values "$new"

# The guardian is killed: before the deadline the next command restores it, confirm confirms ...
kill_guardian
nt apply "$profile"
expect 8 "awaits confirmation"
guardian_lives || die "it got no new guardian"
kill_guardian
nt status
expect 4 "its guardian is gone: run 'nettunectl recover' now"
nt recover
expect 0 "its guardian was gone, a new one watches"
nt status
expect 0 "keeps it"
kill_guardian
nt confirm --extend 500
expect 0 "for 500 s more"
kill_guardian
nt confirm
expect 0 "is confirmed"
expect_values "$new"
nt -q revert
expect 0
# ... rollback takes back ...
nt -q apply --confirm 600 "$profile"
kill_guardian
nt rollback
expect 0 "4 values returned"
expect_values "$old"
# ... and after the deadline everything undoes, also a confirmation.
nt -q apply --confirm 1 "$profile"
kill_guardian
wait_for deadline_passed
expect_values "$new"
nt status
expect 4 "was not confirmed and is not undone yet"
nt confirm
expect 1 "too late"
expect_values "$old"
nt -q apply --confirm 1 "$profile"
kill_guardian
wait_for deadline_passed
nt recover
expect 0 "had not been confirmed: the old state is back"
expect_values "$old"

# Undoing opens nothing: what it writes was opened when the guardian began.
nt -q apply --confirm 2 "$profile"
expect 0
mount -t tmpfs tmpfs /proc/sys
guardian_gone
umount /proc/sys
expect_values "$old"

# A state folder that fills up meanwhile keeps nothing from being returned, nor from being recorded.
mkdir "$TMPDIR/full"
mount -t tmpfs -o size=128k,mode=700 tmpfs "$TMPDIR/full"
state=$TMPDIR/full NETTUNE_STATE_DIR=$TMPDIR/full
export NETTUNE_STATE_DIR
nt -q apply --confirm 2 "$profile"
expect 0
dd if=/dev/zero of="$state/fill" bs=1k 2>/dev/null
guardian_gone
expect_values "$old"
nt history
expect 0 "undone: was not confirmed"
nt apply --confirm 60 "$profile"
expect 1 "No space left on device"
expect_values "$old"
rm "$state/fill"
nt -q apply --confirm 600 "$profile"
expect 0
mount -o remount,ro "$state"
nt confirm
expect 1
nt rollback
mount -o remount,rw "$state"
expect_values "$old"
guardian_gone
# What could not be recorded is not forgotten: it is decided again.
nt recover
expect 0 "a new one watches"
nt rollback
expect 0
guardian_gone
expect_values "$old"
nt recover
expect 0 "nothing to recover"
