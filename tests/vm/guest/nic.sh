# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Shared by the scripts that tune the devices of real drivers. nettunectl has a state of its own,
# and what it did is taken back at the end: a failure here is no reason for the next script to find
# devices that are tuned already.

set -uo pipefail
export LC_ALL=C

[[ $NETTUNE_TARGET != uml ]] || { echo "SKIP: UML has no PCI devices"; exit 77; }

work=$(mktemp -d)
mkdir -m 700 "$work/state"
export NETTUNE_STATE_DIR=$work/state NETTUNE_CONFIG_DIR=$work/none NETTUNE_DATA_DIR=$work/none
export NETTUNE_BACKEND=${NETTUNE_BACKEND:-user}
trap '"$NETTUNECTL" -q revert --force' EXIT

die() { echo "FAIL: $*"; exit 1; }

# nt ARG...: runs nettunectl; what it said is in $out, its exit code in $rc
nt() {
	out=$("$NETTUNECTL" "$@" 2>&1)
	rc=$?
	echo "$SECONDS s: nettunectl $* -> $rc"
}

# show: what it said
show() { printf '%s\n' "$out"; }

# expect RC [WORDS]: it exited so, and said so
expect() {
	[[ $rc == "$1" ]] || { show; die "exit code $rc, expected $1"; }
	[[ -z ${2:-} ]] || grep -qF -- "$2" <<<"$out" || { show; die "output lacks: $2"; }
}

# writes N: of an apply with --json
writes() { grep -qE "\"writes\": $1,?\$" <<<"$out" || { show; die "not $1 values were written"; }; }

# devices_of DRIVER: that it drives
devices_of() {
	local net
	for net in /sys/class/net/*; do
		[[ $(basename "$(readlink -f "$net/device/driver")") != "$1" ]] || basename "$net"
	done
}

# first_of DRIVER: a device that it drives
first_of() { devices_of "$1" | head -n 1; }

# is_up DEVICE: it has its carrier, and the kernel has taken note: operstate follows a carrier by up
# to a second, and still says "up" of a device whose driver has just been reset
is_up() {
	[[ $(cat "/sys/class/net/$1"/{carrier,operstate} 2>/dev/null) == $'1\nup' ]]
}

# wait_up DEVICE...: until each has its carrier, 20 s at most
wait_up() {
	local dev end=$((SECONDS + 20))
	for dev; do
		until is_up "$dev"; do
			((SECONDS < end)) || die "$dev has no carrier"
			timeout 0.1 tail -f /dev/null
		done
	done
}

# same FILE WHAT: what is read is what FILE holds, or WHAT went wrong; the first lines that differ
# are told with it, for they may be all that is left to look at
same() {
	local changes
	changes=$(diff "$1" -) || {
		printf '%s\n' "$changes"
		die "$2: $(grep '^[<>]' <<<"$changes" | head -n 6 | tr '\n' ';')"
	}
}
