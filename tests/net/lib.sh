# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For scripts in this folder: a network namespace of their own, and checks that name what differs.
# Source it first: the script starts again inside the namespace.

set -uo pipefail
# What is installed on this host is not what is tested.
export NETTUNE_CONFIG_DIR=$TMPDIR/none NETTUNE_DATA_DIR=$TMPDIR/none

if [ -z "${NETTUNE_IN_NETNS:-}" ]; then
	if ! unshare -n true 2>/dev/null; then
		echo "SKIP: cannot make a network namespace here"
		exit 77
	fi
	NETTUNE_IN_NETNS=1 exec unshare -n bash "$0" "$@"
fi

if [ ! -w /proc/sys/net/ipv4/tcp_fin_timeout ]; then
	echo "SKIP: /proc/sys is read-only here"
	exit 77
fi

# boots_here: a mount namespace of our own, where process 1 seems to be in our network namespace.
boots_here()
{
	if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
		NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
	fi
	mount --bind "/proc/$$" /proc/1 || { echo "SKIP: cannot bind over /proc/1"; exit 77; }
}

# private_run: boots_here with an empty /run: no systemd but what a test puts there.
private_run()
{
	boots_here "$@"
	mount -t tmpfs tmpfs /run || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
}

die()
{
	echo "FAIL: $*"
	exit 1
}

# nt ARGS...: run nettunectl; output in $out, exit code in $rc.
nt()
{
	out=$("$NETTUNECTL" "$@" 2>&1)
	rc=$?
	echo "\$ nettunectl $* -> $rc"
	printf '%s\n' "$out"
}

# expect RC TEXT: the last nt must have exited so and have said that (TEXT may be empty).
expect()
{
	[ "$rc" -eq "$1" ] || die "exit code $rc, expected $1"
	[ -z "${2:-}" ] || grep -qF -- "$2" <<<"$out" || die "output lacks: $2"
}

# wait_for COMMAND...: until it succeeds, 30 s at most.
wait_for()
{
	local end=$((SECONDS + 30))

	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || die "it never came to: $*"
	done
}

# value KEY: read by another program than nettunectl, in canonical form.
value()
{
	sysctl -n "$1" | tr -s '\t ' ' '
}

expect_value()
{
	local is

	is=$(value "$1")
	[ "$is" = "$2" ] || die "$1 is $is, expected $2"
}

# profile NAME: standard input becomes a profile; its path in $profile.
profile()
{
	profile=$TMPDIR/$1.conf
	cat >"$profile"
	chmod 644 "$profile"
}

# dump: every sysctl of this namespace that can be read, without those that count.
dump()
{
	sysctl -a 2>/dev/null | grep -E '^net\.' | grep -vE 'conntrack_count|\.stats|random|uuid'
}
