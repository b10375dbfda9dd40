# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# make install and uninstall: what comes goes, and nothing else does.
set -euo pipefail
cd "$NETTUNE_ROOT"

fail() { echo "FAIL: $*"; exit 1; }
installer()
{
	local verb=$1

	shift
	env "$@" scripts/install.sh "$verb"
}

installer install DESTDIR="$TMPDIR/a/b"
[ -x "$TMPDIR/a/b/usr/sbin/nettunectl" ] || fail "the command is not installed"
touch "$TMPDIR/a/b/usr/share/nettune/mine"
before=$(stat -c %Y.%i "$TMPDIR/a/b/usr/sbin/nettunectl")
installer install DESTDIR="$TMPDIR/a/b"
[ "$before" = "$(stat -c %Y.%i "$TMPDIR/a/b/usr/sbin/nettunectl")" ] || fail "an equal file was rewritten"
installer uninstall DESTDIR="$TMPDIR/a/b"
left=$(find "$TMPDIR/a/b" -type f)
[ "$left" = "$TMPDIR/a/b/usr/share/nettune/mine" ] || fail "left behind or taken along: $left"

# A revert that fails keeps everything where it is, until somebody insists.
prefix=$TMPDIR/prefix
installer install PREFIX="$prefix"
# shellcheck disable=SC2016 # for the script that is written
printf '#!/bin/sh\n[ "$1" != revert ]\n' >"$TMPDIR/refuser"
install -m 755 "$TMPDIR/refuser" "$prefix/sbin/nettunectl"
! installer uninstall PREFIX="$prefix" || fail "a failed revert must stop uninstall"
[ -e "$prefix/sbin/nettunectl" ] || fail "a failed revert must keep the command"
installer uninstall PREFIX="$prefix" FORCE=1
[ -z "$(find "$prefix" 2>/dev/null)" ] || fail "uninstall left: $(find "$prefix")"
! installer uninstall PREFIX="$prefix" || fail "there was nothing to uninstall"
