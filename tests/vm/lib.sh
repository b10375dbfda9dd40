# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Shared by the scripts of tests/vm: words, time, cleaning up, cached artefacts.

VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
NETTUNE_ROOT=${NETTUNE_ROOT:-$(cd "$VM_DIR/../.." && pwd)}
NETTUNE_CACHE=${NETTUNE_CACHE:-/var/cache/nettune-test}
readonly VM_TARGETS=(6.1 6.12 7.3 uml)
# Where this tree finds the artefacts it uses, as links into the cache.
VM_LINKS=${VM_LINKS:-$NETTUNE_ROOT/build/vm}
export NETTUNE_ROOT NETTUNE_CACHE VM_LINKS

# Exit code of a target that cannot be had here, e.g. without network.
readonly SKIP=77

# Makers' own output goes to a log; what they say still reaches the caller.
SAY_FD=${SAY_FD:-2}
say() { printf 'vm: %s\n' "$*" >&"$SAY_FD"; }
die() { say "$*"; exit 1; }
skip() { say "SKIP: $*"; exit "$SKIP"; }

# on_exit COMMAND: run it when the script ends, however it ends, last one first.
ON_EXIT=()
on_exit() { ON_EXIT=("$1" "${ON_EXIT[@]}"); }
run_on_exit() {
	local rc=$? command
	trap '' INT TERM HUP
	for command in "${ON_EXIT[@]}"; do
		eval "$command" || say "cleaning up: '$command' failed"
	done
	exit "$rc"
}
trap run_on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# stage NAME COMMAND…: run a slow step and say what it cost.  No "||" here: it
# would switch errexit off inside COMMAND.
stage() {
	local name=$1 start=$SECONDS rc
	shift
	"$@"
	rc=$?
	say "$name: $((SECONDS - start)) s$( ((rc == 0)) || echo ", failed ($rc)")"
	return "$rc"
}

is_target() { [[ " ${VM_TARGETS[*]} " == *" $1 "* ]]; }

# What a recipe says is part of every stamp: editing it remakes what it made.
recipe_hash() { declare -f "$@" | sha256sum | cut -c1-16; }
file_hash() { cat "$@" | sha256sum | cut -c1-16; }

# artefact NAME KEY MAKER ARG…: $VM_LINKS/NAME is a folder made by MAKER under KEY.
#
# It lives in the cache under a name that holds a hash of KEY: trees that want
# different ones do not fight, and a guest's files do not go while it runs.
# MAKER is called as "MAKER folder ARG…"; only a finished folder gets the stamp
# and the name, so a killed build leaves nothing that could be mistaken for a
# result.  Returns what MAKER returned.
artefact() {
	local name=$1 key=$2 final
	final=$NETTUNE_CACHE/$name-$(sha256sum <<<"$key" | cut -c1-12)
	shift 2
	mkdir -p "$(dirname "$final")" "$(dirname "$VM_LINKS/$name")" || return 1
	if [[ ! -f $final/.stamp ]]; then
		make_artefact "$name" "$key" "$final" "$@" || return
	fi
	touch "$final/.stamp"
	ln -sfn "$final" "$VM_LINKS/$name"
}

# Two callers may want the same thing: the second finds it made.
make_artefact() {
	local name=$1 key=$2 final=$3
	shift 3
	(
		flock 9
		[[ ! -f $final/.stamp ]] || exit 0
		start_over "$final.tmp" && mkdir -p "$final.tmp" || exit 1
		stage "$name" make_in "$final.tmp" "$@" || {
			rc=$?
			tail -n 20 "$final.log" >&2
			start_over "$final.tmp"
			exit "$rc"
		}
		rm -f "$final.log" "$final.tmp/.resume"
		printf '%s\n' "$key" >"$final.tmp/.stamp" &&
			remove_tree "$final" && mv "$final.tmp" "$final" || exit 1
		forget_unused "$name"
	) 9>"$final.lock"
}

# What a maker of many minutes has done so far stays when it leaves ".resume", for
# the next one of the same key to go on with.
start_over() { [[ -e $1/.resume ]] || remove_tree "$1"; }

# Days after which an artefact that no tree has used is removed.
readonly UNUSED_DAYS=30

# What NAME was made of once and nobody asks for any more.
forget_unused() {
	local stamp old
	find "$NETTUNE_CACHE/$1"-*/.stamp -maxdepth 0 -mtime "+$UNUSED_DAYS" |
		while read -r stamp; do
			old=${stamp%/.stamp}
			say "$1: unused for $UNUSED_DAYS days, removed"
			remove_tree "$old"
			remove_tree "$old.tmp"
			rm -f "$old.lock" "$old.log"
		done
}

# A shell of its own, with errexit: in this one, called on the left of "||", it
# is off and a maker would run past its first failing command.
make_in() {
	local tmp=$1 maker=$2
	shift 2
	SAY_FD=8 bash -c 'set -euo pipefail; . "$1/artefacts.sh"; shift; "$@"' \
		make "$VM_DIR" "$maker" "$tmp" "$@" 8>&2 9>&- >"${tmp%.tmp}.log" 2>&1
}

# --one-file-system: were a mount left inside, its far side is not ours.
remove_tree() { rm -rf --one-file-system "$1"; }
