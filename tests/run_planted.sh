#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run_planted.sh BINARY...: each is a fuzzer with a bug planted in its parser (tests/fuzz/planted/).
# It passes when it finds the bug, from its committed corpus and a short run.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/results.sh"
cd "$root" || exit 1

most_seconds=20
failures=0

# finding LOG NAME: what the sanitizers and libFuzzer call it. On a busy machine anything can be slow.
finding()
{
	local words

	words=$(sed -nE 's/^SUMMARY: ([A-Za-z]+: [^ ]+( signal)?).*/\1/p' "$1" | head -n 1)
	[[ $words == *timeout ]] && [ "$(tests/fuzz/plant.py --as "tests/fuzz/planted/$2.def")" != timeout ] ||
		printf '%s' "$words"
}

find_bug()
{
	local binary=$1 name target log started work found

	name=$(basename "$binary")
	target=$(tests/fuzz/plant.py --target "tests/fuzz/planted/$name.def") || target=
	log=$(log_path planted "$name")
	started=$(now)
	work=$root/build/planted/run/$name
	rm -rf "$work" && mkdir -p "$work"
	timeout -k 5 $((most_seconds + 20)) "$binary" -max_total_time="$most_seconds" -seed=1 -timeout=2 \
		-rss_limit_mb=1024 -artifact_prefix="$work/" "$work" "tests/fuzz/corpus/$target" \
		>"$log" 2>&1 </dev/null
	found=$(finding "$log" "$name")
	if [ -n "$found" ]; then
		row planted "$name" pass "$started" "$found"
	else
		row planted "$name" fail "$started" "not found in $most_seconds s, see $(short "$log")"
		return 1
	fi
}

# Every fuzzer has to have something to find.
for source in tests/fuzz/fuzz_*.c; do
	target=$(basename "$source" .c)
	grep -qx "target ${target#fuzz_}" tests/fuzz/planted/*.def && continue
	row planted "$target" fail "$(now)" "no bug is planted for it in tests/fuzz/planted/"
	failures=$((failures + 1))
done
for binary; do
	find_bug "$binary" || failures=$((failures + 1))
done
[ "$failures" -eq 0 ] && [ $# -gt 0 ]
