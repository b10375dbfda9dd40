#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [LINTER...]: one row for each linter. A tool that is missing is a failure that names its
# package.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../results.sh"
cd "$root" || exit 1

# Their makes are no part of the one that called us.
unset MAKEFLAGS MFLAGS MAKELEVEL
failures=0
linters="purity house keys seed spec schemas shellcheck codespell yamllint mandoc clang cppcheck analyzer
clang-tidy"

# Files of the tree with these endings: what git knows, or everything outside build/.
sources()
{
	if git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1; then
		git -c safe.directory='*' ls-files --cached --others --exclude-standard -- "$@"
	else
		find . -path ./build -prune -o -type f -printf '%P\n' | grep -E "$(patterns "$@")"
	fi | sort -u | while read -r file; do [ ! -f "$file" ] || printf '%s\n' "$file"; done
}

patterns()
{
	printf '%s\n' "$@" | sed 's/\./\\./g; s/\*/.*/g; s/$/$/' | paste -sd'|'
}

flags_of()
{
	make -s --no-print-directory "print-$1"
}

lint_purity() { tests/lint/purity.sh; }
lint_house() { tests/lint/house.py; }
lint_keys() { tests/lint/keys.py; }
lint_seed() { tests/lint/seed.py; }
lint_spec() { tests/lint/spec.py; }
lint_schemas() { tests/lint/schemas.py; }

lint_shellcheck()
{
	{
		sources '*.sh'
		sources | xargs -r grep -lE '^#!/bin/(ba)?sh' --
		sources 'completions/*'
	} | sort -u | xargs -r shellcheck -x
}

lint_codespell() { sources | xargs -r codespell; }
lint_yamllint() { sources '*.yaml' '*.yml' | xargs -r yamllint -s; }
lint_mandoc() { sources 'man/*.[1-8]' | xargs -r mandoc -T lint -W warning; }

# What gcc did not warn about when it built everything.
lint_clang()
{
	local file rc=0 extra flags

	read -ra flags < <(flags_of cflags)
	for file in $(sources 'ctl/*.c' 'tests/fake/*.c' 'tests/unit/*.c'); do
		extra=()
		[[ $file != ctl/core/* ]] || extra=(-Wconversion)
		clang-14 "${flags[@]}" "${extra[@]}" -Wno-string-concatenation -Itests -fsyntax-only "$file" || rc=1
	done
	return "$rc"
}

# Leaks and nulls are for ASan: gcc 12 sees some wherever a cleanup attribute holds the pointer.
lint_analyzer()
{
	local file rc=0 flags

	read -ra flags < <(flags_of cflags)
	for file in $(sources 'ctl/*.c'); do
		gcc "${flags[@]}" -O2 -fanalyzer -Wno-analyzer-malloc-leak \
			-Wno-analyzer-null-argument -c -o /dev/null "$file" || rc=1
	done
	return "$rc"
}

lint_cppcheck()
{
	cppcheck -q -j "$(nproc)" --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppressions-list=.cppcheck --error-exitcode=1 --template=gcc \
		-D_GNU_SOURCE '-DNT_VERSION="0"' '-DNT_DATADIR="/"' -Ictl -Iinclude/uapi ctl
}

lint_clang-tidy()
{
	local flags

	read -ra flags < <(flags_of cflags)
	sources 'ctl/*.c' | xargs -r -P "$(nproc)" -I FILE \
		clang-tidy-14 --quiet --warnings-as-errors='*' FILE -- "${flags[@]}" 2>&1 |
		sed '/warnings* generated\.$/d'
}

run_linter()
{
	local name=$1 started log rc

	started=$(now)
	log=$(log_path lint "$name")
	"lint_$name" >"$log" 2>&1 </dev/null
	rc=$?
	if [ "$rc" -eq 0 ]; then
		row lint "$name" pass "$started" ""
		return 0
	fi
	row lint "$name" fail "$started" "$(grep -m 1 . "$log"), see $(short "$log")"
	head -n "${LINT_LINES:-40}" "$log" | sed 's/^/    /'
	return 1
}

scripts/deps.sh need lint || exit 1
[ $# -eq 0 ] || linters=$*
for linter in $linters; do
	run_linter "$linter" || failures=$((failures + 1))
done
[ "$failures" -eq 0 ]
