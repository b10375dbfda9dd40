#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Where systemd runs the guardian is a service that is restarted; where it does not help, a process.
. "$(dirname "$0")/lib.sh"
private_run "$@"
"$NETTUNECTL" --version | grep -qE 'libsystemd.* installed' &&
	! "$NETTUNECTL" --version | grep -qE 'libsystemd.*not installed' ||
	{ echo "SKIP: libsystemd is not installed"; exit 77; }
mkdir -p /run/systemd/system
mock=$(dirname "$(realpath "$0")")/mock_systemd.py
lock=$NETTUNE_STATE_DIR/guardian.lock
profile unit <<'P'
[Sysctl]
net.core.somaxconn = 1111
P
was=$(value net.core.somaxconn)
bus=
trap '"$NETTUNECTL" -q rollback; [ -z "$bus" ] || kill "$bus"' EXIT

# start_bus start|refuse
start_bus()
{
	[ -z "$bus" ] || kill "$bus"
	rm -f "$TMPDIR/bus" "$TMPDIR/asked"
	/usr/bin/python3 "$mock" "$TMPDIR/bus" "$1" >"$TMPDIR/asked" &
	bus=$!
	wait_for grep -qs listening "$TMPDIR/asked"
}

restarted()
{
	[ -n "$(guardian_pid)" ] && [ "$(guardian_pid)" != "$first" ]
}

guardian_pid()
{
	sed -nE 's/^pid ([0-9]+), .*/\1/p' "$lock"
}
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$TMPDIR/bus

start_bus start
nt --json apply --confirm 600 "$profile"
expect 0 '"guardian": "systemd"'
wait_for grep -q "^complete" "$TMPDIR/asked"
first=$(guardian_pid)
[ "$(cut -d' ' -f4 "/proc/$first/stat")" = "$bus" ] || die "not a child of the service manager"

# Killed, it comes back and knows what to do.
kill -KILL "$first"
wait_for restarted
nt status
expect 0 "awaits confirmation"
expect_value net.core.somaxconn 1111
nt confirm
expect 0 "is confirmed"
nt -q revert

nt -q apply --confirm 1 "$profile"
expect 0
flock -w 30 "$lock" true || die "it is not undone"
expect_value net.core.somaxconn "$was"

# A bus that refuses, and none at all.
start_bus refuse
nt --json apply --confirm 600 "$profile"
expect 0 '"guardian": "process"'
wait_for grep -q "^refused" "$TMPDIR/asked"
nt -q rollback
kill "$bus"
bus=
rm -f "$TMPDIR/bus"
nt --json apply --confirm 600 "$profile"
expect 0 '"guardian": "process"'
nt -q rollback
expect_value net.core.somaxconn "$was"
