#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 600 s
#
# The packages build with what debian/control names and without network, come out the same a second
# time in another place, and lintian finds no error.
. "$(dirname "$0")/lib.sh"

# A copy of the tree, without what was built, at /build/$1/nettune.
copy_tree()
{
	mkdir -p "$root/build/$1/nettune"
	tar -C "$NETTUNE_ROOT" --exclude=./build --exclude=./.git -c . | tar -C "$root/build/$1/nettune" --no-same-owner -x ||
		die "cannot copy the tree"
}

# build FOLDER ENVIRONMENT...: the packages from a copy there.
build()
{
	local folder=$1

	shift
	copy_tree "$folder"
	inside env -C "/build/$folder/nettune" "$@" dpkg-buildpackage -us -uc "-j$(nproc)"
	expect 0
}

build one

inside lintian --fail-on error --tag-display-limit 0 "/build/one/nettune_${version}_amd64.changes"
expect 0
! grep '^E:' <<<"$out" || die "lintian found errors"

# Where and when it is built must not be in what is built.
build elsewhere/deep TZ=Pacific/Auckland LC_ALL=C HOME=/nowhere
for deb in "$root"/build/one/*.deb; do
	cmp "$deb" "$root/build/elsewhere/deep/${deb##*/}" || die "${deb##*/}: another build gives another package"
done

rm -rf "$packages"
mkdir -p "$packages"
cp "$root"/build/one/*.deb "$packages/"
