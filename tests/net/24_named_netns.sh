#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# --netns NAME: only that namespace changes, rollback finds its way there, a namespace that is gone is said to be.
. "$(dirname "$0")/lib.sh"

if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
	NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
fi
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
touch /run/netns/blue
unshare --net=/run/netns/blue true || { echo "SKIP: cannot bind a namespace"; exit 77; }
profile netns <<'P'
[Sysctl]
net.core.somaxconn = 1111
P
blue()
{
	nsenter --net=/run/netns/blue sysctl -n "$1"
}
was=$(value net.core.somaxconn)
was_blue=$(blue net.core.somaxconn)

nt --netns blue apply --json "$profile"
expect 0 '"target": "netns:blue"'
[ "$(blue net.core.somaxconn)" = 1111 ] || die "blue was not changed"
expect_value net.core.somaxconn "$was"
nt status
expect 0 "nothing applied"
nt --netns blue status
expect 0 "in effect"
nt rollback
expect 0 "nothing to roll back here"
[ "$(blue net.core.somaxconn)" = 1111 ] || die "a rollback here reached into blue"
nt rollback 1
expect 0 "committed"
[ "$(blue net.core.somaxconn)" = "$was_blue" ] || die "blue was not returned"

nt --netns blue apply "$profile"
expect 0 ", or everything with 'nettunectl --netns blue revert'"
# Who is there already, with its /sys, needs no other.
# shellcheck disable=SC2016  # for the shell in there
out=$(nsenter --net=/run/netns/blue unshare -m sh -c 'mount -t sysfs sysfs /sys && exec "$0" --netns blue status' \
	"$NETTUNECTL" 2>&1)
rc=$?
expect 0 "in effect"
nt apply "$profile"
expect 0
nt revert
expect 0 "namespace blue has values of ours too"
expect_value net.core.somaxconn "$was"
nt revert --all --json
expect 2 "do not go together"
nt revert --all
expect 0 "namespace blue:"
[ "$(blue net.core.somaxconn)" = "$was_blue" ] || die "blue was not reverted"

# It has a name, but the journal does not tell it.
nsenter --net=/run/netns/blue "$NETTUNECTL" apply -q "$profile"
[ "$(blue net.core.somaxconn)" = 1111 ] || die "blue was not changed"
nt revert --all
expect 0 "namespace blue:"
[ "$(blue net.core.somaxconn)" = "$was_blue" ] || die "blue was not reverted"

# Ours as well, but nobody can go there from here: that is said, and is not success.
unshare -n "$NETTUNECTL" apply -q "$profile"
nt revert --all
expect 5 "a namespace without a name"

nt --netns blue apply "$profile"
expect 0
umount /run/netns/blue
unshare --net=/run/netns/blue true
nt rollback
expect 0 "nothing to roll back"
nt revert
grep -qF blue <<<"$out" && die "revert advises to go to a namespace that is gone"
nt history
expect 0 "gone with its namespace"
nt --netns red status
expect 2 "/run/netns/red"
nt --netns ../red status
expect 2 "not the name of a namespace"
