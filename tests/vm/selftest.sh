#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/vm/selftest.sh: prove that what goes wrong in a guest is reported as
# failed.  Each case is a script that errs in its own way, run in the UML guest.
#
# Exit code 0 when every case got the verdict it deserves, 77 without UML.

set -euo pipefail
# shellcheck source=artefacts.sh
. "$(dirname "$0")/artefacts.sh"
# shellcheck source=judge.sh
. "$VM_DIR/judge.sh"

WORK=$(mktemp -d "${TMPDIR:-/tmp}/nettune-selftest.XXXXXX")
on_exit "remove_tree '$WORK'"
FAILED=0

# check NAME COMMAND…: one line of the report.  Not "if COMMAND": that would
# switch errexit off inside.
check() {
	local name=$1 start=$SECONDS rc
	shift
	set +e
	(set -e; "$@") >"$WORK/why" 2>&1
	rc=$?
	set -e
	if ((rc == 0)); then
		result vm-selftest "$name" pass "$((SECONDS - start))"
	else
		result vm-selftest "$name" fail "$((SECONDS - start))" "$(tail -n 1 "$WORK/why")"
		FAILED=1
	fi
}

# script NAME [LIMIT_S]: a guest script made of standard input.
script() {
	{
		echo '#!/bin/bash'
		echo "# limit: ${2:-20} s"
		echo "sins() { insmod '$WORK/kmod/broken.ko' how=\"\$1\" && rmmod broken; }"
		cat
	} >"$WORK/$1.sh"
	chmod +x "$WORK/$1.sh"
}

make_scripts() {
	script passes <<<'exit 0'
	script fails <<<'echo because; exit 1'
	script complains <<<'echo "WARNING: x" >/dev/kmsg'
	script hangs 2 <<<'tail -f /dev/null'
	script skips <<<'echo "SKIP: no reason to run"; exit 77'
	script skips_silently <<<'exit 77'
	script frees_then_uses <<<'sins use-after-free'
	script sleeps_in_atomic <<<'sins sleep'
	script inverts_locks <<<'sins inversion'
	script leaks <<<'sins leak'
	script crashes <<<'echo c >/proc/sysrq-trigger; tail -f /dev/null'
	script ends_the_guest <<<'/run/nettune-vm/busybox poweroff -f; tail -f /dev/null'
	script runs_elsewhere <<-'END'
	# kernels: 7.3 6.12(soak): it would fail here
	exit 1
	END
	script runs_in_soak <<-'END'
	# kernels: 6.1 uml(soak): it would fail here
	exit 1
	END
	script runs_nowhere <<<'# kernels: 6.2: a kernel that we have not'
	script gives_no_reason <<<'# kernels: uml'
	script stops_the_guest 2 <<<'sins spin'
}

make_broken_module() {
	cp -r "$VM_DIR/selftest/kmod" "$WORK/kmod"
	make -s -C "$VM_LINKS/kernel/uml/build" ARCH=um M="$WORK/kmod" modules >&2
}

# guest NAME…: run these in one guest, with SOAK=1 if GUEST_SOAK is; run.sh's exit code is
# kept beside.
guest() {
	local rc=0
	rm -f "$WORK/results"
	SOAK=${GUEST_SOAK:-0} NETTUNE_RESULTS=$WORK/results NETTUNE_VM_LOG=$WORK/log NETTUNE_VM_SLACK_S=5 \
		"$VM_DIR/run.sh" --only --no-build uml "${@/#/$WORK/}" >"$WORK/out" 2>&1 || rc=$?
	echo "$rc" >"$WORK/rc"
}

# verdict NAME VERDICT [PATTERN]: NAME got it, for a reason that matches.
verdict() {
	local line
	line=$(awk -F '\t' -v name="$1" '$2 == name' "$WORK/results")
	echo "got: $line"
	[[ $(cut -f 3 <<<"$line") == "$2" && $(cut -f 5 <<<"$line") =~ ${3:-} ]]
}

exit_code_is() {
	echo "run.sh exited with $(<"$WORK/rc")"
	[[ $(<"$WORK/rc") == "$1" ]]
}

verdicts_in_one_guest() {
	guest {passes,fails,complains,hangs,skips,skips_silently}.sh
	check a_pass_passes verdict passes pass
	check exit_1_fails verdict fails fail 'exit 1: because, see '
	check a_kernel_warning_fails verdict complains fail 'kernel: .*WARNING: x'
	check a_hang_fails_by_its_limit verdict hangs fail 'still running after 2 s'
	check a_skip_skips verdict skips skip 'no reason to run'
	check a_skip_without_reason_fails verdict skips_silently fail SKIP
	check failures_reach_the_exit_code exit_code_is 1
}

kernels_are_chosen() {
	guest {passes,runs_elsewhere,runs_in_soak}.sh
	check another_kernels_script_skips verdict runs_elsewhere skip \
		'shown on 7\.3, with SOAK=1 on 6\.12: it would fail here'
	check a_soak_script_skips verdict runs_in_soak skip 'shown on 6\.1, with SOAK=1 in UML: '
	check beside_skips_others_run verdict passes pass
	GUEST_SOAK=1 guest {passes,runs_in_soak}.sh
	check a_soak_script_runs_with_soak verdict runs_in_soak fail 'exit 1'
	guest runs_elsewhere.sh
	check skips_alone_are_no_failure exit_code_is 0
	guest runs_nowhere.sh
	check an_unknown_kernel_fails verdict guest fail 'the harness failed'
	guest gives_no_reason.sh
	check a_kernel_without_a_reason_fails verdict guest fail 'the harness failed'
}

sanitizers() {
	# Lockdep first and alone: it switches itself off after any other bug.
	guest inverts_locks.sh
	check lockdep_fails verdict inverts_locks fail 'possible circular locking'
	guest {frees_then_uses,sleeps_in_atomic,leaks}.sh
	check kasan_fails verdict frees_then_uses fail KASAN
	check sleeping_in_atomic_fails verdict sleeps_in_atomic fail 'scheduling while atomic|sleeping function'
	check a_leak_fails verdict guest fail 'memory leak'
}

guests_that_die() {
	guest {passes,crashes,skips}.sh
	check a_crash_fails verdict crashes fail 'panic|died'
	check what_ran_before_a_crash_keeps_its_verdict verdict passes pass
	check what_never_ran_fails verdict skips fail 'not run'
	guest {ends_the_guest,passes}.sh
	check an_early_end_fails verdict ends_the_guest fail died
	check an_early_end_fails_the_guest verdict guest fail 'did not come to its end'
	guest stops_the_guest.sh
	check a_stopped_guest_is_ended verdict stops_the_guest fail 'died or hung'
	guest passes.sh
	check success_reaches_the_exit_code exit_code_is 0
}

# Lines as kernels say them, each a complaint; and what only looks like one.
complaints_are_known() {
	local line
	mkdir -p "$WORK/kernel"
	while IFS= read -r line; do
		echo "[    1.0] $line" >"$WORK/kernel/line"
		echo "not seen: $line"
		complaint "$WORK" line
	done <<-END
	kernel BUG at net/core/dev.c:1234!
	invalid opcode: 0000 [#1] PREEMPT SMP NOPTI
	Oops: invalid opcode: 0000 [#1] PREEMPT SMP NOPTI
	rcu: INFO: rcu_preempt self-detected stall on CPU
	rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-... }
	INFO: rcu_tasks detected stalls on tasks:
	unregister_netdevice: waiting for nt0 to become free. Usage count = 2
	INFO: task kworker/0:1:12 blocked for more than 120 seconds.
	END
	echo 'rcu: RCU calculated value of scheduler-enlistment delay is 25 jiffies.' \
		>"$WORK/kernel/line"
	echo "taken for a complaint: $(<"$WORK/kernel/line")"
	! complaint "$WORK" line
}

# --- the cache ----------------------------------------------------------------------

use_own_cache() { NETTUNE_CACHE=$WORK/cache VM_LINKS=$WORK/links; }

# The folder of "thing" under a key.
cached() { printf '%s\n' "$NETTUNE_CACHE/thing-$(sha256sum <<<"$1" | cut -c1-12)"; }

half_made_is_remade() {
	(
		use_own_cache
		mkdir -p "$(cached key1)"
		# shellcheck disable=SC2317  # artefact calls it
		make_in() { echo made >"$1/file"; }
		artefact thing key1 maker
		[[ $(<"$VM_LINKS/thing/file") == made ]]
	)
}

changed_key_is_remade() {
	(
		use_own_cache
		# shellcheck disable=SC2317  # artefact calls it
		make_in() { echo again >"$1/file"; }
		artefact thing key1 maker
		[[ $(<"$VM_LINKS/thing/file") == made ]]
		artefact thing key2 maker
		[[ $(<"$VM_LINKS/thing/file") == again ]]
	)
}

failed_maker_leaves_the_old() {
	(
		use_own_cache
		# shellcheck disable=SC2317  # artefact calls it
		make_in() { echo broken >"$1/file"; return 3; }
		rc=0
		artefact thing key3 maker || rc=$?
		[[ $rc == 3 && $(<"$VM_LINKS/thing/file") == again ]]
		[[ ! -e $(cached key3) && ! -e $(cached key3).tmp ]]
	)
}

ended_build_goes_on() {
	(
		use_own_cache
		# shellcheck disable=SC2317  # artefact calls it
		make_in() { echo step >>"$1/file"; touch "$1/.resume"; [[ $(wc -l <"$1/file") == 2 ]]; }
		artefact thing key4 maker && exit 1
		artefact thing key4 maker
		[[ $(wc -l <"$VM_LINKS/thing/file") == 2 && ! -e $VM_LINKS/thing/.resume ]]
	)
}

# Both formats of apt's sources, with what makes them hard to read.
sources_are_understood() {
	local etc=$WORK/etc
	mkdir -p "$etc/sources.list.d"
	cat >"$etc/sources.list" <<-END
	# deb http://no.example/debian bookworm main
	deb-src http://no.example/debian bookworm main
	deb [arch=amd64 signed-by=/a b] http://one.example/debian bookworm contrib main # x
	END
	cat >"$etc/sources.list.d/x.sources" <<-END
	Types: deb deb-src
	URIs: http://two.example/debian
	Suites: trixie
	 trixie-updates
	# remark
	Components: main contrib

	Types: deb
	Enabled: no
	URIs: http://off.example/debian
	Suites: trixie
	Components: main
	END
	NETTUNE_APT_ETC=$etc apt_sources >"$WORK/seen"
	diff "$WORK/seen" - <<-END
	http://one.example/debian bookworm
	http://two.example/debian trixie
	http://two.example/debian trixie-updates
	END
}

no_network_is_a_skip() {
	mkdir -p "$WORK/offline"
	echo "deb file:///nowhere bookworm main" >"$WORK/offline/sources.list"
	NETTUNE_APT_ETC=$WORK/offline NETTUNE_CACHE=$WORK/empty VM_LINKS=$WORK/links \
		NETTUNE_RESULTS=$WORK/results2 \
		"$VM_DIR/run.sh" --no-build uml
	[[ $(cut -f 1-3 "$WORK/results2") == $'vm-uml\tguest\tskip' ]]
}

main() {
	check half_made_is_remade half_made_is_remade
	check changed_key_is_remade changed_key_is_remade
	check failed_maker_leaves_the_old failed_maker_leaves_the_old
	check ended_build_goes_on ended_build_goes_on
	check complaints_are_known complaints_are_known
	check apt_sources_are_understood sources_are_understood
	check no_network_is_a_skip no_network_is_a_skip
	if ! need_uml; then
		result vm-selftest guests skip 0 "no UML kernel here"
		return "$FAILED"
	fi
	make_broken_module
	make_scripts
	verdicts_in_one_guest
	kernels_are_chosen
	sanitizers
	guests_that_die
	say "selftest: $SECONDS s"
	return "$FAILED"
}

main
