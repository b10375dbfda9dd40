#!/bin/bash
# tests/vm/all.sh [TARGET…] [-- SCRIPT…]: build the module for each kernel and run
# its guest, one after the other.  SCRIPTs are given to run.sh.  One line per
# build and script; exit 1 if anything failed.

set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=judge.sh
. "$VM_DIR/judge.sh"

# Without kmod/Kbuild there is nothing to build and the guests say so.
build() {
	local target=$1 start=$SECONDS rc=0 log=$NETTUNE_ROOT/build/test/kbuild-$1.log
	[[ -f $NETTUNE_ROOT/kmod/Kbuild ]] || return 0
	mkdir -p "$(dirname "$log")"
	"$VM_DIR/kbuild.sh" "$target" 2>&1 | tee "$log" >&2 || rc=$?
	case $rc in
	0) result "vm-$target" kbuild pass "$((SECONDS - start))" ;;
	"$SKIP") result "vm-$target" kbuild skip 0 "$(sed -n 's/^vm: SKIP: //p' "$log")" ;;
	*) result "vm-$target" kbuild fail "$((SECONDS - start))" \
		"$(grep -m 1 -E 'error|warning' "$log" || tail -n 1 "$log")"
		return 1 ;;
	esac
}

main() {
	local target targets=() start=$SECONDS rc=0
	while (($#)) && [[ $1 != -- ]]; do
		is_target "$1" || die "$1: no such target"
		targets+=("$1")
		shift
	done
	(($# == 0)) || shift
	((${#targets[@]})) || targets=("${VM_TARGETS[@]}")
	for target in "${targets[@]}"; do
		build "$target" || rc=1
		"$VM_DIR/run.sh" "$target" "$@" || rc=1
	done
	say "all: $((SECONDS - start)) s"
	return "$rc"
}

main "$@"
