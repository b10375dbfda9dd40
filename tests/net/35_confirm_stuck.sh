#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A command stuck between two writes: the guardian ends it at the deadline; with both dead the next command does.
. "$(dirname "$0")/lib.sh"

command -v strace >/dev/null || { echo "SKIP: strace is not installed"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "SKIP: ptrace is not allowed here"; exit 77; }

lock=$NETTUNE_STATE_DIR/guardian.lock
profile stuck <<'P'
[Sysctl]
net.core.somaxconn = 1111
net.ipv4.tcp_fin_timeout = 22
P
values()
{
	sysctl -n net.core.somaxconn net.ipv4.tcp_fin_timeout | paste -sd' '
}
old=$(values)
half="1111 ${old#* }"
tracer=
trap '[ -z "$tracer" ] || kill "$tracer"; "$NETTUNECTL" -q rollback' EXIT

command_pid()
{
	local children

	read -r children <"/proc/$tracer/task/$tracer/children"
	echo "${children%% *}"
}

# stop_half_way SEC: leaves an apply --confirm SEC that has written the first of two values.
stop_half_way()
{
	local n

	for n in $(seq 1 40); do
		rm -f "$TMPDIR/trace"
		strace -q -o "$TMPDIR/trace" -e trace=write -e inject="write:signal=STOP:when=$n" \
			"$NETTUNECTL" apply --backend user --confirm "$1" -q "$profile" >/dev/null 2>&1 &
		tracer=$!
		wait_for grep -qsE 'stopped by SIGSTOP|[+]{3}' "$TMPDIR/trace"
		[ "$(values)" != "$half" ] || return 0
		kill -KILL "$(command_pid)" 2>/dev/null
		wait "$tracer" 2>/dev/null
		[ ! -e "$lock" ] || flock -w 30 "$lock" true || die "the guardian waits for something"
		nt -q rollback
	done
	die "it never stood between the two writes"
}

stop_half_way 3
flock -w 30 "$lock" true || die "the guardian did not end it"
[ "$(values)" = "$old" ] || die "not undone: $(values)"
wait "$tracer" 2>/dev/null
tracer=
nt history
expect 0 "undone: was not applied in time"

stop_half_way 600
kill -KILL "$(sed -nE 's/^pid ([0-9]+), .*/\1/p' "$lock")"
nt apply "$profile"
expect 8 "held by pid"
kill -KILL "$(command_pid)"
wait "$tracer" 2>/dev/null
tracer=
[ "$(values)" = "$half" ] || die "somebody undid it: $(values)"
nt recover
expect 0 "had been cut off: the old state is back"
[ "$(values)" = "$old" ] || die "not recovered: $(values)"
