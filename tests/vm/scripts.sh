# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Which scripts a guest runs, and for how long, as lines at their heads say:
#
#   # limit: 300 s
#   # kernels: uml 6.12(soak): an emulated guest takes long
#
# The latter names all the targets that a script runs on, those with (soak) with SOAK=1
# only, and why on no others.

readonly SCRIPT_LIMIT_S=${NETTUNE_VM_SCRIPT_LIMIT_S:-120}

# head_line NAME FILE: what is behind "# NAME: ".
head_line() { sed -nE "1,20s/^# $1: (.*)\$/\\1/p" "$2"; }

script_limit() {
	local asked
	asked=$(head_line limit "$1" | sed -nE 's/^([0-9]+) s$/\1/p')
	printf '%s\n' "${asked:-$SCRIPT_LIMIT_S}"
}

# A kernel that does not exist would be one that nothing runs on.
check_kernels() {
	local line kernel
	line=$(head_line kernels "$1")
	[[ -n $line ]] || return 0
	[[ $line == *": "?* ]] || die "$1: '# kernels: $line' gives no reason"
	for kernel in ${line%%: *}; do
		is_target "${kernel%"(soak)"}" || die "$1: '# kernels: $line' names $kernel"
	done
}

# in_words KERNEL…: where something is shown.
in_words() {
	local kernel words=''
	for kernel; do
		[[ $kernel == uml ]] && kernel='in UML' || kernel="on $kernel"
		words+=${words:+, }$kernel
	done
	printf '%s\n' "$words"
}

# why_not_on TARGET SCRIPT: print it; false if the script runs there.
why_not_on() {
	local target=$1 line kernel shown=() soaked=() words
	line=$(head_line kernels "$2")
	[[ -n $line ]] || return 1
	for kernel in ${line%%: *}; do
		[[ $kernel != "$target" ]] || return 1
		[[ $kernel != "$target(soak)" || ${SOAK:-0} != 1 ]] || return 1
		case $kernel in
		*"(soak)") soaked+=("${kernel%"(soak)"}") ;;
		*) shown+=("$kernel") ;;
		esac
	done
	words=$(in_words "${shown[@]}")
	((${#soaked[@]} == 0)) || words+="${words:+, }with SOAK=1 $(in_words "${soaked[@]}")"
	printf 'shown %s: %s\n' "$words" "${line#*: }"
}

# list_scripts ONLY SCRIPT…: print "limit name file" of all that are chosen, in order.
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
		check_kernels "$script"
		name=${script##*/}
		printf '%s %s %s\n' "$(script_limit "$script")" "${name%.sh}" "$script"
	done
}

# leave_out TARGET LIST: those that do not run there are skipped, and taken from the list.
leave_out() {
	local target=$1 list=$2 limit name file why
	: >"$list.left"
	while read -r limit name file; do
		if why=$(why_not_on "$target" "$file"); then
			result "vm-$target" "$name" skip 0 "$why"
		else
			printf '%s %s %s\n' "$limit" "$name" "$file" >>"$list.left"
		fi
	done <"$list"
	mv "$list.left" "$list"
}
