#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# SIGKILL at every system call of an apply: after recover the host has the old state or the new one.
. "$(dirname "$0")/lib.sh"

command -v strace >/dev/null || { echo "SKIP: strace is not installed"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "SKIP: ptrace is not allowed here"; exit 77; }

profile kill <<'P'
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
killed=0 recovered=0 kept=0
# Emulated guests sample: there every system call of strace costs a hundred times as much.
step=${NETTUNE_KILL_STEP:-1}

# fdatasync, fsync, write and pwrite64 are where journal and host change; when=N kills at the Nth.
for call in write fdatasync fsync openat fallocate close; do
	for n in $(seq 1 "$step" 60); do
		strace -f -qq -o /dev/null -e trace=$call \
			-e inject=$call:signal=KILL:when="$n" \
			"$NETTUNECTL" apply -q "$profile" >"$TMPDIR/out" 2>&1
		rc=$?
		if [ $rc -eq 0 ]; then
			nt -q revert
			expect 0
			break
		fi
		[ $rc -eq 137 ] || die "$call $n: exit $rc: $(cat "$TMPDIR/out")"
		killed=$((killed + 1))
		torn=$(state_of)
		nt recover
		expect 0
		is=$(state_of)
		case $is in
		"$old") [ "$torn" = "$old" ] || recovered=$((recovered + 1)) ;;
		"$new")
			kept=$((kept + 1))
			nt -q revert
			expect 0
			;;
		*) die "$call $n: a mixture: $is" ;;
		esac
	done
done
echo "killed $killed times: $recovered half-done states were returned, $kept were committed already"
[[ $killed -gt $((20 / step)) && ( $recovered -gt 0 || $step -gt 1 ) ]] || die "hardly anything was killed in the middle"
[ "$(state_of)" = "$old" ] || die "not as it was"
