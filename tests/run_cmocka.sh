#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run_cmocka.sh SUITE BINARY...: run cmocka programs, one row for each test in them.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/results.sh"

suite=$1
shift
failures=0
export ASAN_OPTIONS=${ASAN_OPTIONS:-abort_on_error=0:detect_leaks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

# One row per line of TAP. cmocka does not tell how long each took: they share the program's time.
rows_of_tap()
{
	local name=$1 log=$2 took=$3 line test

	while IFS= read -r line; do
		test=${line#*ok }
		test="$name:$(sed -E 's/^[0-9]+ (- )?//; s/ # .*//' <<<"$test")"
		case $line in
		"not ok"*) row "$suite" "$test" fail "=$took" "$(short "$log")" ;;
		"ok"*"# SKIP"*|"ok"*"# skip"*) row "$suite" "$test" skip "=$took" "${line##*# }" ;;
		"ok"*) row "$suite" "$test" pass "=$took" "" ;;
		esac
	done < <(grep -aE '^(not )?ok [0-9]' "$log")
}

run_binary()
{
	local binary=$1 name log started took rc planned seen

	name=$(basename "$binary")
	log=$(log_path "$suite" "$name")
	started=$(now)
	(cd "$root" && CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 5 300 "$binary") >"$log" 2>&1 </dev/null
	rc=$?
	took=$(between "$started" "$(now)")
	planned=$(grep -aoE '^1\.\.[0-9]+' "$log" | awk -F'\\.\\.' '{ n += $2 } END { print n + 0 }')
	seen=$(grep -acE '^(not )?ok [0-9]' "$log")
	[ "$seen" -eq 0 ] || rows_of_tap "$name" "$log" "$(awk -v t="$took" -v n="$seen" 'BEGIN { printf "%.3f", t / n }')"
	if [ "$rc" -ne 0 ]; then
		failures=$((failures + 1))
		grep -qaE '^not ok' "$log" ||
			row "$suite" "$name" fail "$started" "exit $rc, see $(short "$log")"
	elif [ "$planned" -eq 0 ] || [ "$planned" -ne "$seen" ]; then
		failures=$((failures + 1))
		row "$suite" "$name" fail "$started" "$seen of $planned tests ran, see $(short "$log")"
	fi
}

if [ $# -eq 0 ]; then
	echo "run_cmocka.sh: no programs given for $suite" >&2
	exit 1
fi
for binary in "$@"; do
	run_binary "$binary"
done
[ "$failures" -eq 0 ]
