#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is enabled comes back after a boot, and only that: boots are another boot-id and the kernel's
# values, the service manager is a mock.
. "$(dirname "$0")/lib.sh"
private_run "$@"
boot_id=/proc/sys/kernel/random/boot_id
mark=$NETTUNE_STATE_DIR/boot-attempt
export NETTUNE_CONFIG_DIR=$TMPDIR/etc
list=$NETTUNE_CONFIG_DIR/enabled
mkdir -p "$NETTUNE_CONFIG_DIR/profiles"
chmod -R go-w "$NETTUNE_CONFIG_DIR"
somaxconn=$(value net.core.somaxconn)
retries=$(value net.ipv4.tcp_retries1)
bus=
trap '[ -z "$bus" ] || kill "$bus"' EXIT

# own NAME: standard input becomes an own profile.
own()
{
	cat >"$NETTUNE_CONFIG_DIR/profiles/$1.conf"
}

# reboot: another boot-id, and the values that the kernel comes up with.
reboot()
{
	umount "$boot_id" 2>/dev/null
	cat /proc/sys/kernel/random/uuid >"$TMPDIR/boot_id"
	mount --bind "$TMPDIR/boot_id" "$boot_id" || die "cannot pretend another boot"
	sysctl -qw net.core.somaxconn="$somaxconn" net.ipv4.tcp_retries1="$retries"
}

# untouched: nothing of ours is in effect.
untouched()
{
	expect_value net.core.somaxconn "$somaxconn"
	expect_value net.ipv4.tcp_retries1 "$retries"
}

own a <<'P'
[Sysctl]
net.core.somaxconn = 1111
P
own b <<'P'
[Sysctl]
net.ipv4.tcp_retries1 = 7
P
own against_a <<'P'
[Sysctl]
net.core.somaxconn = 2222
P

# Only what holds.
nt enable a
expect 3 "apply it, see whether the host is well with it, then enable it"
[ ! -e "$list" ] || die "it is enabled all the same"
nt -q apply --confirm 600 a
nt enable a
expect 8 "awaits confirmation"
nt -q confirm
nt enable a
expect 0 "have an init script run 'nettunectl boot'"
expect 0 "enabled at boot: a"
[ "$(stat -c %a "$list")" = 644 ] || die "mode $(stat -c %a "$list")"
inode=$(stat -c %i "$list")
nt enable a
expect 0 "nothing to do"
cp "$boot_id" "$mark"
nt enable a
expect 0 "nothing to do"
[ -e "$mark" ] || die "enabling again ended the trial of this boot"
rm "$mark"
unshare -n "$NETTUNECTL" enable a && die "enabled from another namespace"
unshare -n "$NETTUNECTL" boot && die "booted in another namespace"
[ "$(stat -c %i "$list")" = "$inode" ] || die "it was written again"
nt enable "$NETTUNE_CONFIG_DIR/profiles/b.conf"
expect 2 "boot finds profiles by name only"
nt -q apply b
sysctl -qw net.ipv4.tcp_retries1=9
nt enable b
expect 3 "somebody else changed it (drift)"
nt -q apply b
nt enable b
expect 0 "enabled at boot: a b"
nt -q apply against_a
nt enable against_a
expect 2 "conflicts with"
nt enable a b
expect 0 "nothing to do"
nt status
expect 0 "transaction 4 set 2222, so the profile changed since, or it was another"
nt revert
expect 0 "they come back at the next boot: a b"

# They come back, and say nothing of a boot that is gone but that it is.
reboot
nt status
expect 0 "nothing applied"
nt boot
expect 0 "2 applied"
expect_value net.core.somaxconn 1111
expect_value net.ipv4.tcp_retries1 7
grep -qxF "$(cat "$boot_id")" "$mark" || die "this boot is not on trial"
nt boot
expect 0 "0 writes"
nt boot --settled
expect 0
[ ! -e "$mark" ] || die "still on trial"

# A host that dies before it has settled is not done so to again.
reboot
nt -q boot
reboot
nt boot
expect 3 "an earlier boot ended while it applied what is enabled, or before it had settled"
untouched
nt status
expect 4 "held back"
nt -q boot --settled
reboot
nt boot
expect 3 "nothing is applied now"
nt enable a b
expect 3 "apply it"
untouched
# All that will be applied again has to hold, not only what is named.
nt -q apply a
nt enable a
expect 3 "net.ipv4.tcp_retries1: is $retries, the profile wants 7"
nt -q apply a b
nt enable a
expect 0 "enabled at boot: a b"
[ ! -e "$mark" ] || die "enabled, and still held back"
reboot
nt boot
expect 0 "2 applied"
nt -q boot --settled

# One that was cut off by the end of its boot is closed and not tried again, whoever began it.
reboot
nt -q apply a
last=$(find "$NETTUNE_STATE_DIR/journal" -name '*.journal' | sort | tail -n 1)
sed -i '/"record":"\(result\|end\)"/d' "$last"
reboot
nt boot
expect 3 "nothing is applied now"
untouched
nt recover
expect 0 "was cut off by the end of another boot: its values went with it"
nt history
expect 0 "gone with its boot"
nt boot
expect 3
nt -q apply a b
nt -q enable a
expect 0

# What cannot be read changes nothing.
reboot
mv "$NETTUNE_CONFIG_DIR/profiles/a.conf" "$TMPDIR"
nt boot
expect 2 "profile a not found"
nt status
expect 0 "boot applies nothing: profile a not found"
mv "$TMPDIR/a.conf" "$NETTUNE_CONFIG_DIR/profiles"
cp "$list" "$TMPDIR/list"
for damage in "printf a" "printf 'a\na\n'" "printf '/etc/passwd\n'" "printf 'a\0b\n'" true "head -c 9000 /dev/zero"; do
	eval "$damage" >"$list"
	nt boot
	expect 2 "$list"
	nt disable a
	expect 2 "'nettunectl disable' without a name removes it"
done
cp "$TMPDIR/list" "$list"
chmod 666 "$list"
nt boot
expect 3 "lets others than its owner write it"
chmod 644 "$list"
cp "$last" "$TMPDIR/journal"
printf 'X' | dd of="$last" bs=1 seek=30 conv=notrunc 2>/dev/null
nt boot
expect 2 "recover --set-aside"
cp "$TMPDIR/journal" "$last"
untouched

# What is not there yet is passed over, even when it is required; what it can do it does.
own a <<'P'
[Profile]
OnUnsupported=require
[Sysctl]
net.core.somaxconn = 1111
net.core.netdev_max_backlog = 5555
P
nt boot
expect 0 "absent"
expect_value net.core.somaxconn 1111
nt -q boot --settled
nt disable b
expect 0 "enabled at boot: a"
nt disable
expect 0 "what is applied now stays until the next boot"
[ ! -e "$list" ] || die "the list is still there"
nt disable
expect 0 "nothing to do"
nt boot
expect 0 "nothing is enabled at boot"
nt -q revert

# What is blocked now could be applied by a later boot, unseen; what this host has nothing of, too.
own b <<'P'
[Sysctl]
net.ipv4.tcp_retries1 = 7
net.ipv4.tcp_congestion_control = nonesuch
P
nt apply b
expect 5 "blocked"
nt enable b
expect 3 "net.ipv4.tcp_congestion_control: is blocked now"
own nothing <<'P'
[Sysctl]
net.core.netdev_max_backlog = 5555
P
nt enable nothing
expect 3 "nothing: nothing of it is in effect on this host"
[ ! -e "$list" ] || die "it is enabled all the same"
own b <<'P'
[Sysctl]
net.ipv4.tcp_retries1 = 7
P

# A disk that is full or read-only: nothing is enabled, nothing is lost.
nt -q apply b
mount --bind "$NETTUNE_CONFIG_DIR" "$NETTUNE_CONFIG_DIR"
mount -o remount,bind,ro "$NETTUNE_CONFIG_DIR"
nt enable b
expect 1 "cannot be written: Read-only file system"
umount "$NETTUNE_CONFIG_DIR"
nt --netns none enable b
expect 2

# With a service manager.
"$NETTUNECTL" --version | grep -qE 'libsystemd.* installed' &&
	! "$NETTUNECTL" --version | grep -qE 'libsystemd.*not installed' ||
	{ echo "without libsystemd nothing more can be tried"; nt -q revert; exit 0; }
mkdir -p /run/systemd/system
mock=$(dirname "$(realpath "$0")")/mock_systemd.py
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$TMPDIR/bus

# start_bus start|refuse
start_bus()
{
	[ -z "$bus" ] || kill "$bus"
	rm -f "$TMPDIR/bus" "$TMPDIR/asked"
	/usr/bin/python3 "$mock" "$TMPDIR/bus" "$1" >"$TMPDIR/asked" &
	bus=$!
	wait_for grep -qs listening "$TMPDIR/asked"
}

nt enable b
expect 1 "systemd cannot be reached"
[ ! -e "$list" ] || die "enabled although systemd does not know"
start_bus refuse
nt enable b
expect 7 "nettune-boot.service: systemd does not tell its state"
[ ! -e "$list" ] || die "enabled although systemd refused"
start_bus start
nt --json enable b
expect 0 '"unit": "enabled"'
grep -qx "units nettune-boot.service" "$TMPDIR/asked" || die "systemd was asked: $(cat "$TMPDIR/asked")"
nt enable b
expect 0 "nothing to do"
nt --json status
expect 0 '"unit": "enabled"'
start_bus start
nt status
expect 0 "nettune-boot.service is disabled, so systemd will not apply it"
nt enable b
expect 0 "enabled at boot: b"
nt disable
expect 0 "nothing is enabled"
[ "$(tail -n 1 "$TMPDIR/asked")" = "units " ] || [ "$(tail -n 1 "$TMPDIR/asked")" = units ] ||
	die "systemd was asked: $(cat "$TMPDIR/asked")"
nt -q revert
untouched
