#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/vm/kbuild.sh TARGET: build the module for one kernel of the tests, in
# build/kmod/TARGET, with warnings fatal (and sparse's, where it can parse).
#
# Each kernel gets a tree of links to the sources of its own, so that objects of
# different kernels never mix and kmod/ stays clean.  Where the kernel has KUnit,
# tests/kunit is built too.  Exit code 77: the headers cannot be had here.

set -euo pipefail
# shellcheck source=artefacts.sh
. "$(dirname "$0")/artefacts.sh"

# What the module is made of; a folder that is not there yet is left out.
readonly SOURCES=(kmod include tests/core tests/kunit)

target=${1:-}
is_target "$target" || { echo "usage: ${0##*/} 6.1|6.12|7.3|uml" >&2; exit 2; }
dest=$NETTUNE_ROOT/build/kmod/$target
source_root=${NETTUNE_KMOD_ROOT:-$NETTUNE_ROOT}

link_sources() {
	local part file
	for part in "${SOURCES[@]}"; do
		[[ -d $source_root/$part ]] || continue
		while IFS= read -r file; do
			mkdir -p "$dest/src/$(dirname "$file")"
			ln -sfn "$source_root/$file" "$dest/src/$file"
		done < <(cd "$source_root" && find "$part" -type f \
			\( -name '*.[chS]' -o -name '*.def' -o -name Kbuild -o -name Makefile \) \
			! -name '*.mod.c')
	done
	# Links to sources that went away, or that belong to another tree.
	find "$dest/src" -xtype l -delete
}

# The same for every kernel.
kbuild_flags() {
	printf '%s\n' W=1 KCFLAGS=-Werror
}

sparse_flags() {
	command -v sparse >/dev/null || { say "no sparse: not checked"; return 0; }
	printf '%s\n' C=2 "CF=-Wsparse-error"
}

build_debian() {
	local folder=$1 flags
	mapfile -t flags < <(kbuild_flags; sparse_flags)
	nice -n 5 make -s -C "$(headers_dir "$target")" -j "$(nproc)" M="$folder" \
		CC=gcc-12 "${flags[@]}" modules
}

# objtool wants /proc.  The mounts live in a namespace of their own: however this
# ends, they end with it.
build_chroot() {
	local folder=$1 root=$VM_LINKS/chroot/root flags
	mapfile -t flags < <(kbuild_flags)
	# shellcheck disable=SC2016  # expanded inside
	unshare --mount --pid --fork --kill-child -- bash -euc '
		root=$1; shift
		mount -t proc proc "$root/proc"
		for dir in "$1" "$2"; do
			mkdir -p "$root$dir"
			mount --bind "$dir" "$root$dir"
		done
		shift 2
		exec chroot "$root" nice -n 5 "$@"' chroot-build \
		"$root" "$NETTUNE_ROOT" "$source_root" \
		make -s -C "/usr/src/$(cat "$VM_LINKS/chroot/build")" -j "$(nproc)" \
		M="$folder" "${flags[@]}" modules
}

build_uml() {
	local folder=$1 flags
	mapfile -t flags < <(kbuild_flags)
	nice -n 5 make -s -C "$VM_LINKS/kernel/uml/build" ARCH=um -j "$(nproc)" \
		M="$folder" "${flags[@]}" modules
}

build_folder() {
	case $target in
	6.1 | 6.12) build_debian "$1" ;;
	7.3) build_chroot "$1" ;;
	uml) build_uml "$1" ;;
	esac
}

# A module of other headers than today's may load by luck: start anew then.
forget_other_headers() {
	local stamp
	case $target in
	6.1 | 6.12) stamp=$VM_LINKS/headers/$target/.stamp ;;
	7.3) stamp=$VM_LINKS/chroot/.stamp ;;
	uml) stamp=$VM_LINKS/kernel/uml/.stamp ;;
	esac
	cmp -s "$stamp" "$dest/.headers" || remove_tree "$dest"
	mkdir -p "$dest/src"
	cp "$stamp" "$dest/.headers"
}

main() {
	local rc=0
	need_build || rc=$?
	((rc != SKIP)) || skip "$target: its headers or compiler cannot be had here"
	((rc == 0)) || die "$target: cannot make what the build needs"
	forget_other_headers
	rm -f "$dest"/*.ko
	link_sources
	stage "kbuild $target" build_folder "$dest/src/kmod"
	cp "$dest/src/kmod/nettune.ko" "$dest/nettune.ko"
	if [[ $target == uml && -f $dest/src/tests/kunit/Kbuild ]]; then
		stage "kbuild $target kunit" build_folder "$dest/src/tests/kunit"
		cp "$dest"/src/tests/kunit/*.ko "$dest/"
	fi
}

main
