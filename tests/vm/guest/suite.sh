# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The tests of the command line that also run on the host, here on the guest's kernel and with the
# backend that the script chose: run_suite kernel|user.

run_one() {
	local script=$1 name dir rc=0
	name=$(basename "$script" .sh)
	dir=$(mktemp -d)
	mkdir "$dir/state" "$dir/tmp"
	NETTUNE_STATE_DIR=$dir/state TMPDIR=$dir/tmp timeout 240 bash "$script" \
		>"$dir/log" 2>&1 </dev/null || rc=$?
	case $rc in
	0) echo "pass $name" ;;
	77) grep '^SKIP: ' "$dir/log" | sed "s/^SKIP:/skip $name:/" ;;
	*)
		echo "fail $name ($rc)"
		sed 's/^/    /' "$dir/log" | tail -n 30
		return 1 ;;
	esac
}

# What waits for deadlines or stops at every system call would take an emulated guest half an hour,
# and UML's ptrace cannot do it at all: being killed or stuck while confirming is shown on the host,
# confirming itself there and in UML. A systemd that boots five times is the host's too: nothing in
# it depends on the kernel. So are AF_XDP sockets, which UML has not. Stock kernels, which are
# emulated, run what does depend on the kernel: applying, being killed, privilege and namespaces;
# devices and bonds have scripts of their own here.
belongs_here() {
	case $1 in
	31_* | 35_* | 42_* | 62_* | 63_* | 7?_*) return 1 ;;
	1* | 20_* | 22_* | 23_* | 24_* | 26_*) return 0 ;;
	*) [[ $NETTUNE_TARGET == uml && $NETTUNE_BACKEND == kernel ]] ;;
	esac
}

run_suite() {
	local script failed=0 passed=0
	export NETTUNE_BACKEND=$1 NETTUNE_KILL_STEP=29
	[[ $NETTUNE_TARGET != uml ]] || NETTUNE_KILL_STEP=5
	for script in "$NETTUNE_ROOT"/tests/net/[0-9]*.sh; do
		belongs_here "$(basename "$script")" || continue
		run_one "$script" || failed=$((failed + 1))
		passed=$((passed + 1))
	done
	run_goldens || failed=$((failed + 1))
	echo "$passed scripts, $failed failed, backend $1"
	[[ $passed -gt 0 && $failed -eq 0 ]]
}

# Those that need nothing of the machine, such as plans for recorded hosts, are the same on every
# kernel, and take long here.
run_goldens() {
	local files
	mapfile -t files < <(grep -lE '^needs ' "$NETTUNE_ROOT"/tests/cli/*.t)
	[[ ${#files[@]} -gt 0 ]] || return 1
	"$NETTUNE_ROOT/tests/cli/run.py" "${files[@]}" >/tmp/goldens.log 2>&1 && return
	grep -vE '^pass' /tmp/goldens.log | head -n 60
	return 1
}
