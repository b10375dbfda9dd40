#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# Readers that go away, full and closed streams, and signals in the middle of an apply.
. "$(dirname "$0")/lib.sh"

profile pipes <<'P'
[Sysctl]
net.core.somaxconn = 1111
net.ipv4.tcp_fin_timeout = 22
net.ipv4.tcp_keepalive_time = 333
net.ipv4.tcp_keepalive_intvl = 44
P
keys="net.core.somaxconn net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time net.ipv4.tcp_keepalive_intvl"
state_of()
{
	# shellcheck disable=SC2086
	sysctl -n $keys | paste -sd' '
}
old=$(state_of)
new="1111 22 333 44"

# A reader that has seen enough: no words, no failure, whatever the length of what is printed.
for command in "plan $profile" "--json facts" "facts" "--json plan $profile" "--help" "profile show $profile"; do
	# shellcheck disable=SC2086
	"$NETTUNECTL" $command 2>"$TMPDIR/err" | head -n 1 >/dev/null
	codes="${PIPESTATUS[*]}"
	[ "$codes" = "0 0" ] || die "$command | head: $codes"
	[ ! -s "$TMPDIR/err" ] || die "$command | head: $(cat "$TMPDIR/err")"
	# shellcheck disable=SC2086
	"$NETTUNECTL" $command 2>"$TMPDIR/err" | true
	[ "${PIPESTATUS[0]}" -eq 0 ] || die "$command | true: $(cat "$TMPDIR/err")"
done

# A full disk: a failure, with words.
for command in "plan $profile" "--json facts" "status" "history" "--version" "--json status"; do
	# shellcheck disable=SC2086
	"$NETTUNECTL" $command >/dev/full 2>"$TMPDIR/err"
	rc=$?
	[ "$rc" -eq 1 ] || die "$command >/dev/full: exit code $rc"
	grep -q "No space left on device" "$TMPDIR/err" || die "$command >/dev/full: no words"
done

# An apply whose reader goes away is done all the same.
"$NETTUNECTL" apply "$profile" | true
[ "$(state_of)" = "$new" ] || die "apply | true: $(state_of)"
nt -q revert
expect 0
"$NETTUNECTL" apply "$profile" >/dev/full 2>"$TMPDIR/err" && die "apply >/dev/full succeeded"
grep -q "what was done stays done" "$TMPDIR/err" || die "apply >/dev/full: $(cat "$TMPDIR/err")"
[ "$(state_of)" = "$new" ] || die "apply >/dev/full: $(state_of)"
nt -q revert
expect 0

# Closed streams: nothing that is printed may end up in the journal or the lock.
for closed in '<&-' '>&-' '2>&-' '<&- >&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	eval '"$NETTUNECTL" -v --json apply "$profile" '"$closed" >"$TMPDIR/out" || die "apply $closed: exit code $?"
	[ "$(state_of)" = "$new" ] || die "apply $closed: $(state_of)"
	grep -aq '^pid [0-9]* (apply' "$NETTUNE_STATE_DIR/lock" || die "apply $closed: the lock was written over"
	[ "$(wc -l <"$NETTUNE_STATE_DIR/lock")" -le 1 ] || die "apply $closed: output in the lock"
	nt history
	expect 0 "in effect"
	eval '"$NETTUNECTL" rollback 99 '"$closed" >"$TMPDIR/out" 2>&1
	nt -q revert
	expect 0
done
[ "$(state_of)" = "$old" ] || die "not as it was"

# Colours: only on a terminal, and never with NO_COLOR or a dumb one.
if command -v script >/dev/null; then
	colored()
	{
		env "$@" script -qec "$NETTUNECTL plan $profile" "$TMPDIR/typescript" </dev/null >/dev/null
		grep -q $'\033' "$TMPDIR/typescript"
	}
	colored -u NO_COLOR TERM=xterm || die "no colour on a terminal"
	colored NO_COLOR= TERM=xterm || die "an empty NO_COLOR is none"
	! colored NO_COLOR=1 TERM=xterm || die "colour in spite of NO_COLOR"
	! colored -u NO_COLOR TERM=dumb || die "colour on a dumb terminal"
else
	echo "script(1) is not installed: colours on a terminal were not tried"
fi
! TERM=xterm "$NETTUNECTL" plan "$profile" | grep -q $'\033' || die "colour in a pipe"

# Wrapping, and a width that is none.
longest()
{
	COLUMNS=$1 "$NETTUNECTL" profile show server | grep '^    ' | grep -v '^    \[' | awk '{ if (length > n) n = length } END { print n }'
}
[[ $(longest 60) -le 60 && $(longest 60) -gt 40 ]] || die "COLUMNS=60: $(longest 60)"
[ "$(longest 200)" -gt 100 ] || die "COLUMNS=200: $(longest 200)"
for odd in 0 -1 x 99999999999999999999 1; do
	COLUMNS=$odd "$NETTUNECTL" profile show server >/dev/null || die "COLUMNS=$odd: $?"
done

# Signals. strace delivers one at the Nth call, so that every place is met.
command -v strace >/dev/null || { echo "SKIP: strace is not installed"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "SKIP: ptrace is not allowed here"; exit 77; }
undone=0 committed=0 early=0

# judge SIGNAL CALL N RC: the host has the old state or the new one, and the exit code says which.
judge()
{
	local is

	is=$(state_of)
	case $is:$4 in
	"$old":1) undone=$((undone + 1)) ;;
	"$old":130 | "$old":143 | "$old":129) early=$((early + 1)) ;;
	"$new":0) committed=$((committed + 1)) ;;
	*) die "$1 at $2 $3: exit code $4, state $is: $(cat "$TMPDIR/out")" ;;
	esac
	nt recover
	expect 0 "nothing to recover"
	nt -q revert
	expect 0
	[ "$(state_of)" = "$old" ] || die "$1 at $2 $3: revert left $(state_of)"
}

for signal in INT TERM HUP; do
	for call in openat write fdatasync sendmsg; do
		[ $signal = INT ] || [ $call = write ] || continue
		for n in $(seq 1 2 80); do
			strace -f -qq -o "$TMPDIR/trace" -e trace=$call \
				-e inject=$call:signal=$signal:when="$n" \
				"$NETTUNECTL" apply "$profile" >"$TMPDIR/out" 2>&1
			rc=$?
			judge $signal $call "$n" "$rc"
			grep -q "SIG$signal" "$TMPDIR/trace" || break
		done
	done
done
echo "signals: $early before anything began, $undone undone, $committed committed"
[[ $committed -gt 0 && $early -gt 0 ]] || die "some place was never met"
# The module is not interrupted: what it was given it commits.
[[ $undone -gt 0 || ${NETTUNE_BACKEND:-user} = kernel ]] || die "nothing was undone"

