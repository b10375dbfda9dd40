# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Tell from what a guest left behind which of its scripts passed.

# What a sound kernel never says.
readonly COMPLAINTS='BUG:|kernel BUG at|WARNING:|Oops|invalid opcode:|KASAN|UBSAN|ODEBUG|possible (circular|recursive) locking|inconsistent lock state|suspicious RCU|sleeping function called|scheduling while atomic|new suspected memory leak|general protection|INFO: task .* blocked|INFO: rcu.* stall|unregister_netdevice: waiting for|refcount_t:|Kernel panic'

# result SUITE NAME pass|fail|skip SECONDS [REASON]: the row that tests/results.sh
# tells of.
result() {
	local suite=$1 name=$2 verdict=$3 seconds=$4 reason=${5:-}
	local file=${NETTUNE_RESULTS:-$NETTUNE_ROOT/build/test/results.tsv}
	reason=${reason//[$'\t\r\n']/ }
	mkdir -p "$(dirname "$file")"
	printf '%s\t%s\t%s\t%s\t%s\n' "$suite" "$name" "$verdict" "$seconds" "$reason" >>"$file"
	printf '%-4s %s/%s (%s s)%s\n' "$verdict" "$suite" "$name" "$seconds" "${reason:+: $reason}"
}

# Split the console into WORK/kernel/NAME: what the kernel said from the begin of
# NAME to the next begin.  Before the first it is "boot".
split_console() {
	local work=$1
	mkdir "$work/kernel"
	: >"$work/kernel/boot"
	tr -d '\r' <"$work/console" | awk -v dir="$work/kernel" '
		BEGIN { file = dir "/boot" }
		match($0, /nettune-vm: begin [^ ]+$/) { file = dir "/" $NF }
		{ print >file }'
}

# complaint WORK NAME: print the kernel's first complaint during NAME.
complaint() {
	[[ -e $1/kernel/$2 ]] || return 1
	grep -E "$COMPLAINTS" "$1/kernel/$2" | grep -vE -f <(allowed) -m 1
}

# Extended expressions, one a line; '#' starts a remark.  Never empty: grep takes
# an empty pattern file for "matches nothing", which is what is wanted.
allowed() { grep -vE '^(#|$)' "$VM_DIR/allow.txt" || true; }

# judge_script WORK NAME LIMIT: set VERDICT, TOOK and REASON.
judge_script() {
	local work=$1 name=$2 limit=$3 out=$1/out/$2.out rc line
	VERDICT=fail TOOK=0
	if [[ ! -e $work/out/$name.begun ]]; then
		REASON="not run: the guest ended before"
		return
	fi
	if [[ -s $work/out/$name.rc ]]; then
		read -r rc TOOK <"$work/out/$name.rc"
	else
		rc=none
	fi
	if line=$(complaint "$work" "$name"); then
		REASON="kernel: $line"
		return
	fi
	case $rc in
	none) REASON="the guest died or hung" ;;
	0) VERDICT=pass REASON='' ;;
	77) if REASON=$(sed -n 's/^SKIP: \(.\)/\1/p' "$out" | grep -m 1 .); then
		VERDICT=skip
	else
		REASON="exit 77 without a line 'SKIP: reason'"
	fi ;;
	124 | 137) REASON="still running after $limit s" ;;
	*) REASON="exit $rc: $(tail -n 1 "$out")" ;;
	esac
}

# The guest itself: it booted without complaint, left nothing behind and said at
# its end that it came there.
judge_guest() {
	local work=$1 failed=$2 said line
	VERDICT=fail
	if line=$(complaint "$work" boot); then
		REASON="kernel, booting: $line"
	elif line=$(complaint "$work" leaks); then
		REASON="kernel, at the end: $line"
	elif [[ -s $work/out/kmemleak ]]; then
		REASON="memory leak: $(grep -m 1 backtrace -A 3 "$work/out/kmemleak" | tail -n 1)"
	elif ! said=$(grep -oE 'NETTUNE_VM_RC=[0-9]+' "$work/console" | tail -n 1) || [[ -z $said ]]; then
		REASON="the guest did not come to its end: $(tail -n 1 "$work/console")"
	elif [[ $said != NETTUNE_VM_RC=0 && $failed == 0 ]]; then
		REASON="the guest says $said though no script failed"
	else
		VERDICT=pass REASON=''
	fi
}

log_of() { printf '%s\n' "${NETTUNE_VM_LOG:-$NETTUNE_ROOT/build/test/vm-$1.log}"; }

# keep_log TARGET WORK: the console and every script's output in one file.
keep_log() {
	local target=$1 work=$2 name log
	log=$(log_of "$target")
	mkdir -p "$(dirname "$log")"
	{
		cat "$work/console"
		while read -r _ name _; do
			printf '\n==> %s <==\n' "$name"
			cat "$work/out/$name.out" 2>/dev/null || true
		done <"$work/out/scripts"
		[[ ! -s $work/out/kmemleak ]] || cat "$work/out/kmemleak"
	} >"$log"
}

# report TARGET NAME: the row of what has just been judged.
report() {
	local log
	log=$(log_of "$1")
	[[ $VERDICT != fail ]] || REASON+=", see ${log#"$NETTUNE_ROOT/"}"
	result "vm-$1" "$2" "$VERDICT" "$TOOK" "$REASON"
	[[ $VERDICT != fail ]]
}

# judge TARGET WORK SECONDS: report everything; 1 if anything failed.
judge() {
	local target=$1 work=$2 seconds=$3 failed=0 limit name
	split_console "$work"
	keep_log "$target" "$work"
	while read -r limit name _; do
		judge_script "$work" "$name" "$limit"
		report "$target" "$name" || failed=$((failed + 1))
	done <"$work/out/scripts"
	judge_guest "$work" "$failed"
	TOOK=$seconds
	report "$target" guest || failed=$((failed + 1))
	((failed == 0))
}
