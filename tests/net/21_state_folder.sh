#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A full, read-only, foreign or damaged state folder: nothing is changed, and the message says what to do.
. "$(dirname "$0")/lib.sh"

if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
	NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
fi
state=$NETTUNE_STATE_DIR
was=$(value net.core.somaxconn)
profile state <<'P'
[Sysctl]
net.core.somaxconn = 1111
P

mount -t tmpfs -o size=32k,mode=755 tmpfs "$state" || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
nt history
expect 0
mkdir "$state/journal"
dd if=/dev/zero of="$state/fill" bs=4k count=100 2>/dev/null
nt apply "$profile"
expect 1 "No space left on device"
expect_value net.core.somaxconn "$was"
rm "$state/fill"

mount -o remount,ro "$state"
nt apply "$profile"
expect 1 "Read-only file system"
expect_value net.core.somaxconn "$was"
mount -o remount,rw "$state"

chmod 777 "$state"
nt apply "$profile"
expect 3 "others can write it"
expect_value net.core.somaxconn "$was"
chmod 755 "$state"

# Somebody holds the lock.
exec 9<>"$state/lock"
flock -n 9
echo "pid 1 (apply other) since 00:00:00" >&9
nt apply "$profile"
expect 8 "held by pid 1 (apply other)"
expect_value net.core.somaxconn "$was"
exec 9<&-

nt apply "$profile"
expect 0
expect_value net.core.somaxconn 1111
journal=$(echo "$state"/journal/*.journal)
mount -o remount,ro "$state"
nt revert
expect 1 "nothing was changed"
[ "$(wc -l <<<"$out")" = 1 ] || die "it says more than that"
expect_value net.core.somaxconn 1111
mount -o remount,rw "$state"

# One damaged byte: no verb guesses.
cp "$journal" "$TMPDIR/good"
printf 'X' | dd of="$journal" bs=1 seek=30 conv=notrunc 2>/dev/null
for verb in rollback revert recover "apply $profile" status history; do
	# shellcheck disable=SC2086
	nt $verb
	expect 2 "$journal:1: wrong checksum"
	grep -qF "recover --set-aside" <<<"$out" || die "does not say what to do"
done
expect_value net.core.somaxconn 1111

# Cut short before it was whole: never a crash, and never taken for one.
for bytes in 0 100; do
	head -c "$bytes" "$TMPDIR/good" >"$journal"
	for verb in status revert recover "apply $profile"; do
		# shellcheck disable=SC2086
		nt $verb
		expect 2 "$journal:2: cut short"
	done
done

# Its last line cut short, as a crash leaves it: the old state comes back.
head -c -20 "$TMPDIR/good" >"$journal"
nt recover
expect 0 "transaction 1 had been cut off"
expect_value net.core.somaxconn "$was"
nt recover
expect 0 "nothing to recover"

nt apply "$profile"
expect 0
journal=$state/journal/000002.journal
printf 'X' | dd of="$journal" bs=1 seek=30 conv=notrunc 2>/dev/null
nt recover --set-aside
expect 0 "set aside"
[ -e "$journal.damaged" ] || die "the damaged journal is gone"
nt status
expect 0 "nothing applied"
