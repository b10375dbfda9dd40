#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The question of apply --confirm on a terminal: each answer, and none.
. "$(dirname "$0")/lib.sh"

profile dialogue <<'P'
[Sysctl]
net.core.somaxconn = 1111
P
was=$(value net.core.somaxconn)
trap '"$NETTUNECTL" -q rollback' EXIT

# converse SECONDS ANSWER: apply on a terminal; ANSWER is sent at the question. Exit code in $rc,
# what was on the screen in $out. ANSWER may be: hangup, elsewhere (somebody confirms), wait, early.
converse()
{
	out=$(/usr/bin/python3 - "$NETTUNECTL" "$profile" "$@" <<-'PY'
		import os, pty, select, subprocess, sys, time

		tool, profile, seconds, answer = sys.argv[1:]
		pid, terminal = pty.fork()
		if pid == 0:
		    os.execv(tool, [tool, "apply", "--backend", "user", "--confirm", seconds, profile])
		if answer == "early":
		    os.write(terminal, b"y")
		screen, sent = b"", answer == "wait"
		until = time.monotonic() + 40
		while time.monotonic() < until:
		    if not select.select([terminal], [], [], 1)[0]:
		        continue
		    try:
		        read = os.read(terminal, 4096)
		    except OSError:
		        break
		    screen += read
		    if sent or b"keep? [y/N]" not in screen:
		        continue
		    sent = True
		    if answer == "hangup":
		        os.close(terminal)
		        break
		    if answer == "elsewhere":
		        subprocess.run([tool, "confirm"], check=True, stdin=subprocess.DEVNULL,
		                       stdout=subprocess.DEVNULL)
		    else:
		        keys = {"enter": b"\n", "ctrl-c": b"\x03", "ctrl-d": b"\x04", "early": b"\n"}
		        os.write(terminal, keys.get(answer, answer.replace("|", "\n").encode()))
		sys.stdout.write(screen.decode("utf-8", "replace"))
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	PY
	)
	rc=$?
	echo "apply --confirm $1, answer $2 -> $rc"
	printf '%s\n' "$out"
}

# A line ends with "|" here. Of several, the first that is an answer counts.
for answer in 'y|' 'Yes|' 'may|y|'; do
	converse 600 "$answer"
	expect 0 "is confirmed"
	expect_value net.core.somaxconn 1111
	nt -q revert
	expect 0
done
for answer in 'n|' 'No|' enter ctrl-c ctrl-d early 'maybe|n|' 'yum install nginx|n|' 'ls; cat y||'; do
	converse 600 "$answer"
	expect 1 "was rolled back"
	expect_value net.core.somaxconn "$was"
done
converse 600 elsewhere
expect 0 "is confirmed"
expect_value net.core.somaxconn 1111
nt -q revert

# Nobody is there any more: the guardian decides.
converse 600 hangup
expect_value net.core.somaxconn 1111
nt confirm
expect 0 "is confirmed"
nt -q revert
converse 2 wait
expect 1 "it was not confirmed within 2 s"
expect_value net.core.somaxconn "$was"

# Whoever wants JSON wants no question, terminal or not.
out=$(script -qec "'$NETTUNECTL' apply --json --confirm 600 '$profile'" /dev/null </dev/null)
rc=$?
expect 0 '"state": "awaiting-confirm"'
nt -q rollback
expect 0
expect_value net.core.somaxconn "$was"
