# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For scripts in this folder: a root of the Debian release $NETTUNE_SUITE that forgets everything, in
# namespaces of its own, without network. Source it first: the script starts again inside them.
# The packages that 10_build.sh makes are in $packages.
# shellcheck disable=SC2034 # for scripts that source this

set -uo pipefail
suite=${NETTUNE_SUITE:-bookworm}
packages=$NETTUNE_ROOT/build/pack/$suite
root=$TMPDIR/root
version=$(cat "$NETTUNE_ROOT/VERSION")

die()
{
	echo "FAIL: $*"
	exit 1
}

skip()
{
	echo "SKIP: $*"
	exit 77
}

# What is changed goes to memory. Of this host only the network's sysctls can be written, and
# those are our namespace's.
enter_root()
{
	mount --make-rprivate / && mkdir -p "$root" "$TMPDIR/memory" &&
		mount -t tmpfs tmpfs "$TMPDIR/memory" && mkdir "$TMPDIR/memory/upper" "$TMPDIR/memory/work" &&
		mount -t overlay overlay "$root" \
			-o "lowerdir=$1,upperdir=$TMPDIR/memory/upper,workdir=$TMPDIR/memory/work" &&
		mount -t proc proc "$root/proc" && mount --bind "$root/proc/sys" "$root/proc/sys" &&
		mount --bind "$root/proc/sys/net" "$root/proc/sys/net" &&
		mount -o remount,bind,ro "$root/proc/sys" || return
	mount -t tmpfs -o mode=755 tmpfs "$root/dev" && mkdir "$root/dev/shm" && mount -t tmpfs tmpfs "$root/run" &&
		mknod -m 666 "$root/dev/null" c 1 3 && mknod -m 666 "$root/dev/zero" c 1 5 &&
		mknod -m 666 "$root/dev/urandom" c 1 9 && ln -s /proc/self/fd "$root/dev/fd" || return
	# It was made without manuals; our packages are to be unpacked whole.
	rm -f "$root"/etc/dpkg/dpkg.cfg.d/*mmdebstrap
}

# inside COMMAND...: run it there; output in $out, exit code in $rc.
inside()
{
	echo "\$ $*"
	out=$(chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive "$@" 2>&1 </dev/null)
	rc=$?
	printf '%s\n' "$out"
}

# expect RC TEXT: the last command must have exited so and have said that (TEXT may be empty).
expect()
{
	[ "$rc" -eq "$1" ] || die "exit code $rc, expected $1"
	[ -z "${2:-}" ] || grep -qF -- "$2" <<<"$out" || die "output lacks: $2"
}

# bring FILE...: into the root's /tmp.
bring()
{
	cp -- "$@" "$root/tmp/" || die "no packages: 10_build has to pass first"
}

if [ -z "${NETTUNE_IN_PACK:-}" ]; then
	rc=0
	"$NETTUNE_ROOT/tests/pack/provide.sh" "$suite" || rc=$?
	[ "$rc" -ne 77 ] || skip "the packages of $suite cannot be had: no mirror reached, and none cached"
	[ "$rc" -eq 0 ] || die "the root of $suite could not be made"
	unshare --mount --net --pid --fork true || skip "cannot make namespaces here"
	NETTUNE_IN_PACK=1 exec unshare --mount --net --pid --fork --kill-child bash "$0"
fi
enter_root "$(readlink -f "$NETTUNE_ROOT/build/vm/pack/$suite")/root" || skip "cannot mount an overlay here"
