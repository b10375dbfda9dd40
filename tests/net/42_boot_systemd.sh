#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 240 s
#
# The boot unit under a real systemd, which boots in namespaces of its own on a copy of this root that
# forgets everything: is the unit enabled, is it in time, can it write in spite of its protection, and
# is a boot that died told from one that was shut down?
. "$(dirname "$0")/lib.sh"

root=$TMPDIR/root
systemd=/usr/lib/systemd/systemd

# --- inside: process 1 of the namespaces, which becomes systemd ---

# Everything but the network's sysctls is read-only to what boots here, and none of this host's
# services is started.
prepare_root()
{
	local dir

	mount -t overlay overlay -o "lowerdir=/,upperdir=$TMPDIR/upper,workdir=$TMPDIR/work" "$root" || return
	mountpoint -q "$root" || return
	mount -t proc proc "$root/proc" && mount --bind "$root/proc/sys" "$root/proc/sys" &&
		mount --bind "$root/proc/sys/net" "$root/proc/sys/net" &&
		mount -o remount,bind,ro "$root/proc/sys" &&
		mount --bind "$TMPDIR/share/boot_id" "$root/proc/sys/kernel/random/boot_id" &&
		mount -t sysfs -o ro sysfs "$root/sys" &&
		mount -t tmpfs tmpfs "$root/sys/fs/cgroup" && mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup" || return
	for dir in run tmp mnt etc/systemd/system $(cd "$root" && printf '%s ' usr/lib/systemd/system/*.wants); do
		mount -t tmpfs -o mode=755 tmpfs "$root/$dir" || return
	done
	mount -t tmpfs -o mode=755 tmpfs "$root/dev" && mknod -m 666 "$root/dev/null" c 1 3 &&
		mknod -m 666 "$root/dev/urandom" c 1 9 && mknod -m 666 "$root/dev/zero" c 1 5
	: >"$root/etc/fstab"
}

# What was installed, and links that an earlier boot made.
install_units()
{
	local system=$root/etc/systemd/system unit

	install -D -m 755 "$NETTUNECTL" "$root/usr/sbin/nettunectl"
	install -m 644 "$NETTUNE_ROOT"/systemd/* "$root/usr/lib/systemd/system/"
	install -D -m 644 "$TMPDIR/own.conf" "$root/etc/nettune/profiles/own.conf"
	mkdir -p "$system/multi-user.target.wants" "$root/mnt/share"
	mount --bind "$TMPDIR/share" "$root/mnt/share"
	printf '%s\n' '[Unit]' 'After=network-pre.target dbus.service' 'Requires=dbus.socket' 'Wants=dbus.service' '[Service]' \
		Type=oneshot 'ExecStart=/bin/bash /mnt/share/script' StandardOutput=append:/mnt/share/out \
		StandardError=append:/mnt/share/out >"$system/script.service"
	ln -s ../script.service "$system/multi-user.target.wants/"
	# A protected unit has a /proc/sys without our mount on it.
	for unit in nettune-boot nettune-boot-settled; do
		mkdir "$system/$unit.service.d"
		printf '%s\n' '[Service]' 'BindReadOnlyPaths=/mnt/share/boot_id:/proc/sys/kernel/random/boot_id' \
			>"$system/$unit.service.d/boot-id.conf"
	done
	[ ! -e "$TMPDIR/share/enabled" ] ||
		ln -s /usr/lib/systemd/system/nettune-boot.service "$system/multi-user.target.wants/"
}

if [ "${1:-}" = inside ]; then
	mount --make-rprivate / && prepare_root && install_units || exit 77
	exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=other chroot "$root" "$systemd" \
		--system --unit=multi-user.target --show-status=no --log-target=console
fi

# --- outside ---

if [ ! -x "$systemd" ] || ! command -v dbus-daemon >/dev/null; then
	echo "SKIP: systemd or dbus-daemon is not installed"
	exit 77
fi
private_run "$@"
mkdir -p "$root" "$TMPDIR/upper" "$TMPDIR/work" "$TMPDIR/share" "$TMPDIR/cgroup"
mount -t cgroup2 cgroup2 "$TMPDIR/cgroup" || { echo "SKIP: cannot mount cgroup2"; exit 77; }
group=$TMPDIR/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)/nettune-test-$$
home=${group%/*}/cgroup.procs
mkdir "$group" || { echo "SKIP: cannot make a control group"; exit 77; }
trap 'echo $$ >"$home"; find "$group" -depth -type d -exec rmdir {} +' EXIT
somaxconn=$(value net.core.somaxconn)
printf '[Sysctl]\nnet.core.somaxconn = 1111\n' >"$TMPDIR/own.conf"

# boot_up HOW: standard input runs there, its output is $out; then the host is shut down (HOW=stop)
# or gone at once (HOW=die).
boot_up()
{
	local how="systemctl poweroff --force --force"

	[ "$1" = die ] || how="systemctl stop nettune-boot.service; $how"
	{ cat; echo "$how"; } >"$TMPDIR/share/script"
	: >"$TMPDIR/share/out"
	cat /proc/sys/kernel/random/uuid >"$TMPDIR/share/boot_id"
	sysctl -qw net.core.somaxconn="$somaxconn"
	(echo "$BASHPID" >"$group/cgroup.procs" &&
		exec timeout -k 5 60 unshare -mpfuiC bash "$0" inside) >"$TMPDIR/console" 2>&1
	rc=$?
	out=$(cat "$TMPDIR/share/out")
	printf '== boot, then %s\n%s\n' "$1" "$out"
	if ! grep -q "^reached$" "$TMPDIR/share/out"; then
		cat "$TMPDIR/console"
		echo "SKIP: systemd cannot be booted in namespaces here"
		exit 77
	fi
	rc=0
}

boot_up stop <<'S'
echo reached
nettunectl -q apply own
nettunectl enable own
systemctl is-enabled nettune-boot.service
[ -L /etc/systemd/system/multi-user.target.wants/nettune-boot.service ] && touch /mnt/share/enabled
S
expect 0 "enabled at boot: own"
[ -e "$TMPDIR/share/enabled" ] || die "systemd has no link to the unit"

boot_up stop <<'S'
echo reached
systemctl show -p Result -p ActiveState nettune-boot.service
cat /proc/sys/net/core/somaxconn
[ -e /var/lib/nettune/boot-attempt ] && echo on trial
systemctl list-timers --no-pager | grep -o nettune-boot-settled.timer
at() { systemctl show --value -p ActiveEnterTimestampMonotonic "$1"; }
[ "$(at local-fs.target)" -le "$(at nettune-boot.service)" ] && [ "$(at nettune-boot.service)" -le "$(at network-pre.target)" ] && echo in time
S
for words in Result=success ActiveState=active 1111 "on trial" nettune-boot-settled.timer "in time"; do
	expect 0 "$words"
done

# Shut down in order it does it again; settled, too; dead on trial, it does not.
boot_up die <<'S'
echo reached
cat /proc/sys/net/core/somaxconn
systemctl start nettune-boot-settled.service && [ ! -e /var/lib/nettune/boot-attempt ] && echo settled
S
expect 0 1111
expect 0 settled
boot_up die <<'S'
echo reached
cat /proc/sys/net/core/somaxconn
S
expect 0 1111
boot_up stop <<'S'
echo reached
cat /proc/sys/net/core/somaxconn
systemctl show -p ExecMainStatus nettune-boot.service
systemctl show -p ActiveState network-pre.target
systemctl start nettune-boot-settled.service
nettunectl status
nettunectl -q apply own
nettunectl enable own
nettunectl disable
systemctl is-enabled nettune-boot.service
S
expect 0 "$somaxconn"
expect 0 "ExecMainStatus=3"
expect 0 "ActiveState=active"
expect 0 "held back"
expect 0 "nothing is enabled at boot"
grep -qx disabled <<<"$out" || die "the unit is still enabled"
