# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by everything that runs tests. The contract: each test appends one row to $NETTUNE_RESULTS,
#
#   suite <TAB> name <TAB> pass|fail|skip <TAB> seconds <TAB> reason
#
# where the reason of a failure ends with the path of its log. tests/run.sh counts rows and nothing
# else, so a suite that dies without a row is found by the row that is not there.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
results=${NETTUNE_RESULTS:-$root/build/test/results.tsv}
logs=${NETTUNE_LOGS:-$root/build/test}
export NETTUNE_ROOT=$root NETTUNE_RESULTS=$results
export NETTUNECTL=${NETTUNECTL:-$root/build/nettunectl}
export NETTUNE_PROFILE_PATH=${NETTUNE_PROFILE_PATH:-$root/profiles}
mkdir -p "$(dirname "$results")"

# As root, nettunectl refuses profiles that somebody else owns; a clone usually is somebody else's. So
# root's tests read a copy.
trust_profiles()
{
	local copy=${NETTUNE_CACHE:-/var/cache/nettune-test}/profiles

	[ "$(id -u)" -eq 0 ] && [ "$NETTUNE_PROFILE_PATH" = "$root/profiles" ] || return 0
	mkdir -p "$copy"
	rm -f "$copy"/*.conf
	install -m 644 "$root"/profiles/*.conf "$copy"
	NETTUNE_PROFILE_PATH=$copy
}

# Seconds since boot, to hundredths: a clock that nobody sets.
now()
{
	cut -d' ' -f1 /proc/uptime
}

# Seconds between two readings of now().
between()
{
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b - a }'
}

# row SUITE NAME STATUS STARTED REASON: append a result and show it; "=SECONDS" for STARTED says how
# long it took
row()
{
	local seconds=${4#=} reason

	[[ $4 == =* ]] || seconds=$(between "$4" "$(now)")
	reason=$(printf '%s' "$5" | tr '\t\n' '  ')
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$seconds" "$reason" >>"$results"
	printf '%-4s %s/%s (%s s)%s\n' "$3" "$1" "$2" "$seconds" "${reason:+: $reason}"
}

# Where the log of a test goes: log_path SUITE NAME
log_path()
{
	mkdir -p "$logs/$1"
	printf '%s' "$logs/$1/$2.log"
}

# Paths in reasons are told from the top of the tree.
short()
{
	printf '%s' "${1#"$root"/}"
}
