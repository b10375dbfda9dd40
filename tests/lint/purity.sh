#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Proves that pure code reaches nothing: what objects of ctl/core and kmod/core refer to must be
# defined there, in ctl/lib/diag.o, or be on the lists below.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

strings='mem(chr|cmp|cpy|move|rchr|set|mem)|strn?(cmp|len|chr|cat|cpy|dup|casecmp)|str(rchr|spn|cspn|pbrk|str|sep|error)|strto(l|ul|ll|ull|imax|umax)|stpcpy|v?s(n?printf|scanf)'
ctype='__ctype_(b|tolower|toupper)_loc|tolower|toupper|isalnum|isalpha|isdigit|isspace'
alloc='malloc|calloc|realloc|reallocarray|free|v?asprintf'
other='qsort(_r)?|bsearch|abort|__assert_fail|__errno_location|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|fnmatch|__u?(div|mod|divmod)ti[34]|__(popcount|clz|ctz)[ds]i2'
ctl_allowed="$strings|$ctype|$alloc|$other|ini_parse_(stream|string)"
# What host.h stands for sort_r() is qsort_r(). The kernel has no allocation, no printing and no errno to offer to core code.
kmod_allowed='mem(cmp|cpy|move|set)|strn?(cmp|len)|qsort_r|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__assert_fail|abort'
work=build/lint/purity
bad=0

# check ALLOWED OBJECT...: names what is undefined and not allowed
check()
{
	local allowed=$1 object symbol

	shift
	nm -g --defined-only "$@" build/obj/ctl/lib/diag.o 2>/dev/null | awk 'NF == 3 { print $3 }' |
		sort -u >"$work/defined"
	for object; do
		while read -r symbol; do
			# A fortified function counts as what it fortifies; gcc's C99 scanf as scanf.
			plain=$(sed -E 's/^__(isoc[0-9]+_)?(.*)_chk$/\2/; s/^__isoc[0-9]+_//' <<<"$symbol")
			[[ ! $plain =~ ^($allowed)$ ]] || continue
			[[ ! $symbol =~ ^($allowed)$ ]] || continue
			! grep -qxF "$symbol" "$work/defined" || continue
			echo "$object: refers to $symbol, which pure code may not reach"
			bad=1
		done < <(nm -u "$object" | awk '{ print $NF }')
	done
}

mkdir -p "$work"
mapfile -t ctl < <(find ctl/core -name '*.c' | sed 's,^,build/obj/,; s/c$/o/')
for object in "${ctl[@]}"; do
	[ -e "$object" ] || { echo "$object: not built; run make first"; exit 1; }
done
[ "${#ctl[@]}" -eq 0 ] || check "$ctl_allowed" "${ctl[@]}"

kmod=()
for source in kmod/core/*.c; do
	[ -e "$source" ] || continue
	object=$work/$(basename "$source" .c).o
	gcc -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -Wconversion -Ikmod -Ikmod/core -Iinclude/uapi -c -o "$object" "$source"
	kmod+=("$object")
done
[ "${#kmod[@]}" -eq 0 ] || check "$kmod_allowed" "${kmod[@]}"

[ "$bad" -eq 0 ]
