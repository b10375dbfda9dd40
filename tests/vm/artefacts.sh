# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What the tests keep under $NETTUNE_CACHE and how each is made.  A need_*
# function makes sure that the artefact is there, or returns 77 when it cannot be
# had; a make_* function fills the folder it is given and knows nothing of
# stamps.

# shellcheck source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=apt.sh
. "$(dirname "${BASH_SOURCE[0]}")/apt.sh"

# need NAME SUITE RELEASE REGEX PACKAGES MAKER RECIPE…: the artefact NAME that
# MAKER makes of those packages, at their newest known version.  Without package
# lists (no network yet) nothing is known: 77.
need() {
	local name=$1 suite=$2 release=$3 regex=$4 packages=$5 maker=$6 versions key
	shift 6
	apt_root "$suite" >/dev/null ||
		{ say "$name: no package lists of $suite"; return "$SKIP"; }
	# shellcheck disable=SC2086  # several packages
	versions=$(apt_closure "$suite" "$release" "$regex" $packages) ||
		{ say "$name: $suite has no $packages"; return "$SKIP"; }
	key="$(recipe_hash "$maker" "$@") ${NEED_EXTRA:-} ${versions//$'\n'/ }"
	# shellcheck disable=SC2086  # several versions
	artefact "$name" "$key" "$maker" "$suite" $versions
}

# --- tools --------------------------------------------------------------------

# QEMU of the backports (igb came with 8.0) with all its libraries, run in place
# by its own loader: what the machine has installed does not matter to it.
need_qemu() {
	need qemu bookworm bookworm-backports . qemu-system-x86 make_tool
}

need_busybox() {
	need busybox bookworm bookworm '^busybox-static=' busybox-static make_tool
}

need_mmdebstrap() {
	need mmdebstrap bookworm bookworm '^mmdebstrap=' mmdebstrap make_tool
}

make_tool() {
	local dir=$1 suite=$2
	shift 2
	apt_extract "$suite" "$dir" "$@"
}

# bpftrace of Debian 13 with all its libraries.  It traces its own program to begin and
# end, which its loader must not hide: this is a root that guests change to.
need_bpftrace() {
	need bpftrace trixie trixie . "bpftrace dash" make_bpftrace make_tool
}

make_bpftrace() {
	local dir=$1
	make_tool "$@"
	mkdir -p "$dir"/{dev,proc,sys,tmp}
	# Links that a base system has and single packages lack. It crashes without a shell.
	ln -sfn dash "$dir/usr/bin/sh"
	ln -sfn usr/bin "$dir/bin"
	ln -sfn usr/lib "$dir/lib"
	ln -sfn usr/lib64 "$dir/lib64"
}

qemu() {
	local root=$VM_LINKS/qemu libs
	libs=$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu
	QEMU_MODULE_DIR=$root/usr/lib/x86_64-linux-gnu/qemu \
		"$root/lib64/ld-linux-x86-64.so.2" \
		--library-path "$libs:$root/usr/lib/x86_64-linux-gnu/pulseaudio" \
		"$root/usr/bin/qemu-system-x86_64" \
		-L "$root/usr/share/seabios" -L "$root/usr/share/qemu" "$@"
}

busybox() { printf '%s\n' "$VM_LINKS/busybox/bin/busybox"; }

# --- kernels ------------------------------------------------------------------

# kernel/TARGET holds vmlinuz (or, for uml, linux), "release" and lib/modules.
need_kernel() {
	local parts='^linux-(image|binary|modules|base)-[0-9]'
	case $1 in
	6.1) need kernel/6.1 bookworm bookworm "$parts" linux-image-amd64 make_kernel ;;
	6.12) need kernel/6.12 bookworm bookworm "$parts" linux-image-6.12-amd64 make_kernel ;;
	7.3) need kernel/7.3 trixie trixie-backports "$parts" linux-image-amd64 make_kernel ;;
	uml) need_uml ;;
	esac
}

# The image is in /boot, and since 7.x beside the modules.
make_kernel() {
	local dir=$1 suite=$2 release
	shift 2
	apt_extract "$suite" "$dir/deb" "$@"
	mkdir "$dir/lib"
	if [[ -d $dir/deb/usr/lib/modules ]]; then
		mv "$dir/deb/usr/lib/modules" "$dir/lib/"
	else
		mv "$dir/deb/lib/modules" "$dir/lib/"
	fi
	release=$(ls "$dir/lib/modules")
	mv "$dir/deb/boot/vmlinuz-$release" "$dir/vmlinuz" 2>/dev/null ||
		mv "$dir/lib/modules/$release/vmlinuz" "$dir/vmlinuz"
	depmod -b "$dir" "$release"
	printf '%s\n' "$release" >"$dir/release"
	remove_tree "$dir/deb"
}

kernel_release() { cat "$VM_LINKS/kernel/$1/release"; }

# --- headers of the kernels that the distribution's own compiler built ---------

need_headers() {
	local parts='^linux-(headers|kbuild)-[0-9]'
	case $1 in
	6.1) need headers/6.1 bookworm bookworm "$parts" linux-headers-amd64 \
		make_headers ;;
	6.12) need headers/6.12 bookworm bookworm "$parts" linux-headers-6.12-amd64 \
		make_headers ;;
	esac
}

# The headers' makefiles name each other by absolute path; point those into the
# cache.  "$dir" is still a temporary name here, hence the ".tmp" cut off.
make_headers() {
	local dir=$1 suite=$2 final=${1%.tmp} build
	shift 2
	apt_extract "$suite" "$dir" "$@"
	build=$(ls -d "$dir"/usr/src/linux-headers-*-amd64)
	grep -rlIE '/usr/(src|lib)/linux-' "$build" "$dir"/usr/src/*-common/Makefile |
		xargs -r sed -i -E "s,([^[:alnum:]._-]|^)/usr/(src|lib)/linux-,\1$final/usr/\2/linux-,g"
	headers_links "$dir" "$final"
	basename "$build" >"$dir/build"
}

headers_links() {
	local dir=$1 final=$2 link to
	find "$dir/usr" -type l -lname '/usr/*' | while read -r link; do
		to=$(readlink "$link")
		ln -sfn "$final$to" "$link"
	done
}

headers_dir() {
	printf '%s\n' "$VM_LINKS/headers/$1/usr/src/$(cat "$VM_LINKS/headers/$1/build")"
}

# --- chroot for the kernel that wants a newer compiler -------------------------

need_chroot() {
	need_mmdebstrap || return
	need chroot trixie trixie-backports '^(linux-(headers|kbuild)-[0-9]|gcc-14=|pahole=)' \
		"linux-headers-amd64 gcc-14 make libelf1t64" make_chroot
}

make_chroot() {
	local dir=$1 suite=$2 package include=make,libelf1t64
	shift 2
	for package; do
		include+=,${package%%=*}
	done
	bootstrap "$dir/root" "$suite" "$include" --aptopt='Apt::Default-Release "trixie-backports"'
	(cd "$dir/root/usr/src" && ls -d linux-headers-*-amd64) >"$dir/build"
}

# bootstrap FOLDER SUITE PACKAGES OPTION…: a root with these packages and what they
# depend on.  Unpacked and configured by mmdebstrap, because a compiler wants its
# alternatives and its dynamic linker's cache.
bootstrap() {
	local folder=$1 suite=$2 include=$3 root=$NETTUNE_CACHE/apt/$2
	shift 3
	apt-config dump | grep -E '^Acquire::(http|https|ftp|Check|Retries)' >"$root/aptopt" || true
	PATH=$VM_LINKS/mmdebstrap/usr/bin:$PATH mmdebstrap --quiet --mode=root --variant=apt \
		--include="$include" --format=directory --aptopt="$root/aptopt" "$@" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		"$suite" "$folder" "$root/etc/sources.list" || chroot_failed "$suite"
	rm -rf "$folder"/var/cache/apt "$folder"/var/lib/apt/lists
}

# Tell "no network" from a defect, which mmdebstrap's exit code does not.
chroot_failed() {
	apt_extract "$1" "$NETTUNE_CACHE/probe.tmp" make
	remove_tree "$NETTUNE_CACHE/probe.tmp"
	return 1
}

# --- roots where packages are built and tried ------------------------------------

# pack/SUITE: what debian/control and dkms want there, and lintian.  Of the kernels'
# packages and the tools newer ones matter; a new perl is no reason to start over.
need_pack() {
	local suite=$1 headers=linux-headers-amd64 parts='linux-headers-[0-9]|d(h-d)?kms=|debhelper=|lintian='
	local older='' recipe=(make_pack bootstrap)
	need_mmdebstrap || return
	case $suite in
	bookworm) headers+=" linux-headers-6.12-amd64" ;;
	trixie)
		older=$(older_headers | paste -sd' ') ||
			{ say "pack/$suite: no package lists of bookworm"; return "$SKIP"; }
		headers+=" gcc-12" parts+='|gcc-12=' recipe=(make_pack_trixie "${recipe[@]}") ;;
	esac
	NEED_EXTRA=$(build_dependencies | paste -sd' ')${older:+ $older} \
		need "pack/$suite" "$suite" "$suite" "^($parts)" \
		"debhelper dh-dkms dkms lintian openssl $headers" "${recipe[@]}"
}

# Debian 12's kernel, which somebody may still boot after an upgrade, with the compiler that
# built it: that one is in Debian 13 too.
older_headers() {
	apt_root bookworm >/dev/null &&
		apt_closure bookworm bookworm '^linux-(headers|kbuild)-[0-9]' linux-headers-amd64
}

make_pack_trixie() {
	local dir=$1 older
	make_pack "$@"
	mapfile -t older < <(older_headers)
	apt_extract bookworm "$dir/older" "${older[@]}"
	cp -a "$dir"/older/usr/{src,lib} "$dir/root/usr/"
	cp -a "$dir/older/lib/modules" "$dir/root/usr/lib/"
	remove_tree "$dir/older"
}

make_pack() {
	local dir=$1 suite=$2 package include=build-essential,openssl
	shift 2
	for package in $(build_dependencies) "${@%%=*}"; do
		include+=,$package
	done
	bootstrap "$dir/root" "$suite" "$include"
}

# Names in the Build-Depends of debian/control, without virtual ones.
build_dependencies() {
	sed -n '/^Build-Depends:/,/^$/s/^ \([a-z0-9.+-]*\).*/\1/p' "$NETTUNE_ROOT/debian/control" |
		grep -vE '^(debhelper-compat|dh-sequence-.*)$'
}

# --- target uml: a debug kernel that runs as a process --------------------------

need_uml() {
	NEED_EXTRA=$(file_hash "$VM_DIR/uml.config") \
		need kernel/uml bookworm bookworm '^linux-source-6.12=' linux-source-6.12 \
		make_uml uml_unpack uml_configure uml_build uml_install uml_prune
}

make_uml() {
	local dir=$1 suite=$2
	shift 2
	if [[ ! -e $dir/.resume ]]; then
		stage "uml: download" apt_extract "$suite" "$dir/deb" "$@"
		stage "uml: unpack" uml_unpack "$dir"
		stage "uml: configure" uml_configure "$dir/build"
	fi
	# From here on make knows what is done: an ended build goes on next time.
	touch "$dir/.resume"
	stage "uml: build" uml_build "$dir/build"
	rm "$dir/.resume"
	uml_install "$dir"
	uml_prune "$dir/build"
}

# Code of other machines and of drivers that UML cannot have is most of the
# source; only its Kconfig files are read.
uml_unpack() {
	local dir=$1
	mkdir "$dir/build"
	tar -C "$dir/build" --strip-components=1 \
		--exclude='*/drivers/'{gpu,media,usb,infiniband,scsi,staging,iio,net/ethernet,net/wireless}'/*.[chS]' \
		--exclude='*/sound/*.[ch]' \
		--exclude='*/arch/'{a,c,h,l,m,n,o,p,r,s,xt}'*/*.'{[chS],dts,dtsi} \
		--exclude='*/Documentation/*.'{rst,yaml,txt,svg} \
		--exclude='*/tools/testing/*' \
		-xf "$dir"/deb/usr/src/linux-source-*.tar.xz
	remove_tree "$dir/deb"
}

# A line of the fragment that Kconfig dropped is a defect of the fragment.
uml_configure() {
	local build=$1 fragment=$VM_DIR/uml.config line missing=0
	make -s -C "$build" ARCH=um defconfig
	(cd "$build" && ARCH=um scripts/kconfig/merge_config.sh -m -O . .config "$fragment")
	make -s -C "$build" ARCH=um olddefconfig
	while read -r line; do
		grep -qxF "$line" "$build/.config" && continue
		say "uml.config: '$line' did not survive"
		missing=1
	done < <(grep -E '^(CONFIG_|# CONFIG_)' "$fragment")
	return "$missing"
}

uml_build() {
	nice -n 5 make -s -C "$1" -j "$(nproc)" ARCH=um linux modules
}

uml_install() {
	local dir=$1 release
	release=$(make -s -C "$dir/build" ARCH=um kernelrelease)
	make -s -C "$dir/build" ARCH=um INSTALL_MOD_PATH="$dir" modules_install
	rm -f "$dir/lib/modules/$release/build" "$dir/lib/modules/$release/source"
	strip -o "$dir/linux" "$dir/build/linux"
	printf '%s\n' "$release" >"$dir/release"
}

# What "make M=…" reads stays: makefiles, scripts, headers, symbol versions.
uml_prune() {
	local build=$1
	find "$build" -mindepth 1 -maxdepth 1 ! -name Makefile ! -name Kbuild ! -name .config \
		! -name Module.symvers ! -name include ! -name scripts ! -name arch ! -name tools \
		-exec rm -rf {} +
	find "$build/arch" "$build/tools" \( -name '*.[coS]' -o -name '*.a' -o -name '*.cmd' \) -delete
	find "$build/arch" -mindepth 1 -maxdepth 1 ! -name um ! -name x86 ! -name 'Kconfig*' \
		-exec rm -rf {} +
}

# What building a module for a target takes.
need_build() {
	case $target in
	6.1 | 6.12) need_headers "$target" ;;
	7.3) need_chroot ;;
	uml) need_uml ;;
	esac
}

# --- acceleration -----------------------------------------------------------------

# The answer is a name, kvm or tcg; that a probe fails or hangs is an answer too.
make_accel() {
	local dir=$1 target=$2 root=$1/initrd
	echo tcg >"$dir/name"
	[[ -c /dev/kvm ]] || return 0
	mkdir -p "$root/bin" "$root/dev"
	cp "$(busybox)" "$root/bin/busybox"
	ln -s busybox "$root/bin/sh"
	printf '#!/bin/sh\necho NETTUNE_KVM_WORKS\nbusybox poweroff -f\n' >"$root/init"
	chmod +x "$root/init"
	mknod "$root/dev/console" c 5 1
	(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$dir/initrd.gz"
	# shellcheck disable=SC2016  # expanded inside
	timeout -k 1 20 "$BASH" -c '. "$1"; shift; qemu "$@"' kvm "$VM_DIR/artefacts.sh" \
		-accel kvm -cpu host -M q35 -m 512 -smp 2 -nodefaults -display none \
		-serial stdio -no-reboot -kernel "$VM_LINKS/kernel/$target/vmlinuz" \
		-initrd "$dir/initrd.gz" -append "console=ttyS0 quiet panic=-1" \
		</dev/null >"$dir/console" 2>&1 || true
	! grep -aq '^NETTUNE_KVM_WORKS' "$dir/console" || echo kvm >"$dir/name"
	remove_tree "$root"
	rm "$dir/initrd.gz"
}
