#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 420 s
#
# Package nettune-dkms with this release's own DKMS: added, built, installed, signed and removed for
# every kernel whose headers are there; passed over where a kernel lacks what the module needs.
. "$(dirname "$0")/lib.sh"

bring "$packages"/nettune-dkms_*.deb
module=nettune/$version

built() { printf '%s' "$root/lib/modules/$1/updates/dkms/nettune.ko"*; }

expect_built()
{
	local kernel=$1 file

	file=$(built "$kernel")
	[ -e "$file" ] || die "$kernel: no module was installed"
	inside modinfo -k "$kernel" -F vermagic nettune
	[ "${out%% *}" = "$kernel" ] || die "$kernel: the module is for ${out%% *}"
	inside modinfo -k "$kernel" -F version nettune
	expect 0 "$version"
	inside modinfo -k "$kernel" -F signer nettune
	[ -n "$out" ] || die "$kernel: the module is not signed"
	grep -q '^updates/dkms/nettune\.ko' "$root/lib/modules/$kernel/modules.dep" || die "$kernel: modprobe would not find it"
}

expect_gone()
{
	[ ! -e "$(built "$1")" ] || die "$1: the module is still there"
}

# Of headers alone newer DKMS thinks that the kernel was removed: it makes no index of modules where
# there is none, and takes away an empty one.
look_installed()
{
	[ -e "$root/lib/modules/$1/modules.dep" ] || inside depmod "$1"
}

# Each step by hand, as its manual has it.
walk_through()
{
	local kernel=$1 verb

	look_installed "$kernel"
	for verb in build install; do
		inside dkms "$verb" "$module" -k "$kernel"
		expect 0
	done
	expect_built "$kernel"
	inside dkms status "$module" -k "$kernel"
	expect 0 installed
	inside dkms remove "$module" -k "$kernel"
	expect 0
	expect_gone "$kernel"
}

# A kernel without sysctls: DKMS says why not, and that is no failure to build. Which of both
# files it looks at depends on its version and the kernel's.
expect_passed_over()
{
	local kernel=$1 build config

	build=$root$(chroot "$root" readlink -f "/lib/modules/$kernel/build")
	for config in "$build/.config" "$build/include/config/auto.conf"; do
		[ ! -e "$config" ] || sed -i.kept '/^CONFIG_SYSCTL=/d' "$config"
	done
	inside dkms build "$module" -k "$kernel"
	for config in "$build/.config" "$build/include/config/auto.conf"; do
		[ ! -e "$config.kept" ] || mv "$config.kept" "$config"
	done
	[ "$rc" -ne 0 ] || die "$kernel: built without CONFIG_SYSCTL"
	expect "$rc" BUILD_EXCLUSIVE
}

mapfile -t kernels < <(find "$root/lib/modules/" -mindepth 2 -maxdepth 2 -name build -printf '%P\n' | cut -d/ -f1 | sort)
echo "kernels ${kernels[*]}"
for series in 6.1 6.12; do
	[[ " ${kernels[*]}" == *" $series."* ]] || die "no headers of $series in the root of $suite"
done
inside dkms --version
for kernel in "${kernels[@]}"; do
	look_installed "$kernel"
done

# The package builds for what is there, and takes along what came of it.
inside dpkg -i "/tmp/$(basename "$packages"/nettune-dkms_*.deb)"
expect 0
for kernel in "${kernels[@]}"; do
	expect_built "$kernel"
done
inside dpkg -P nettune-dkms
expect 0
left=$(find "$root/usr/src" "$root/var/lib/dkms" "$root/lib/modules/" -name 'nettune*')
[ -z "$left" ] || die "purged, it left: $left"

# As make dkms-install does, from the tree.
mkdir "$root/usr/src/nettune-$version"
(cd "$NETTUNE_ROOT" && cp -r dkms.conf kmod include "$root/usr/src/nettune-$version/") || die "cannot copy the tree"
inside dkms add "$module"
expect 0
expect_passed_over "${kernels[0]}"
for kernel in "${kernels[@]}"; do
	walk_through "$kernel"
done
