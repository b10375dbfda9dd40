#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# First process of a guest, in the initramfs, run by busybox: put the host's
# files, read-only, under a layer of memory and go there.

# shellcheck disable=SC1091  # written by make_initrd
. /guest.env
fail() { echo "nettune-vm: $*" >/dev/kmsg; busybox poweroff -f; }

busybox mkdir -p /proc /sys /dev /lower /rw /new
busybox mount -t devtmpfs dev /dev
busybox mount -t proc proc /proc
busybox mount -t sysfs sys /sys

case $VM_KIND in
qemu)
	for module in /modules/*.ko; do
		busybox insmod "$module" || fail "insmod $module"
	done
	busybox mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=524288,cache=loose \
		root /lower || fail "no 9p root" ;;
uml)
	busybox mount -t hostfs -o ro none /lower || fail "no hostfs root" ;;
esac
busybox mount -t tmpfs -o size=60% rw /rw
busybox mkdir /rw/upper /rw/work
busybox mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work \
	overlay /new || fail "no overlay"

# The host's /run speaks of the host's daemons.
busybox mount -t tmpfs -o mode=755 run /new/run
busybox mkdir -p /new/run/nettune-vm/out
busybox cp /guest.env /bin/busybox /new/run/nettune-vm/
case $VM_KIND in
qemu) busybox mount -t 9p -o trans=virtio,version=9p2000.L,cache=none out /new/run/nettune-vm/out ;;
uml) busybox mount -t hostfs none /new/run/nettune-vm/out -o "$VM_OUT" ;;
esac || fail "no output folder"

for dir in dev proc sys; do
	busybox mount -o move "/$dir" "/new/$dir"
done
exec busybox switch_root /new /bin/bash "$VM_DIR/guest.sh"
