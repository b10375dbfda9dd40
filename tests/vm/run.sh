#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/vm/run.sh TARGET [SCRIPT…]: build the module for that kernel and run scripts
# in one guest of it.
#
# A SCRIPT without "/" chooses among tests/vm/guest (all when none is chosen); one
# with "/" is run after those.  With --only, just the named ones run; with
# --no-build, what is built is taken as it is.
#
# Exit codes: 0 all passed or skipped, 1 something failed, 2 usage.  One line per
# script on standard output, and one in $NETTUNE_RESULTS.

set -euo pipefail
# shellcheck source=guest_run.sh
. "$(dirname "$0")/guest_run.sh"
# shellcheck source=judge.sh
. "$(dirname "$0")/judge.sh"
# shellcheck source=scripts.sh
. "$(dirname "$0")/scripts.sh"

usage() { echo "usage: ${0##*/} [--only] [--no-build] 6.1|6.12|7.3|uml [SCRIPT...]" >&2; exit 2; }

# A harness that fails before it has judged must not look like nothing to judge.
report_own_failure() {
	[[ -n $JUDGED ]] || result "vm-$1" guest fail "$SECONDS" "the harness failed"
}

# The module, as a test of its own, and what the scripts drive it with.
build() {
	local target=$1 start=$SECONDS rc=0 log=$NETTUNE_ROOT/build/test/kbuild-$1.log
	[[ -f $NETTUNE_ROOT/kmod/Kbuild ]] || return 0
	mkdir -p "${log%/*}"
	"$VM_DIR/kbuild.sh" "$target" 2>&1 | tee "$log" >&2 || rc=$?
	case $rc in
	0) result "vm-$target" kbuild pass "$((SECONDS - start))" ;;
	"$SKIP") result "vm-$target" kbuild skip 0 "$(sed -n 's/^vm: SKIP: //p' "$log")" ;;
	*) result "vm-$target" kbuild fail "$((SECONDS - start))" \
		"$(grep -m 1 -E 'error|warning' "$log" || tail -n 1 "$log"), see ${log#"$NETTUNE_ROOT/"}" ;;
	esac
	# One at a time: another target's run may be at the same.
	flock "$NETTUNE_ROOT/build/test" make -s -C "$NETTUNE_ROOT" guest-programs >&2 || say "guest-programs: not built"
	((rc == 0 || rc == SKIP))
}

main() {
	local only='' built='' target work start listed rc=0
	while [[ ${1:-} == --* ]]; do
		case $1 in
		--only) only=1 ;;
		--no-build) built=1 ;;
		*) usage ;;
		esac
		shift
	done
	((EUID == 0)) || die "needs root: guests get namespaces of their own"
	target=${1:-}
	is_target "$target" || usage
	shift
	work=$(mktemp -d "${TMPDIR:-/tmp}/nettune-vm.XXXXXX")
	on_exit "remove_tree '$work'"
	JUDGED='' BUILD_FAILED=''
	on_exit "report_own_failure '$target'"
	mkdir "$work/out"
	list_scripts "$only" "$@" >"$work/out/scripts"
	[[ -n $built ]] || build "$target" || BUILD_FAILED=1
	start=$SECONDS
	need_guest "$target" || rc=$?
	if ((rc == SKIP)); then
		JUDGED=1
		result "vm-$target" guest skip 0 "its kernel or emulator cannot be had here"
		[[ -z $BUILD_FAILED ]]
		return
	fi
	((rc == 0)) || die "cannot make what the guest needs"
	listed=$(wc -l <"$work/out/scripts")
	leave_out "$target" "$work/out/scripts"
	if ((listed > 0)) && [[ ! -s $work/out/scripts ]]; then
		JUDGED=1
		[[ -z $BUILD_FAILED ]]
		return
	fi
	boot_guest "$target" "$work"
	say "vm-$target: guest ran $((SECONDS - start)) s"
	JUDGED=1
	judge "$target" "$work" "$((SECONDS - start))" && [[ -z $BUILD_FAILED ]]
}

main "$@"
