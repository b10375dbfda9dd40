#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run_fuzz.sh SECONDS BINARY...: run each fuzzer that long, starting from its committed corpus.
# What it finds new stays in build/; a crash is left beside its log to be made a corpus file.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/results.sh"

seconds=$1
shift
failures=0

run_fuzzer()
{
	local binary=$1 name corpus found log started rc

	name=$(basename "$binary")
	corpus=$root/tests/fuzz/corpus/${name#fuzz_}
	found=$root/build/fuzz/found/$name
	log=$(log_path fuzz "$name")
	mkdir -p "$found"
	started=$(now)
	if [ ! -d "$corpus" ]; then
		row fuzz "$name" fail "$started" "no corpus folder tests/fuzz/corpus/${name#fuzz_}"
		return 1
	fi
	(cd "$root" && timeout -k 5 $((seconds + 60)) "$binary" -max_total_time="$seconds" \
		-timeout=10 -rss_limit_mb=1024 -artifact_prefix="${log%.log}-" \
		"$found" "$corpus") >"$log" 2>&1 </dev/null
	rc=$?
	if [ "$rc" -eq 0 ]; then
		row fuzz "$name" pass "$started" ""
	else
		row fuzz "$name" fail "$started" "exit $rc, see $(short "$log")"
		return 1
	fi
}

if [ $# -eq 0 ]; then
	echo "run_fuzz.sh: no fuzzers given" >&2
	exit 1
fi
for binary in "$@"; do
	run_fuzzer "$binary" || failures=$((failures + 1))
done
[ "$failures" -eq 0 ]
