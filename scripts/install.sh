#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# install.sh install|uninstall|dkms-install, below $DESTDIR and $PREFIX.
#
# Install writes the list of what it put there, folders with a slash behind them; uninstall removes
# what that list names and nothing else: /etc/nettune and the history in /var/lib/nettune are the operator's. A file that is already
# there and the same is not touched.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DESTDIR=${DESTDIR:-}
PREFIX=${PREFIX:-/usr}
BUILD=${BUILD:-build}
share=$PREFIX/share
manifest=$share/nettune/installed-files

say() { printf '%s\n' "$*"; }
die() { printf 'nettune: %s\n' "$*" >&2; exit 1; }

# Every file that belongs on the host: MODE SOURCE TARGET
list_files()
{
	local file

	say "755 $BUILD/nettunectl $PREFIX/sbin/nettunectl"
	for file in profiles/*.conf; do
		say "644 $file $share/nettune/$file"
	done
	for file in man/*.[1-8]; do
		say "644 $file $share/man/man${file##*.}/${file##*/}"
	done
	for file in man/schema/*.json; do
		say "644 $file $share/nettune/schema/${file##*/}"
	done
	for file in systemd/*.service systemd/*.timer; do
		say "644 $file $PREFIX/lib/systemd/system/${file##*/}"
	done
	say "644 completions/nettunectl $share/bash-completion/completions/nettunectl"
	[ "${MODULE:-0}" != 1 ] ||
		say "644 $BUILD/kmod/$KERNEL/nettune.ko /lib/modules/$KERNEL/updates/nettune.ko"
}

writable()
{
	local dir=$DESTDIR$PREFIX

	while [ ! -e "$dir" ]; do
		dir=$(dirname "$dir")
	done
	[ -w "$dir" ]
}

# What the package manager put there is not ours to write over.
packaged()
{
	[ -z "$DESTDIR" ] && command -v dpkg-query >/dev/null && dpkg-query -S "$PREFIX/sbin/nettunectl" >/dev/null 2>&1
}

# Makes a folder below DESTDIR and notes, parents first, those that were not there: "DIR/".
make_dir()
{
	local dir=$1

	[ -d "$DESTDIR$dir" ] && return
	make_dir "$(dirname "$dir")"
	mkdir "$DESTDIR$dir"
	say "$dir/" >>"$list"
}

# The manuals name the folder that the command was built for, the units the command itself.
install_file()
{
	local mode=$1 source=$2 target=$3 rewritten

	case $source in
	man/*.[1-8]|systemd/*)
		rewritten=$(mktemp)
		sed "s|/usr/share/nettune|$share/nettune|g; s|/usr/sbin/nettunectl|$PREFIX/sbin/nettunectl|g" \
			"$source" >"$rewritten"
		install -C -m "$mode" "$rewritten" "$DESTDIR$target"
		rm -f "$rewritten" ;;
	*) install -C -m "$mode" "$source" "$DESTDIR$target" ;;
	esac
}

install_files()
{
	local mode source target

	! packaged || die "$PREFIX/sbin/nettunectl is of a package; remove that first (apt-get remove nettune), or set PREFIX"
	writable || die "$DESTDIR$PREFIX: not writable; be root, or set DESTDIR or PREFIX"
	list=$(mktemp)
	[ -z "$DESTDIR" ] || mkdir -p "$DESTDIR"
	while read -r mode source target; do
		[ -e "$source" ] || continue
		make_dir "$(dirname "$target")"
		install_file "$mode" "$source" "$target"
		say "$target" >>"$list"
	done < <(list_files)
	say "$manifest" >>"$list"
	join_old_manifest
	install -C -m 644 "$list" "$DESTDIR$manifest"
	rm -f "$list"
	[ "${MODULE:-0}" != 1 ] || [ -n "$DESTDIR" ] || depmod "$KERNEL"
	say "installed below $DESTDIR$PREFIX: $(grep -vc '/$' "$DESTDIR$manifest") files, listed in $manifest"
}

# Of what an earlier install noted: its folders and its modules of other kernels stay noted, the
# files that this version no longer has go.
join_old_manifest()
{
	local target

	[ -e "$DESTDIR$manifest" ] || return 0
	{ grep -vxFf "$list" "$DESTDIR$manifest" || true; } | while read -r target; do
		case $target in
		*/|/lib/modules/*|dkms:*) say "$target" >>"$list" ;;
		*) rm -f "$DESTDIR$target" ;;
		esac
	done
}

# Tuning outlives the tool unless somebody takes it back first.
revert_host()
{
	local tool=$DESTDIR$PREFIX/sbin/nettunectl rc=0

	[ -z "$DESTDIR" ] && [ -x "$tool" ] || return 0
	[ -d "${NETTUNE_STATE_DIR:-/var/lib/nettune}" ] || return 0
	# First: a unit that stays enabled without its command would fail at every boot.
	say "nettunectl disable"
	"$tool" disable || die "disable failed, so nothing was removed"
	say "nettunectl revert --all"
	"$tool" revert --all || rc=$?
	[ "$rc" -ne 0 ] || return 0
	if [ "${FORCE:-0}" = 1 ]; then
		say "nettune: revert ended with exit code $rc; going on because of FORCE=1"
		return 0
	fi
	die "revert ended with exit code $rc, so nothing was removed; see nettunectl status, nettunectl revert --force, or uninstall with FORCE=1"
}

# One line of the list: a folder, what DKMS built, a module, a file.
remove()
{
	case $1 in
	*/) [ ! -d "$DESTDIR$1" ] || rmdir --ignore-fail-on-non-empty "$DESTDIR$1" ;;
	dkms:*)
		dkms remove "${1#dkms:}" --all || true
		rm -rf "/usr/src/nettune-${1#dkms:nettune/}" ;;
	/lib/modules/*)
		rm -f "$DESTDIR$1"
		[ -n "$DESTDIR" ] || depmod "$(cut -d/ -f4 <<<"$1")" ;;
	*) rm -f "$DESTDIR$1" ;;
	esac
}

uninstall_files()
{
	local lines line

	[ -e "$DESTDIR$manifest" ] || die "$DESTDIR$manifest: not there, so nothing is installed here"
	[ -w "$DESTDIR$manifest" ] || die "$DESTDIR$manifest: not writable; be root"
	revert_host
	# Longest first: what is in a folder goes before the folder.
	mapfile -t lines < <(sort -r "$DESTDIR$manifest")
	for line in "${lines[@]}"; do
		remove "$line"
	done
	say "removed what was installed$(kept)"
}

# The module for this and every later kernel, built by DKMS from a copy of its sources.
dkms_install()
{
	local version

	command -v dkms >/dev/null || die "missing packages: dkms (apt-get install dkms)"
	[ "$(id -u)" -eq 0 ] || die "installing a module needs root"
	[ -e "$manifest" ] || die "nettune itself is not installed; do that first: make install"
	version=$(cat VERSION)
	mkdir -p "/usr/src/nettune-$version"
	cp -r dkms.conf kmod include "/usr/src/nettune-$version/"
	grep -qxF "dkms:nettune/$version" "$manifest" || say "dkms:nettune/$version" >>"$manifest"
	dkms install "nettune/$version" --force
}

# What the operator has or may have made, as far as it is there.
kept()
{
	local words=

	[ ! -d "$DESTDIR/etc/nettune" ] || words="/etc/nettune"
	[ ! -d "$DESTDIR/var/lib/nettune" ] || words+="${words:+, and }the history in /var/lib/nettune"
	say "${words:+; kept: $words}"
}

cd "$root"
[[ $PREFIX == /* ]] || die "PREFIX=$PREFIX: has to be an absolute path"
shopt -s nullglob
case ${1:-} in
install) install_files ;;
uninstall) uninstall_files ;;
dkms-install) dkms_install ;;
*) die "usage: install.sh install|uninstall|dkms-install" ;;
esac
