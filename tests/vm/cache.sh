#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/vm/cache.sh [TARGET…]: fetch and build all that the guests of these
# targets need, so that later runs do without network.

set -euo pipefail
# shellcheck source=guest_run.sh
. "$(dirname "$0")/guest_run.sh"

main() {
	local target rc=0
	(($#)) || set -- "${VM_TARGETS[@]}"
	for target; do
		is_target "$target" || die "$target: no such target"
		need_guest "$target" && need_build "$target" || rc=1
	done
	return "$rc"
}

main "$@"
