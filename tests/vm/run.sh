#!/bin/bash
# tests/vm/run.sh TARGET [SCRIPT…]: run scripts in one guest of that kernel.
#
# A SCRIPT without "/" chooses among tests/vm/guest (all when none is chosen); one
# with "/" is run after those.  With --only, just the named ones run.
#
# Exit codes: 0 all passed or skipped, 1 something failed, 2 usage.  One line per
# script on standard output, and one in $NETTUNE_RESULTS.

set -euo pipefail
# shellcheck source=guest_run.sh
. "$(dirname "$0")/guest_run.sh"
# shellcheck source=judge.sh
. "$(dirname "$0")/judge.sh"

usage() { echo "usage: ${0##*/} [--only] 6.1|6.12|7.3|uml [SCRIPT...]" >&2; exit 2; }

# A script may ask for more with a line "# limit: 300 s".
readonly SCRIPT_LIMIT_S=${NETTUNE_VM_SCRIPT_LIMIT_S:-120}

script_limit() {
	local asked
	asked=$(sed -nE '1,20s/^# limit: ([0-9]+) s$/\1/p' "$1")
	printf '%s\n' "${asked:-$SCRIPT_LIMIT_S}"
}

# Print "limit name file" of everything to run, in order.
list_scripts() {
	local only=$1 script name chosen=()
	shift
	for script; do
		[[ $script == */* ]] || chosen+=("$VM_DIR/guest/${script%.sh}.sh")
	done
	if [[ ${#chosen[@]} == 0 && -z $only ]]; then
		chosen=("$VM_DIR"/guest/[0-9][0-9]_*.sh)
	fi
	for script; do
		[[ $script != */* ]] || chosen+=("$(realpath "$script")")
	done
	for script in "${chosen[@]}"; do
		[[ -x $script ]] || die "$script: no such program"
		name=${script##*/}
		printf '%s %s %s\n' "$(script_limit "$script")" "${name%.sh}" "$script"
	done
}

# A harness that fails before it has judged must not look like nothing to judge.
report_own_failure() {
	[[ -n $JUDGED ]] || result "vm-$1" guest fail "$SECONDS" "the harness failed"
}

main() {
	local only='' target work start=$SECONDS rc=0
	[[ ${1:-} != --only ]] || { only=1; shift; }
	target=${1:-}
	is_target "$target" || usage
	shift
	work=$(mktemp -d "${TMPDIR:-/tmp}/nettune-vm.XXXXXX")
	on_exit "remove_tree '$work'"
	JUDGED=''
	on_exit "report_own_failure '$target'"
	mkdir "$work/out"
	list_scripts "$only" "$@" >"$work/out/scripts"
	need_guest "$target" || rc=$?
	if ((rc == SKIP)); then
		JUDGED=1
		result "vm-$target" guest skip 0 "its kernel or emulator cannot be had here"
		return 0
	fi
	((rc == 0)) || die "cannot make what the guest needs"
	boot_guest "$target" "$work"
	say "vm-$target: guest ran $((SECONDS - start)) s"
	JUDGED=1
	judge "$target" "$work" "$((SECONDS - start))"
}

main "$@"
