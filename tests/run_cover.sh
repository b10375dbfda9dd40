#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run_cover.sh BINARY...: how many lines of its parser each fuzzer reaches, from its committed corpus
# and a short run. Which files these are stands in tests/fuzz/parsers; below 80 % of one the fuzzer
# fails. The log says which lines are missing.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/results.sh"
cd "$root" || exit 1

least_percent=80
runs=20000
failures=0

# files_of TARGET: the sources of its parser
files_of()
{
	sed -n "s/^$1 //p" tests/fuzz/parsers
}

# measure BINARY PROFILE LOG FILE...: "FILE PERCENT" for each; missing lines go into the log.
measure()
{
	local binary=$1 profile=$2 log=$3

	shift 3
	llvm-cov-14 show "$binary" -instr-profile="$profile" "$@" | grep -E '^ *[0-9]+\| +0\|' >>"$log"
	llvm-cov-14 export "$binary" -instr-profile="$profile" -summary-only "$@" |
		/usr/bin/python3 -c '
import json, os, sys
for item in json.load(sys.stdin)["data"][0]["files"]:
    print(os.path.relpath(item["filename"]), round(item["summary"]["lines"]["percent"], 1))'
}

# judge FILE... < measured: words about each file, and whether all of them are covered
judge()
{
	awk -v least="$least_percent" -v wanted="$#" '
		{ words = words (NR > 1 ? ", " : "") $1 " " $2 " %"; bad += $2 < least }
		END { print words; exit bad > 0 || NR != wanted }'
}

cover()
{
	local binary=$1 name target log started work words files rc

	name=$(basename "$binary")
	target=${name#fuzz_}
	log=$(log_path cover "$name")
	started=$(now)
	work=$root/build/cover/run/$name
	rm -rf "$work" && mkdir -p "$work/found"
	read -ra files < <(files_of "$target")
	if [ "${#files[@]}" -eq 0 ]; then
		row cover "$name" fail "$started" "no line \"$target FILE...\" in tests/fuzz/parsers"
		return 1
	fi
	LLVM_PROFILE_FILE=$work/raw timeout -k 5 60 "$binary" -runs="$runs" -max_total_time=10 -seed=1 \
		-timeout=10 -rss_limit_mb=1024 -artifact_prefix="${log%.log}-" \
		"$work/found" "tests/fuzz/corpus/$target" >"$log" 2>&1 </dev/null
	rc=$?
	if [ "$rc" -ne 0 ] || ! llvm-profdata-14 merge -o "$work/profile" "$work/raw" >>"$log" 2>&1; then
		row cover "$name" fail "$started" "exit $rc, see $(short "$log")"
		return 1
	fi
	if words=$(measure "$binary" "$work/profile" "$log" "${files[@]}" | judge "${files[@]}"); then
		row cover "$name" pass "$started" "$words"
	else
		row cover "$name" fail "$started" "less than $least_percent %: $words, see $(short "$log")"
		return 1
	fi
}

if [ $# -eq 0 ]; then
	echo "run_cover.sh: no fuzzers given" >&2
	exit 1
fi
for binary; do
	cover "$binary" || failures=$((failures + 1))
done
[ "$failures" -eq 0 ]
