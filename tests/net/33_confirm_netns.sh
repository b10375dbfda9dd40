#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# apply --confirm in a named namespace: its guardian is there, and others find their way.
. "$(dirname "$0")/lib.sh"

if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
	NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
fi
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
touch /run/netns/blue
unshare --net=/run/netns/blue true || { echo "SKIP: cannot bind a namespace"; exit 77; }
lock=$NETTUNE_STATE_DIR/guardian.lock
trap '"$NETTUNECTL" -q rollback' EXIT
profile netns <<'P'
[Sysctl]
net.core.somaxconn = 1111
P
expect_blue()
{
	local is

	is=$(nsenter --net=/run/netns/blue sysctl -n net.core.somaxconn)
	[ "$is" = "$1" ] || die "blue has $is, expected $1"
}
kill_guardian()
{
	kill -KILL "$(sed -nE 's/^pid ([0-9]+), .*/\1/p' "$lock")"
	flock -w 30 "$lock" true || die "it lives"
}
was=$(value net.core.somaxconn)
was_blue=$(nsenter --net=/run/netns/blue sysctl -n net.core.somaxconn)

nt --netns blue apply --confirm 1 "$profile"
expect 0 "awaits confirmation"
flock -w 30 "$lock" true || die "it is not undone"
expect_blue "$was_blue"

# From outside: another apply is busy, confirm and rollback reach it.
nt --netns blue -q apply --confirm 600 "$profile"
nt apply "$profile"
expect 8 "awaits confirmation"
nt confirm
expect 0 "is confirmed"
expect_blue 1111
nt --netns blue -q rollback
expect_blue "$was_blue"

# Without its guardian too.
nt --netns blue -q apply --confirm 600 "$profile"
kill_guardian
nt apply "$profile"
expect 8 "awaits confirmation"
! flock -n "$lock" true || die "it has no guardian again"
expect_blue 1111
kill_guardian
nt rollback
expect 0 "1 value returned"
expect_blue "$was_blue"
expect_value net.core.somaxconn "$was"

# What is gone with its namespace does not stand in the way.
nt --netns blue -q apply --confirm 600 "$profile"
kill_guardian
umount /run/netns/blue
unshare --net=/run/netns/blue true
nt -q apply "$profile"
expect 0
nt -q revert
expect_value net.core.somaxconn "$was"
