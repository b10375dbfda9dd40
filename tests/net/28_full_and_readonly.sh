#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# A state folder that is full or read-only, before, while and after something is applied on trial: what cannot
# be recorded is not begun, what was begun can be ended, and values come back whatever the disk says.
. "$(dirname "$0")/lib.sh"

if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
	NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
fi
profile disk <<'P'
[Sysctl]
net.core.somaxconn = 1111
net.ipv4.tcp_fin_timeout = 22
net.ipv4.tcp_keepalive_time = 333
P
disk=$profile
profile more <<'P'
[Sysctl]
net.core.somaxconn = 2222
P
more=$profile profile=$disk
keys="net.core.somaxconn net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time"
values()
{
	# shellcheck disable=SC2086
	sysctl -n $keys | paste -sd' '
}
old=$(values)
new="1111 22 333"

expect_values()
{
	local is

	is=$(values)
	[ "$is" = "$1" ] || die "the values are $is, expected $1"
}

# A disk of its own for each case, so that none inherits what another left.
cases=0
fresh()
{
	cases=$((cases + 1))
	echo "== $1"
	state=$TMPDIR/state$cases
	export NETTUNE_STATE_DIR=$state
	mkdir "$state"
	mount -t tmpfs -o size=128k,mode=755 tmpfs "$state" || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
}

fill()
{
	dd if=/dev/zero of="$state/fill" bs=1k 2>/dev/null
	! dd if=/dev/zero of="$state/more" bs=4k count=1 2>/dev/null || die "the disk is not full"
	rm -f "$state/more"
}

readonly_on() { mount -o remount,ro "$state" || die "cannot make $state read-only"; }
readonly_off() { mount -o remount,rw "$state" || die "cannot make $state writable"; }

guardian_gone()
{
	[ ! -e "$state/guardian.lock" ] || flock -w 30 "$state/guardian.lock" true ||
		die "the guardian is still there"
}

kill_guardian()
{
	local pid

	pid=$(sed -nE 's/^pid ([0-9]+), guardian of transaction [0-9]+$/\1/p' "$state/guardian.lock")
	[ -n "$pid" ] || die "there is no guardian to kill"
	kill -KILL "$pid"
	guardian_gone
}

# Applied for so many seconds. A short time may be over before anybody has looked.
trial()
{
	nt apply --confirm "$1" "$profile"
	expect 0 "3 writes"
	[ "$1" -lt 100 ] || expect_values "$new"
}

deadline_passed()
{
	{ "$NETTUNECTL" --json status || true; } | grep -q '"deadline_s": 0'
}

# What only looks does so on any disk.
looks()
{
	nt status
	[[ $rc -eq 0 || $rc -eq 4 ]] || die "status: exit code $rc"
	for verb in history "plan $profile" "profile check $profile"; do
		# shellcheck disable=SC2086
		nt $verb
		expect 0
	done
}

# ---- refused before the first write, whatever is missing

fresh "full before"
nt -q apply "$profile"
nt -q revert
expect_values "$old"
fill
for verb in "apply $profile" "apply --confirm 60 $profile"; do
	# shellcheck disable=SC2086
	nt $verb
	expect 1 "No space left on device"
	expect_values "$old"
done
guardian_gone
looks
rm "$state/fill"
nt apply "$profile"
expect 0
fill
# The way back is a transaction too, and one that cannot be recorded could not be recovered.
for verb in rollback revert; do
	nt $verb
	expect 1 "nothing was changed"
	expect_values "$new"
done
rm "$state/fill"
nt revert
expect 0
expect_values "$old"

fresh "read-only before"
nt -q apply "$profile"
readonly_on
looks
for verb in "apply $more" "apply --confirm 60 $more" rollback revert; do
	# shellcheck disable=SC2086
	nt $verb
	expect 1 "Read-only file system"
	expect_values "$new"
done
# What writes nothing needs no disk.
nt apply "$profile"
expect 0 "0 writes"
nt recover
expect 0 "nothing to recover"
readonly_off
nt -q revert
expect_values "$old"

fresh "a folder that cannot be made"
rmdir "$state" 2>/dev/null
readonly_on
export NETTUNE_STATE_DIR=$state/nettune
looks
nt apply "$profile"
expect 1 "Read-only file system"
expect_values "$old"

# Every amount of room: done and recorded, or refused and nothing changed.
fresh "room for a part"
refused=0 applied=0
for ((room = 0; room <= 48; room += 4)); do
	for verb in "apply $profile" "apply --confirm 600 $profile"; do
		rm -rf "${state:?}"/*
		fill
		truncate -s -"${room}K" "$state/fill"
		# shellcheck disable=SC2086
		nt $verb
		case $rc in
		0)
			applied=$((applied + 1))
			expect_values "$new"
			# What awaits can be ended on a full disk; another transaction needs room.
			dd if=/dev/zero of="$state/more" bs=1k 2>/dev/null
			[[ $verb == *confirm* ]] || rm "$state/more" "$state/fill"
			if [[ $verb == *confirm* ]]; then nt rollback; else nt revert; fi
			expect 0 ;;
		1)
			refused=$((refused + 1))
			expect 1 "No space left on device" ;;
		*) die "exit code $rc with $room KiB" ;;
		esac
		expect_values "$old"
		guardian_gone
		nt recover
		[ "$rc" -eq 0 ] || expect 1 "No space left on device"
	done
done
[ "$refused" -gt 0 ] || die "never refused"
[ "$applied" -gt 0 ] || die "never applied"

# ---- the disk fills up while it awaits

fresh "full while it awaits, confirmed"
trial 600
fill
looks
nt confirm
expect 0 "is confirmed"
expect_values "$new"
guardian_gone
rm "$state/fill"
nt revert
expect 0
expect_values "$old"

fresh "full while it awaits, rolled back"
trial 600
fill
nt rollback
expect 0 "3 values returned"
expect_values "$old"
guardian_gone
nt history
expect 0 "undone"

fresh "full while it awaits, more time asked for"
trial 600
fill
nt confirm --extend 900
[[ $rc -eq 0 || $out == *"No space left"* ]] || die "neither extended nor said why"
nt confirm
expect 0 "is confirmed"
guardian_gone
rm "$state/fill"
nt -q revert
expect_values "$old"

fresh "full while it awaits, expired"
trial 1
fill
guardian_gone
expect_values "$old"
nt history
expect 0 "undone: was not confirmed"

fresh "full, and its guardian dies"
trial 600
fill
kill_guardian
nt rollback
expect 0 "3 values returned"
expect_values "$old"
nt recover
expect 0 "nothing to recover"

fresh "full, its guardian dies, and the deadline passes"
trial 4
fill
kill_guardian
wait_for deadline_passed
nt recover
expect 0 "the old state is back"
expect_values "$old"

# ---- the disk becomes read-only while it awaits

fresh "read-only while it awaits, confirmed"
trial 600
readonly_on
looks
nt confirm
expect 1 "Read-only file system"
# Not kept, but not lost either: it awaits still.
expect_values "$new"
nt status
expect 0 "awaits"
readonly_off
nt confirm
expect 0 "is confirmed"
guardian_gone
nt -q revert
expect_values "$old"

fresh "read-only while it awaits, expired"
trial 2
readonly_on
guardian_gone
expect_values "$old"
nt status
readonly_off
nt recover
expect 0
expect_values "$old"
nt recover
expect 0 "nothing to recover"

fresh "read-only, its guardian dies, and the deadline passes"
trial 4
readonly_on
kill_guardian
wait_for deadline_passed
expect_values "$new"
# What cannot be recorded is done all the same, and said.
nt recover
expect 1 "its values are back, but that cannot be recorded"
expect_values "$old"
nt apply "$profile"
expect 1 "Read-only file system"
expect_values "$old"
readonly_off
nt recover
expect 0 "the old state is back"
expect_values "$old"
nt recover
expect 0 "nothing to recover"

# As a service manager does, which starts another one.
for kind in full read-only; do
	fresh "$kind, its guardian dies, and there is another"
	trial 4
	if [ "$kind" = full ]; then fill; else readonly_on; fi
	kill_guardian
	"$NETTUNECTL" guardian 1 &
	wait $!
	expect_values "$old"
	[ "$kind" = full ] || readonly_off
	nt recover
	expect 0
	expect_values "$old"
done

fresh "read-only, cut off while it was applied"
nt -q apply "$profile"
journal=$state/journal/000001.journal
head -c -20 "$journal" >"$TMPDIR/cut" && cat "$TMPDIR/cut" >"$journal"
readonly_on
nt recover
expect 1 "its values are back, but that cannot be recorded"
expect_values "$old"
readonly_off
nt recover
expect 0
nt recover
expect 0 "nothing to recover"

fresh "full, cut off while it was applied"
nt -q apply "$profile"
journal=$state/journal/000001.journal
head -c -20 "$journal" >"$TMPDIR/cut" && cat "$TMPDIR/cut" >"$journal"
fill
nt recover
[ "$rc" -eq 0 ] || expect 1 "its values are back, but that cannot be recorded"
expect_values "$old"
rm "$state/fill"
nt recover
expect 0
