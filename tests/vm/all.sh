#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/vm/all.sh [TARGET…] [-- SCRIPT…]: tests/vm/run.sh for each, one after the
# other.  Exit code 1 if anything failed.

set -euo pipefail
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

main() {
	local target targets=() rc=0
	while (($#)) && [[ $1 != -- ]]; do
		is_target "$1" || die "$1: no such target"
		targets+=("$1")
		shift
	done
	(($# == 0)) || shift
	((${#targets[@]})) || targets=("${VM_TARGETS[@]}")
	for target in "${targets[@]}"; do
		"$VM_DIR/run.sh" "$target" "$@" || rc=1
	done
	say "all: $SECONDS s"
	return "$rc"
}

main "$@"
