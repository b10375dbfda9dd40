#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run the parts of the test suite in order and count the rows they leave (tests/results.sh).
#
#   PARTS="unit cli"   only these
#   NO_INSTALL=1       install nothing: a tool that is missing is a failure that names its package
#   SOAK=1             longer fuzzing, every guest suite several times, packages for Debian 13 too
#   NETTUNE_CACHE      kernels and guests' tools, /var/cache/nettune-test
#
# Each part runs under a time limit, with its own log. User-mode Linux, which keeps one CPU busy, runs
# beside the emulated guests, which wait much of their time. The last line is
# "N passed, N failed, N skipped"; the exit code is 1 when a test failed, when a part died without
# saying so, when nothing ran, or when kernels are among the parts and not one could be tested.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/results.sh"
cd "$root" || exit 1

export NETTUNE_CACHE=${NETTUNE_CACHE:-/var/cache/nettune-test}
all_parts="build lint unit core fuzz cover planted cli net pack uml 6.1 6.12 7.3"
soak_parts="build unit core fuzz net pack uml 6.1 6.12 7.3"
fuzz_seconds=5
rounds=1
pack_suites=(bookworm)
if [ "${SOAK:-0}" = 1 ]; then
	all_parts=$soak_parts
	fuzz_seconds=1800
	rounds=5
	pack_suites=(bookworm trixie)
fi
PARTS=${PARTS:-$all_parts}
jobs=$(nproc)

# Packages of scripts/packages that a part needs.
groups_of()
{
	case $1 in
	build) echo build ;;
	lint) echo build lint unit fuzz ;;
	unit|core) echo build unit ;;
	fuzz|cover|planted) echo build fuzz ;;
	cli) echo build cli ;;
	net) echo build net ;;
	pack) echo build pack ;;
	*) echo build net cli vm ;;
	esac
}

minutes_of()
{
	case $1 in
	build|unit|core|cover|planted|cli) echo 10 ;;
	lint) echo 10 ;;
	fuzz) echo $((10 + fuzz_seconds * 20 / 60)) ;;
	net) echo 15 ;;
	pack) echo 25 ;;
	uml) echo $((75 * rounds + ${SOAK:-0} * 120 * rounds)) ;;
	*) echo $((55 * rounds)) ;;
	esac
}

# The command line of a part. What compiles runs as the owner of the tree.
run_part()
{
	local part=$1 limit i soak_scripts=()

	limit=$(minutes_of "$part")m
	# Native speed is what a million messages need.
	[ "${SOAK:-0}$part" != 1uml ] || soak_scripts=(tests/vm/soak/*_fuzz.sh)
	case $part in
	build) as_owner "$limit" make -j"$jobs" all guest-programs ;;
	lint) as_owner "$limit" make -j"$jobs" lint ;;
	unit|core|cover|planted) as_owner "$limit" make -j"$jobs" "$part" ;;
	fuzz) as_owner "$limit" make -j"$jobs" fuzz SECONDS="$fuzz_seconds" ;;
	cli) timeout -k 30 "$limit" tests/cli/run.sh ;;
	net) timeout -k 30 "$limit" tests/run_scripts.sh net tests/net/[0-9]*.sh ;;
	pack) timeout -k 30 "$limit" tests/run_pack.sh "${pack_suites[@]}" ;;
	uml|6.1|6.12|7.3)
		for ((i = 0; i < rounds; i++)); do
			timeout -k 60 "$limit" tests/vm/run.sh "$part" "${soak_scripts[@]}" || return
		done ;;
	*) echo "unknown part: $part (there are: $all_parts)"; return 2 ;;
	esac </dev/null
}

as_owner()
{
	local limit=$1

	shift
	timeout -k 30 "$limit" scripts/as_owner.sh "$@"
}

rows()
{
	grep -c . "$results" || true
}

failed_rows()
{
	awk -F'\t' '$3 == "fail"' "$results" | grep -c . || true
}

# Judges a part by its rows first, and by its exit code where it left none.
judge_part()
{
	local part=$1 rc=$2 rows_before=$3 failed_before=$4 started=$5 log=$6

	if [ "$rc" -ne 0 ] && [ "$(failed_rows)" -eq "$failed_before" ]; then
		[ "$rc" -ne 124 ] || rc="time limit of $(minutes_of "$part") minutes"
		row "$part" "$part" fail "$started" "died with $rc, see $(short "$log")"
		tail -n 15 "$log" | sed 's/^/    /'
	elif [ "$part" = build ]; then
		row build nettunectl pass "$started" ""
	elif [ "$(rows)" -eq "$rows_before" ]; then
		row "$part" "$part" fail "$started" "ran no test, see $(short "$log")"
	fi
}

do_part()
{
	local part=$1 started rows_before failed_before log rc

	started=$(now)
	rows_before=$(rows)
	failed_before=$(failed_rows)
	log=$(log_path parts "$part")
	printf '\n== %s\n' "$part"
	# shellcheck disable=SC2046 # a list of words
	if provide $(groups_of "$part") >"$log" 2>&1; then
		run_part "$part" 2>&1 | tee -a "$log" | show_rows
		rc=${PIPESTATUS[0]}
	else
		rc=$?
	fi
	judge_part "$part" "$rc" "$rows_before" "$failed_before" "$started" "$log"
	took "$part" "$started"
}

# What took how long, for the summary: took WORD STARTED
took()
{
	printf '%s %s\n' "$1" "$(between "$2" "$(now)")" >>"$results.times"
}

# On the screen results only, the rest is in the log; everything where CI keeps no files.
show_rows()
{
	if [ "${VERBOSE:-0}" = 1 ]; then cat; else grep --line-buffered -aE '^(pass|fail|skip|vm:) ' || true; fi
}

provide()
{
	if [ "${NO_INSTALL:-0}" = 1 ]; then
		scripts/deps.sh need "$@"
	else
		scripts/deps.sh install "$@"
	fi
}

# The parts among WORDS that run in one lane: user-mode Linux's, or the emulators'.
lane_of()
{
	local lane=$1 part

	shift
	for part; do
		case $lane$part in
		umluml|emulated[0-9].*) printf '%s\n' "$part" ;;
		esac
	done
}

# do_lane NAME PART...: with results of its own, for parts are judged by the rows they add
do_lane()
{
	local part

	results=$results.$1
	shift
	export NETTUNE_RESULTS=$results
	rm -f "$results" "$results.times"
	: >"$results"
	for part; do
		do_part "$part"
	done
}

# Both lanes, once nothing that wants every CPU is left to be made.
do_lanes()
{
	local started uml emulated log

	mapfile -t uml < <(lane_of uml "$@")
	mapfile -t emulated < <(lane_of emulated "$@")
	if [ ${#uml[@]} -gt 0 ] && [ ${#emulated[@]} -gt 0 ]; then
		started=$(now)
		log=$(log_path parts kernels)
		printf '\n== kernels\n'
		# What cannot be had is told by the guest that misses it.
		provide build net cli vm >"$log" 2>&1 && timeout -k 30 30m tests/vm/cache.sh "$@" >>"$log" 2>&1 </dev/null
		took kernels "$started"
	fi
	do_lane uml "${uml[@]}" &
	do_lane emulated "${emulated[@]}" &
	wait
	cat "$results.uml" "$results.emulated" >>"$results"
	cat "$results.uml.times" "$results.emulated.times" >>"$results.times" 2>/dev/null
	all_judged "$@"
}

# A lane that died judged nothing from there on.
all_judged()
{
	local part

	for part; do
		grep -qE "^(vm-)?$part"$'\t' "$results" || row "$part" "$part" fail =0 "its lane died before it"
	done
}

is_guest() { [[ $1 == uml || $1 == [0-9].* ]]; }

userspace_parts()
{
	local part words=

	for part in $all_parts; do
		is_guest "$part" || words+="$part "
	done
	printf '%s' "${words% }"
}

# Where kernels were asked for, at least one was booted and passed something; to compile is not to test.
kernels_tested()
{
	local part asked=0

	for part in $PARTS; do
		! is_guest "$part" || asked=1
	done
	[ "$asked" -eq 0 ] ||
		awk -F'\t' '$1 ~ /^vm-/ && $2 != "kbuild" && $3 == "pass" { n++ } END { exit !n }' "$results"
}

summary()
{
	local passed failed skipped

	printf '\n== minutes\n'
	took all "$begun"
	awk '{ printf "%-10s %6.1f\n", $1, $2 / 60 }' "$results.times"
	awk -F'\t' '$3 == "skip" { if (!n++) print "\n== skipped"; print $1 "/" $2 ": " $5 }' "$results"
	awk -F'\t' '$3 == "fail" {
		if (!n++) print "\n== failed"
		print $1 "/" $2 ": " $5 ($5 ~ /build\/test\// ? "" : ", see build/test/" $1 ".log")
	}' "$results"
	passed=$(awk -F'\t' '$3 == "pass"' "$results" | grep -c .)
	failed=$(failed_rows)
	skipped=$(awk -F'\t' '$3 == "skip"' "$results" | grep -c .)
	printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
	if ! kernels_tested; then
		printf 'no guest kernel was tested (see skipped above); leave it out on purpose with PARTS="%s"\n' \
			"$(userspace_parts)"
		return 1
	fi
	[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ] && [ "$passed" -gt 0 ]
}

if [ "${NO_INSTALL:-0}" != 1 ] && [ "$(id -u)" -ne 0 ]; then
	echo "make test needs root: it installs packages and makes namespaces. As yourself: make check" >&2
	exit 1
fi
trust_profiles
# The jobs of the make that called us are not ours to hand on.
unset MAKEFLAGS MFLAGS MAKELEVEL
begun=$(now)
rm -f "$results" "$results.times"
mkdir -p "$(dirname "$results")"
: >"$results"
scripts/as_owner.sh --own build
guests=()
for part in $PARTS; do
	if is_guest "$part"; then guests+=("$part"); else do_part "$part"; fi
done
[ ${#guests[@]} -eq 0 ] || do_lanes "${guests[@]}"
scripts/as_owner.sh --own build
summary
