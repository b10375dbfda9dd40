#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/vm/shell.sh TARGET: a guest for a person, with the tree as built and the
# module loaded.

set -euo pipefail
# shellcheck source=guest_run.sh
. "$(dirname "$0")/guest_run.sh"

target=${1:-6.1}
is_target "$target" || { echo "usage: ${0##*/} 6.1|6.12|7.3|uml" >&2; exit 2; }

main() {
	local work size rc=0
	work=$(mktemp -d "${TMPDIR:-/tmp}/nettune-vm.XXXXXX")
	on_exit "remove_tree '$work'"
	mkdir "$work/out"
	: >"$work/out/scripts"
	need_guest "$target" || rc=$?
	((rc == 0)) || die "$target: its kernel or emulator cannot be had here"
	size=$(stty size 2>/dev/null) || size="24 80"
	guest_env "$target" "$work" "$size" >"$work/guest.env"
	make_initrd "$target" "$work"
	say "the guest sees this file system; what it writes is gone when it ends"
	say "leave with 'exit' or Ctrl-D$([[ $target == uml ]] || echo ', or kill it with Ctrl-A X')"
	NETTUNE_VM_SERIAL=mon:stdio NETTUNE_VM_LOGLEVEL=4 start_guest_here "$target" "$work"
}

# The terminal gets back its settings whatever the guest did to it.
start_guest_here() {
	local saved
	saved=$(stty -g 2>/dev/null) || saved=''
	[[ -z $saved ]] || on_exit "stty '$saved'"
	(start_guest "$@")
}

main
