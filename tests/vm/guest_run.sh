# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Boot one guest and wait for its end.

# shellcheck source=artefacts.sh
. "$(dirname "${BASH_SOURCE[0]}")/artefacts.sh"

# Time for a guest to boot and to end, beside what its scripts may take.
readonly BOOT_LIMIT_S=${NETTUNE_VM_BOOT_LIMIT_S:-300}

# What a guest may need beyond a script's limit to end that script.
readonly SLACK_S=${NETTUNE_VM_SLACK_S:-60}

need_guest() {
	need_busybox && need_kernel "$1" || return
	[[ $1 != uml ]] || return 0
	# A script that misses it says so itself.
	[[ $1 != 6.12 ]] || need_bpftrace || [[ $? == "$SKIP" ]] || return
	need_qemu && need_accel "$1"
}

# KVM only where a tiny guest has been seen to boot with it: here and there
# /dev/kvm exists and does not work.
need_accel() {
	artefact "accel" "$(uname -r) $(file_hash "$VM_LINKS/qemu/.stamp")" make_accel "$1"
}

# guest_env TARGET WORK [SHELL]: what the guest's own scripts need to know.
guest_env() {
	local target=$1 work=$2 shell=${3:-} kind=qemu ko=$NETTUNE_ROOT/build/kmod/$1/nettune.ko
	[[ $target != uml ]] || kind=uml
	[[ -e $ko ]] || ko=
	printf 'export NETTUNE_VM_QUEUES=%s NETTUNE_SOAK=%s NETTUNE_SLB_ROW=%q\n' "$(virtio_queues)" \
		"${SOAK:-0}" "${NETTUNE_SLB_ROW:-}"
	printf '%s=%q\n' VM_KIND "$kind" VM_DIR "$VM_DIR" VM_OUT "$work/out" \
		VM_SHELL "$shell" NETTUNE_ROOT "$NETTUNE_ROOT" NETTUNE_CACHE "$NETTUNE_CACHE" VM_LINKS "$VM_LINKS" \
		NETTUNE_TARGET "$target" NETTUNE_KO "$ko" \
		NETTUNECTL "$NETTUNE_ROOT/build/nettunectl" \
		NETTUNE_PROFILE_PATH "${NETTUNE_PROFILE_PATH:-$NETTUNE_ROOT/profiles}" NETTUNE_GUEST 1
}

# Everything the initramfs loads to reach the host's files, in order of need.
initrd_modules() {
	local target=$1 folder=$2 n=10 kernel=$VM_LINKS/kernel/$1 file
	mkdir "$folder"
	modprobe -d "$kernel" -S "$(kernel_release "$target")" -a --show-depends \
		virtio_pci 9pnet_virtio 9p overlay | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
		while read -r file; do
			case $file in
			*.xz) xz -dc "$file" >"$folder/$n.ko" ;;
			*.zst) zstd -qdc "$file" >"$folder/$n.ko" ;;
			*) cp "$file" "$folder/$n.ko" ;;
			esac
			n=$((n + 1))
		done
}

make_initrd() {
	local target=$1 work=$2 root=$2/initrd
	mkdir -p "$root/bin"
	cp "$(busybox)" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	cp "$VM_DIR/init.sh" "$root/init"
	cp "$work/guest.env" "$root/guest.env"
	[[ $target == uml ]] || initrd_modules "$target" "$root/modules"
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd.gz"
}

virtio_queues() { if [[ -c /dev/net/tun ]]; then echo 4; else echo 1; fi; }

# The wires between NICs are hubs inside QEMU.  A hub has one queue only, so the
# four of virtio-net come from a tap, which lives in a network namespace of the
# guest's own: the host's network sees nothing of either.
nics() {
	local n
	for n in 1 2; do
		# A root port each: igb's virtual functions want a bus to themselves.
		printf '%s\n' -device "pcie-root-port,id=rp$n,chassis=$n" \
			-netdev "hubport,id=h$n,hubid=1" \
			-device "igb,bus=rp$n,netdev=h$n,mac=52:54:00:00:00:0$n,romfile="
	done
	if [[ $(virtio_queues) == 4 ]]; then
		printf '%s\n' -netdev tap,id=t0,queues=4,script=no,downscript=no,ifname=nettune0
	else
		printf '%s\n' -netdev hubport,id=t0,hubid=2
	fi
	printf '%s\n' \
		-device virtio-net-pci,netdev=t0,mq=on,rss=on,vectors=10,mac=52:54:00:00:00:03,romfile=
}

run_qemu() {
	local target=$1 work=$2 append nics accel
	mapfile -t nics < <(nics)
	mapfile -t accel < <(qemu_accel)
	append="console=ttyS0 loglevel=${NETTUNE_VM_LOGLEVEL:-8} printk.devkmsg=on panic=-1 oops=panic no_timer_check nowatchdog"
	qemu "${accel[@]}" -M q35 -m 2048 -smp 2 -nodefaults -no-user-config \
		-display none -serial "${NETTUNE_VM_SERIAL:-stdio}" -no-reboot \
		-kernel "$VM_LINKS/kernel/$target/vmlinuz" -initrd "$work/initrd.gz" \
		-append "$append" \
		-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap \
		-virtfs local,path="$work/out",mount_tag=out,security_model=none \
		"${nics[@]}"
}

run_uml() {
	local work=$2
	TMPDIR=$work "$VM_LINKS/kernel/uml/linux" mem=768M "initrd=$work/initrd.gz" rdinit=/init \
		con=null con0=fd:0,fd:1 printk.time=1 "loglevel=${NETTUNE_VM_LOGLEVEL:-8}" printk.devkmsg=on panic=-1 oops=panic
}

# With NETTUNE_VM_ICOUNT the guest's clock counts its instructions, one a nanosecond:
# what is measured in there no longer depends on what else the machine does.
qemu_accel() {
	if [[ -n ${NETTUNE_VM_ICOUNT:-} ]]; then
		printf '%s\n' -accel tcg,thread=single -icount shift=0,sleep=off -cpu max
		return
	fi
	case $(cat "$VM_LINKS/accel/name") in
	kvm) printf '%s\n' -accel kvm -cpu host ;;
	*) printf '%s\n' -accel tcg,thread=multi -cpu max ;;
	esac
}

# In namespaces of its own the guest touches neither network nor mounts of the
# host, and all its processes end with the one that is waited for.
contained() {
	export -f qemu run_qemu run_uml nics virtio_queues qemu_accel
	export VM_LINKS
	exec unshare --net --pid --mount-proc --fork --kill-child -- bash -c '"$@"' guest "$@"
}

# The seconds that the guest may still take, given what runs in it now.
seconds_left() {
	local work=$1 limit name now begun last="$1/guest.env" allowed=$BOOT_LIMIT_S
	while read -r limit name _; do
		[[ -e $work/out/$name.begun ]] || break
		last=$work/out/$name.begun
		allowed=$((limit + SLACK_S))
		if [[ -e $work/out/$name.rc ]]; then
			last=$work/out/$name.rc
			allowed=$BOOT_LIMIT_S
		fi
	done <"$work/out/scripts"
	now=$(date +%s)
	begun=$(stat -c %Y "$last")
	echo $((begun + allowed - now))
}

# A guest that makes no headway is ended; its log tells how far it came.
watch_guest() {
	local pid=$1 work=$2
	while kill -0 "$pid" 2>/dev/null; do
		if (($(seconds_left "$work") < 0)); then
			say "guest makes no headway: ended"
			kill -KILL "$pid"
			break
		fi
		wait_for_end "$pid" 1
	done
	wait "$pid" 2>/dev/null || true
}

# Up to SECONDS, less when the process ends before.
wait_for_end() {
	timeout "$2" tail --pid="$1" -s 0.1 -f /dev/null || true
}

# start_guest TARGET WORK [SHELL]: does not return.
start_guest() {
	local target=$1 work=$2 how=run_qemu
	[[ $target != uml ]] || how=run_uml
	contained "$how" "$target" "$work"
}

boot_guest() {
	local target=$1 work=$2 pid
	guest_env "$target" "$work" >"$work/guest.env"
	make_initrd "$target" "$work"
	start_guest "$target" "$work" </dev/null >"$work/console" 2>&1 &
	pid=$!
	on_exit "kill -KILL $pid 2>/dev/null || true"
	watch_guest "$pid" "$work"
}
