#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 180 s
#
# Package nettune over its life: it brings what make install brings, changes no setting, keeps what is
# applied over an upgrade, takes it back before it goes, and leaves nothing when it is purged.
. "$(dirname "$0")/lib.sh"

bring "$packages"/nettune_*.deb
deb=/tmp/$(basename "$packages"/nettune_*.deb)

# Every file but dpkg's own notes and logs.
files_of_root()
{
	(cd "$root" && find . \( -path ./proc -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./var/lib/dpkg \
		-o -path ./var/log -o -path ./var/cache \) -prune -o -print | sort)
}

# What can be read of the network's settings, but not what counts.
settings()
{
	(cd /proc/sys/net && grep -rs . --exclude='*nf_conntrack_count' . | sort)
}

expect_value()
{
	local is

	is=$(chroot "$root" cat /proc/sys/net/core/somaxconn)
	[ "$is" = "$1" ] || die "net.core.somaxconn is $is, expected $1"
}

expect_state()
{
	# shellcheck disable=SC2016 # for dpkg-query
	inside dpkg-query -W -f '${db:Status-Status}' nettune
	[ "$out" = "$1" ] || die "the package is $out, expected $1"
}

# What is installed below $1, by the list that make install writes.
expect_same_files()
{
	local want file

	while read -r file; do
		case $file in
		*/|*/installed-files) continue ;;
		*/man/*) want=$file.gz ;;
		*) want=$file ;;
		esac
		[ -e "$root$want" ] || die "make install brings $file, the package does not"
	done <"$1"
}

before=$(files_of_root)
settings_before=$(settings)
somaxconn=$(cat /proc/sys/net/core/somaxconn)

# --- install ---

inside dpkg -i "$deb"
expect 0
inside nettunectl --version
expect 0 "$version"
inside nettunectl profile check server
expect 0
diff <(echo "$settings_before") <(settings) || die "to install it changed settings"
! compgen -G "$root/etc/systemd/system/*.wants/nettune*" || die "a unit was enabled"
[ ! -e "$root/var/lib/nettune" ] || die "to install it made a state"
(cd "$NETTUNE_ROOT" && DESTDIR=$TMPDIR/made scripts/install.sh install) || die "make install"
expect_same_files "$TMPDIR/made/usr/share/nettune/installed-files"
! inside dpkg -L nettune || ! grep -E '/(sysctl|udev)' <<<"$out" || die "it brings files that change settings"

mkdir "$root/tmp/tree" && cp -r "$NETTUNE_ROOT/scripts" "$root/tmp/tree/" || die "cannot copy scripts"
inside bash /tmp/tree/scripts/install.sh install
expect 1 "of a package"

# --- use, upgrade ---

mkdir -p "$root/etc/nettune/profiles"
printf '[Sysctl]\nnet.core.somaxconn = 1111\n' >"$root/etc/nettune/profiles/own.conf"
inside nettunectl apply own
expect 0
inside nettunectl enable own
expect 0
inside dpkg -i "$deb"
expect 0
expect_value 1111
[ -e "$root/etc/nettune/enabled" ] || die "an upgrade disabled the profile"

# --- remove ---

# Somebody else's value in the way: it stays, and so does the tool that can tell of it.
chroot "$root" sh -c 'echo 2222 >/proc/sys/net/core/somaxconn'
inside dpkg -r nettune
[ "$rc" -ne 0 ] || die "removed although revert failed"
expect_state installed
inside nettunectl --version
expect 0 "$version"
inside nettunectl revert --force
expect 0
expect_value "$somaxconn"
inside dpkg -r nettune
expect 0
expect_value "$somaxconn"
expect_state config-files
[ ! -e "$root/etc/nettune/enabled" ] || die "a boot would still be told to apply it"
[ -d "$root/var/lib/nettune" ] || die "the history went before it was purged"

# Insisted on, it goes and says what it left.
inside dpkg -i "$deb"
expect 0
inside nettunectl apply own
chroot "$root" sh -c 'echo 2222 >/proc/sys/net/core/somaxconn'
inside env NETTUNE_FORCE=1 dpkg -r nettune
expect 0
expect_value 2222

# --- purge ---

inside dpkg -P nettune
expect 0
[ -e "$root/etc/nettune/profiles/own.conf" ] || die "the administrator's profile was purged"
rm -r "$root/etc/nettune"
diff <(echo "$before") <(files_of_root) || die "purged, it left files or took some along"

# What make install did is not overwritten.
mkdir -p "$root/usr/share/nettune"
touch "$root/usr/share/nettune/installed-files"
inside dpkg -i "$deb"
[ "$rc" -ne 0 ] || die "installed over make install"
expect "$rc" "make uninstall"
