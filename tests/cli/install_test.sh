# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# limit: 400 s
# make install and uninstall: what comes goes, and nothing else does.
set -euo pipefail
cd "$NETTUNE_ROOT"

fail() { echo "FAIL: $*"; exit 1; }
# What the command was built for is what is installed.
unset MAKEFLAGS MFLAGS MAKELEVEL NETTUNE_PROFILE_PATH NETTUNE_CONFIG_DIR NETTUNE_DATA_DIR
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

# Whatever PREFIX is, the command finds there what was installed there, and is built anew for another.
build=$TMPDIR/build
profiles_of() { NETTUNE_CONFIG_DIR=$TMPDIR "$1/sbin/nettunectl" profile list; }
for prefix in "$TMPDIR/one" "$TMPDIR/two"; do
	make -s -j"$(nproc)" BUILD="$build" PREFIX="$prefix" install
	profiles_of "$prefix" | grep -qE "^ +$prefix/share/nettune/profiles/server.conf$" ||
		fail "below $prefix are found: $(profiles_of "$prefix")"
	grep -qF "$prefix/share/nettune/schema" "$prefix/share/man/man8/nettunectl.8" ||
		fail "the manual names another folder than $prefix"
done
before=$(stat -c %Y "$build/nettunectl")
make -s -j"$(nproc)" BUILD="$build" PREFIX="$prefix" install
[ "$before" = "$(stat -c %Y "$build/nettunectl")" ] || fail "the same PREFIX must not build anew"
! installer install PREFIX=relative || fail "a relative PREFIX must be refused"

# make apply: what is typed wrong is told before anything is installed or built.
apply_refuses()
{
	local words=$1 out

	shift
	! out=$(env "$@" scripts/apply.sh 2>&1 </dev/null) || fail "apply went on: $out"
	grep -qF "$words" <<<"$out" || fail "apply does not say '$words' but: $out"
	! grep -q '^== ' <<<"$out" || fail "apply began: $out"
}
apply_refuses "PROFILE=nonsense: not found in /etc/nettune/profiles" PROFILE=nonsense
apply_refuses "there are: balanced latency nic-throughput router server throughput" PROFILE=nonsense
apply_refuses "PROFILE=./nowhere.conf: no such file" PROFILE=./nowhere.conf
apply_refuses "PREFIX=relative: has to be an absolute path" PREFIX=relative
