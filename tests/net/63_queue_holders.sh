#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A queue that an AF_XDP socket holds is a fact, and blocks channels that would take it away.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/devices.sh"
own_sysfs "$@"

pair t0 p0
profile fewer <<'P'
[Device "t0"]
Channels=2
P
nt plan "$profile"
expect 0 "channels"

coproc HOLD { exec "$(dirname "$0")/hold_xsk.py" t0 2 2>&1; }
# shellcheck disable=SC2153 # coproc sets it
hold_pid=$HOLD_PID
read -r said <&"${HOLD[0]}"
[[ $said == held ]] || { [[ $said == SKIP:* ]] && echo "$said" && exit 77; die "$said"; }

nt facts --group nics
grep -q '^t0 .*AF_XDP' <<<"$out" ||
	{ echo "SKIP: this kernel does not tell of AF_XDP sockets"; kill "$hold_pid"; exit 77; }
grep -q '^p0 .*AF_XDP' <<<"$out" && die "the other end is held, too"
nt plan "$profile"
expect 0 "AF_XDP sockets hold queues that would go away: close them first"
# It is the kernel that would refuse, and nothing is tried.
ethtool -L t0 rx 2 tx 2 2>/dev/null && die "the kernel takes it"
nt apply "$profile"
expect 5 "blocked"
ethtool -l t0 | grep -q '^RX:.*8' || die "$(ethtool -l t0)"

# Queue 2 is the third.
sed -i 's/Channels=2/Channels=3/' "$profile"
nt apply "$profile"
expect 0 "committed"
nt rollback
expect 0

# Once it is closed, all may go.
kill "$hold_pid"
wait "$hold_pid" 2>/dev/null
sed -i 's/Channels=3/Channels=2/' "$profile"
free() { ! "$NETTUNECTL" facts --group nics | grep -q AF_XDP; }
wait_for free
nt apply "$profile"
expect 0 "committed"
nt revert
expect 0
