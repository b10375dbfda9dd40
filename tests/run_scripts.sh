#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run_scripts.sh SUITE SCRIPT...: run test scripts, one row each.
#
# A script exits 0 for pass and 1 for fail. To skip it exits 77 and prints a line "SKIP: reason";
# 77 without a reason is a failure, so is anything else. A script may be stopped after
# $NETTUNE_SCRIPT_SECONDS (120), or after what its own line "# limit: N s" says.
# It finds: NETTUNE_ROOT, NETTUNECTL, NETTUNE_PROFILE_PATH, NETTUNE_STATE_DIR (its own, empty),
# TMPDIR (its own, removed afterwards).
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/results.sh"

suite=$1
shift
failures=0

time_limit()
{
	local own

	own=$(sed -nE '1,30s/^# limit: ([0-9]+) s$/\1/p' "$1" | head -n 1)
	printf '%s' "${own:-${NETTUNE_SCRIPT_SECONDS:-120}}"
}

judge()
{
	local rc=$1 name=$2 log=$3 started=$4 reason

	reason=$(sed -nE 's/^SKIP: *(.+)$/\1/p' "$log" | tail -n 1)
	case $rc in
	0) row "$suite" "$name" pass "$started" "" ; return 0 ;;
	77)
		if [ -n "$reason" ]; then
			row "$suite" "$name" skip "$started" "$reason"
			return 0
		fi
		reason="skipped without a SKIP: line" ;;
	124|137) reason="stopped at its time limit" ;;
	*) reason="exit $rc" ;;
	esac
	row "$suite" "$name" fail "$started" "$reason, see $(short "$log")"
	return 1
}

run_script()
{
	local script=$1 name log started dir rc

	name=$(basename "$script" .sh)
	log=$(log_path "$suite" "$name")
	started=$(now)
	dir=$(mktemp -d "${TMPDIR:-/tmp}/nettune-$name.XXXXXX")
	mkdir "$dir/state" "$dir/tmp"
	NETTUNE_STATE_DIR=$dir/state TMPDIR=$dir/tmp \
		timeout -k 5 "$(time_limit "$script")" bash "$script" >"$log" 2>&1 </dev/null
	rc=$?
	rm -rf "$dir"
	judge "$rc" "$name" "$log" "$started"
}

if [ $# -eq 0 ]; then
	echo "run_scripts.sh: no scripts given for $suite" >&2
	exit 1
fi
for script in "$@"; do
	run_script "$script" || failures=$((failures + 1))
done
[ "$failures" -eq 0 ]
