# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The runners themselves: what should fail does.
set -euo pipefail
cd "$TMPDIR"
export NETTUNE_RESULTS=$TMPDIR/rows NETTUNE_LOGS=$TMPDIR

tests=$NETTUNE_ROOT/tests
fail() { echo "FAIL: $*"; exit 1; }
# The status of the last row.
status() { tail -n 1 "$NETTUNE_RESULTS" | cut -f3; }

golden()
{
	printf '%s\n' "$@" >g.t
	"$tests/cli/run.py" --suite self g.t || true
}

golden '$ echo hello' 'hello'
[ "$(status)" = pass ] || fail "a golden that matches must pass"
golden '$ echo hello' 'goodbye'
[ "$(status)" = fail ] || fail "a golden that differs must fail"
golden '$ exit 3' '? 4'
[ "$(status)" = fail ] || fail "another exit code must fail"
golden '$ false'
[ "$(status)" = fail ] || fail "an exit code that is not written must be 0"
golden '$ printf "a\nb\nc\n"' '...' '[bc] (re)'
[ "$(status)" = pass ] || fail "... and (re) must match"
golden '$ printf "a\nb\n"' '...' 'a'
[ "$(status)" = fail ] || fail "lines past the last expected one must fail"
golden '$ printf "a\n"' 'a' 'b'
[ "$(status)" = fail ] || fail "a line that is not printed must fail"
golden 'words'
[ "$(status)" = fail ] || fail "a file without a command must fail"
golden '$ printf "x\n> y\n\n"' 'x' '\> y' '<empty>'
[ "$(status)" = pass ] || fail "output that reads as syntax can be written down"
NETTUNE_GUEST=0 golden 'needs guest' '$ false'
[ "$(status)" = skip ] || fail "a need that is not met must skip"

golden 'needs netns' '$ echo 5 >/proc/sys/net/ipv4/tcp_retries1' '$ cat /proc/sys/net/ipv4/tcp_retries1' '5'
[[ $(status) = pass || $(status) = skip ]] || fail "a file's commands must share one namespace"
golden 'needs unprivileged' '$ touch own && test ! -O /'
[[ $(status) = pass || $(status) = skip ]] || fail "an unprivileged golden must not be root, and can write"

printf '%s\n' '$ echo new; exit 2' 'old' '' '$ echo kept' 'k.* (re)' >g.t
"$tests/cli/run.py" --suite self --update g.t || true
[ "$(sed -n 2,3p g.t | paste -sd' ')" = "new ? 2" ] || fail "--update must write what is printed"
grep -qF 'k.* (re)' g.t || fail "--update must keep what matches"

script()
{
	printf '%s\n' "$@" >s.sh
	"$tests/run_scripts.sh" self s.sh || true
}

script 'exit 0'
[ "$(status)" = pass ] || fail "exit 0 must pass"
script 'exit 1'
[ "$(status)" = fail ] || fail "exit 1 must fail"
script 'echo "SKIP: no such device"' 'exit 77'
[ "$(status)" = skip ] || fail "77 with a reason must skip"
script 'exit 77'
[ "$(status)" = fail ] || fail "77 without a reason must fail"
script '# limit: 1 s' 'read -r -t 30 <> <(:)' 'exit 0'
[ "$(status)" = fail ] || fail "a script past its time limit must fail"

# A whole run in which kernels were asked for and none could be had has tested nothing of them.
mkdir -p tree/tests/vm tree/scripts tree/profiles
cp "$tests/run.sh" "$tests/results.sh" tree/tests
printf '#!/bin/sh\n' | tee tree/scripts/deps.sh >tree/scripts/as_owner.sh
cat >tree/tests/vm/run.sh <<'S'
#!/bin/sh
printf 'vm-%s\tkbuild\tpass\t0\t\nvm-%s\tguest\t%s\t0\tbecause\n' "$1" "$1" "$GUEST" >>"$NETTUNE_RESULTS"
S
chmod 755 tree/scripts/* tree/tests/vm/run.sh
run_all() { NO_INSTALL=1 NETTUNE_RESULTS=$PWD/all GUEST=$1 PARTS=$2 tree/tests/run.sh >run.out 2>&1; }
run_all pass "build uml" || fail "a guest that passes must pass: $(cat run.out)"
! run_all skip "build uml 6.1" || fail "no kernel tested must fail"
grep -qF 'no guest kernel was tested' run.out || fail "it must say so: $(cat run.out)"
run_all pass "uml 6.1 6.12" || fail "both lanes must pass: $(cat run.out)"
[ "$(cut -f1 all | sort -u | paste -sd' ')" = "vm-6.1 vm-6.12 vm-uml" ] || fail "rows of a lane are lost: $(cat all)"
! run_all fail "uml 6.1" || fail "a failure in a lane must fail"
grep -qF '2 passed, 2 failed, 0 skipped' run.out || fail "failures of both lanes must be counted: $(cat run.out)"
# A lane whose shell is killed.
# shellcheck disable=SC2016  # the words of the copy
sed -i 's|^do_part()|do_part() { [ "$1" = uml ] \|\| kill -KILL "$BASHPID"; row "vm-$1" kbuild pass =0 ""; }\nunused()|' tree/tests/run.sh
! run_all pass "uml 6.1 6.12" || fail "a lane that died must fail"
grep -qF '6.12/6.12: its lane died before it' run.out || fail "without saying so: $(cat run.out)"
cp "$tests/run.sh" tree/tests
run_all skip "build" || fail "kernels that were left out must not be missed: $(cat run.out)"

# bug NAME WORDS...: a fuzzer called NAME that says so
bug()
{
	printf '%s\n' '#!/bin/sh' "echo '${*:2}'" >"$1"
	chmod +x "$1"
	"$tests/run_planted.sh" "$1" || true
}

bug "$TMPDIR/expr_word" 'SUMMARY: AddressSanitizer: stack-buffer-overflow a.c:1:2 in f'
[ "$(status)" = pass ] || fail "a planted bug that is found must pass"
bug "$TMPDIR/expr_word" 'Done 20000 runs'
[ "$(status)" = fail ] || fail "a planted bug that is not found must fail"
bug "$TMPDIR/expr_word" 'SUMMARY: libFuzzer: timeout'
[ "$(status)" = fail ] || fail "a slow run is no finding"
bug "$TMPDIR/txn_endless" 'SUMMARY: libFuzzer: timeout'
[ "$(status)" = pass ] || fail "a bug that never ends is found by the time it takes"

printf '%s\n' '# c' 'target expr' 'file ctl/core/expr.c' '- no such line' '+ x' >gone.def
! "$tests/fuzz/plant.py" gone.def copy.c 2>err || fail "a line that is not there any more must be an error"
grep -q '0 times the line: no such line' err || fail "without saying so: $(cat err)"
printf '%s\n' 'exit 0' >fuzz_nonesuch
"$tests/run_cover.sh" "$TMPDIR/fuzz_nonesuch" || true
[ "$(status)" = fail ] || fail "a fuzzer without a parser must fail"
