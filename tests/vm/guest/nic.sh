# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Shared by the scripts that tune the devices of real drivers. nettunectl has a state of its own,
# and what it did is taken back at the end: a failure here is no reason for the next script to find
# devices that are tuned already.

set -uo pipefail
# The last of a pipe may end the script: "everything eth0 | same FILE WHAT".
shopt -s lastpipe
export LC_ALL=C

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

# irqs_of DEVICE: "handler cpulist", which outlive the numbers that a driver may change
irqs_of() {
	local bus folder name
	bus=$(basename "$(readlink -f "/sys/class/net/$1/device")")
	for folder in /proc/irq/[0-9]*/*/; do
		name=${folder%/}
		name=${name##*/}
		if [[ $name == "$1" || $name == "$1"-* || $name == "$bus"-* ]]; then
			echo "irq $name $(<"$folder../smp_affinity_list")"
		fi
	done 2>/dev/null | sort
}

# everything DEVICE: that somebody may set; with device_dump of tests/net/devices.sh
everything() {
	device_dump "$1" | grep -vE '^"(operstate|promiscuity)"'
	irqs_of "$1"
}

# channels DEVICE: how many are set now
channels() { ethtool -l "$1" | awk '/^Current/ { now = 1 } now && /^Combined:/ { print $2 }'; }

# same_as FILE DEVICE WHAT: it is as it was when FILE was written, or WHAT went wrong
same_as() {
	everything "$2" | same "$1" "$3"
}
