#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Process 1 of a guest, on the host's files: get the system ready, run the
# scripts one after the other, leave what they said in $OUT, power off.
#
# Nothing here judges a script: run.sh does, from NAME.rc and the kernel's log.

set -u
VM=/run/nettune-vm
OUT=$VM/out
# shellcheck disable=SC1091  # written by make_initrd
. "$VM/guest.env"

mark() { printf 'nettune-vm: %s\n' "$*" >/dev/kmsg; }

# However this ends, the guest ends with it.
poweroff_now() {
	sync
	"$VM/busybox" poweroff -f
}
trap poweroff_now EXIT

mount_tmpfs() {
	mkdir -p "$1"
	# What the tests run may itself lie below, on the host's disk.
	grep -q -e "^$1/" -e " $1/" - "$OUT/scripts" <<-END && return
	$NETTUNE_ROOT/
	$NETTUNE_CACHE/
	END
	mount -t tmpfs -o "mode=$2" tmpfs "$1"
}

prepare_files() {
	local release
	release=$(uname -r)
	mount_tmpfs /tmp 1777
	mount_tmpfs /var/tmp 1777
	mount_tmpfs /var/lib/nettune 700
	mkdir -p /run/lock /run/netns "/lib/modules/$release" /dev/pts /dev/shm
	mount --bind "$VM_LINKS/kernel/$NETTUNE_TARGET/lib/modules/$release" \
		"/lib/modules/$release"
	mount -t devpts devpts /dev/pts
	mount -t tmpfs shm /dev/shm
	mount -t debugfs debugfs /sys/kernel/debug
	mount -t tracefs tracefs /sys/kernel/tracing
	mount -t bpf bpf /sys/fs/bpf
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	ln -sfn /proc/self/fd /dev/fd
	ln -sfn /proc/self/fd/0 /dev/stdin
	ln -sfn /proc/self/fd/1 /dev/stdout
	ln -sfn /proc/self/fd/2 /dev/stderr
}

prepare_devices() {
	local modalias
	hostname "nettune-${NETTUNE_TARGET//./-}"
	ip link set lo up
	[[ $VM_KIND == qemu ]] || return 0
	# No udev here: offer every device to modprobe once.
	find /sys/devices -name modalias -exec cat {} + 2>/dev/null | sort -u |
		while read -r modalias; do
			modprobe -qb "$modalias"
		done
}

# run_script NAME FILE LIMIT_S: its output, exit code and seconds go to $OUT.
run_script() {
	local name=$1 file=$2 limit=$3 rc=0 start=$SECONDS
	mark "begin $name"
	: >"$OUT/$name.begun"
	timeout -k 5 "$limit" "$file" >"$OUT/$name.out" 2>&1 </dev/null || rc=$?
	# PID 1 and the kernel's threads are spared; what the script left is not.
	kill -9 -1 2>/dev/null
	mark "end $name $rc"
	printf '%s %s\n' "$rc" $((SECONDS - start)) >"$OUT/$name.rc"
	[[ $rc == 0 || $rc == 77 ]]
}

# kmemleak does not look at objects younger than five seconds.
readonly LEAK_AGE_S=6

find_leaks() {
	local leaks=/sys/kernel/debug/kmemleak
	[[ -w $leaks ]] || return 0
	sleep "$LEAK_AGE_S"
	echo scan >"$leaks"
	echo scan >"$leaks"
	cat "$leaks" >"$OUT/kmemleak"
	[[ ! -s $OUT/kmemleak ]]
}

# A login on the console, for a person.
serve_shell() {
	local tty=/dev/ttyS0
	[[ $VM_KIND == qemu ]] || tty=/dev/tty0
	[[ -z $NETTUNE_KO ]] || insmod "$NETTUNE_KO"
	export NETTUNE_VM_QUEUES PATH=$NETTUNE_ROOT/build:$PATH PS1="[$NETTUNE_TARGET] \\w# "
	# VM_SHELL is the size of the terminal outside, "rows columns".
	stty -F "$tty" sane rows "${VM_SHELL% *}" columns "${VM_SHELL#* }"
	setsid -c bash --norc -i 0<>"$tty" 1>&0 2>&0
}

main() {
	local rc=0 name file limit
	export NETTUNE_ROOT NETTUNE_CACHE NETTUNE_TARGET NETTUNE_KO NETTUNECTL NETTUNE_PROFILE_PATH NETTUNE_GUEST
	export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	export HOME=/root LC_ALL=C.UTF-8 TERM=${TERM:-linux}
	cd "$NETTUNE_ROOT" || return 1
	prepare_files
	prepare_devices
	if [[ -n $VM_SHELL ]]; then
		serve_shell
		return
	fi
	while read -r limit name file; do
		run_script "$name" "$file" "$limit" || rc=1
	done <"$OUT/scripts"
	mark "begin leaks"
	find_leaks || rc=1
	mark "end leaks"
	mark "NETTUNE_VM_RC=$rc"
}

main
