#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# SIGKILL at every system call of an apply --confirm: the guardian undoes at once, without another command.
. "$(dirname "$0")/lib.sh"

command -v strace >/dev/null || { echo "SKIP: strace is not installed"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "SKIP: ptrace is not allowed here"; exit 77; }

state=$NETTUNE_STATE_DIR
profile kill <<'P'
[Sysctl]
net.core.somaxconn = 1111
net.ipv4.tcp_fin_timeout = 22
net.ipv4.tcp_keepalive_time = 333
P
keys="net.core.somaxconn net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time"
values()
{
	# shellcheck disable=SC2086
	sysctl -n $keys | paste -sd' '
}
old=$(values)
trap '"$NETTUNECTL" -q rollback' EXIT
new="1111 22 333"
killed=0 undone=0 awaited=0

for call in write fdatasync fsync sendto recvfrom openat fallocate close; do
	for n in $(seq 1 400); do
		# Without -f: the guardian, its child, is none of strace's business.
		strace -qq -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$n" \
			"$NETTUNECTL" apply --backend user --confirm 600 -q "$profile" >"$TMPDIR/out" 2>&1
		rc=$?
		if [ $rc -eq 0 ]; then
			nt -q rollback
			expect 0
			flock -w 30 "$state/guardian.lock" true || die "$call $n: no end of it"
			break
		fi
		[ $rc -eq 137 ] || die "$call $n: exit $rc: $(cat "$TMPDIR/out")"
		killed=$((killed + 1))
		# It lives on only to await; otherwise its end is the end of undoing.
		if "$NETTUNECTL" --json history | grep -q '"awaiting-confirm"'; then
			[ "$(values)" = "$new" ] || die "$call $n: awaits with $(values)"
			awaited=$((awaited + 1))
			nt -q rollback
			expect 0
		fi
		[ ! -e "$state/guardian.lock" ] || flock -w 30 "$state/guardian.lock" true ||
			die "$call $n: the guardian waits for something"
		[ "$(values)" = "$old" ] || die "$call $n: not undone: $(values)"
		! grep -qs "lost the command" "$state"/journal/*.journal || undone=$((undone + 1))
		nt -q recover
		expect 0
		rm -f "$state"/journal/*.journal
	done
done
echo "killed $killed times: the guardian undid $undone, $awaited awaited already"
[[ $killed -gt 100 && $undone -gt 10 && $awaited -gt 0 ]] || die "hardly anything was killed in the middle"
