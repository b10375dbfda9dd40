# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Shared by the scripts that test the kernel module: load it, drive it, judge.

set -euo pipefail

CLIENT=$NETTUNE_ROOT/build/tests/nettune_client

fail() { echo "FAIL: $*"; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }

[[ -n ${NETTUNE_KO:-} && -e $NETTUNE_KO ]] || skip "no module for this kernel"
[[ -x $CLIENT ]] || skip "build/tests/nettune_client is not built"

# not_run CASE REASON: this kernel can't show it. Distributions' kernels can.
not_run() {
	echo "NOT RUN: $1: $2"
	[[ $NETTUNE_TARGET == uml ]] || fail "$1 did not run: $2"
}

# Whatever the script did, the next one finds no module.
module_load() {
	trap module_unload EXIT
	insmod "$NETTUNE_KO"
}

module_unload() {
	[[ ! -e /sys/module/nettune ]] || rmmod nettune
}

# client RC ARG…: run the client, keep what it said in $SAID, want this exit code.
SAID=
client() {
	local want=$1 rc=0
	shift
	SAID=$("$CLIENT" "$@") || rc=$?
	[[ $rc == "$want" ]] || fail "client $*: exit $rc, expected $want: $SAID"
}

# said PATTERN…: each is an extended expression that a line of $SAID matches.
said() {
	local pattern
	for pattern; do
		grep -qE -- "$pattern" <<<"$SAID" || fail "no '$pattern' in: $SAID"
	done
}

# holds FILE VALUE: what an independent reader sees, white space squeezed.
holds() {
	local seen
	seen=$(tr -s '[:space:]' ' ' <"$1")
	seen=${seen% }
	[[ $seen == "$2" ]] || fail "$1 is '$seen', expected '$2'"
}

# counter NAME: its value now.
counter() {
	"$CLIENT" cap | tr ' ' '\n' | sed -n "s/^$1=//p"
}

# within SECONDS COMMAND…: try until it succeeds.
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || fail "not within the limit: $*"
		timeout 0.05 tail -f /dev/null || true
	done
}
