#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What status, verify and history tell a person: who else sets a value, what differs, how it ended,
# and colours only where a terminal shows them.
. "$(dirname "$0")/lib.sh"
private_run "$@"
mount -t tmpfs tmpfs /etc/sysctl.d || { echo "SKIP: no /etc/sysctl.d here"; exit 77; }
printf '# of another\n\nnet.core.somaxconn = 8192\n' >/etc/sysctl.d/90-web.conf

profile views <<'P'
[Sysctl]
net.core.somaxconn = 1111
net.ipv4.tcp_retries1 = 7
P

nt verify "$profile"
expect 4 "net.core.somaxconn: also set by /etc/sysctl.d/90-web.conf:3 (to 8192)"
expect 4 "0 of 2 comply"
nt -q apply "$profile"
nt verify "$profile"
expect 0 "2 of 2 comply"
! grep -q "also set" <<<"$out" || die "what complies is shown without -v"
nt -v verify "$profile"
expect 0 "also set by /etc/sysctl.d/90-web.conf:3"
nt status
expect 0 "net.core.somaxconn: also set by /etc/sysctl.d/90-web.conf:3 (to 8192)"
sysctl -qw net.ipv4.tcp_retries1=3
nt verify "$profile"
expect 4 "1 of 2 comply"
grep -qE '^host +net.ipv4.tcp_retries1 +7 +3 +differs$' <<<"$out" || die "no row of what differs"
nt status
expect 4 "1 of 2 values drifted: somebody else changed it"
nt history
grep -qE '^1 .* 2 of 2 +[0-9.]+ ms +in effect$' <<<"$out" || die "no duration and outcome"

# on_terminal ARGS...: what a terminal gets of it.
on_terminal()
{
	python3 - "$NETTUNECTL" "$@" <<'P'
import os
import pty
import sys

pid, fd = pty.fork()
if not pid:
    os.execv(sys.argv[1], sys.argv[1:])
text = b""
try:
    while more := os.read(fd, 65536):
        text += more
except OSError:
    pass
os.waitpid(pid, 0)
sys.stdout.buffer.write(text)
P
}

export TERM=xterm
for command in status "verify $profile" history "plan $profile"; do
	# shellcheck disable=SC2086 # words
	set -- $command
	! "$NETTUNECTL" "$@" | grep -q $'\033' || die "$command: colours in a pipe"
	on_terminal "$@" | grep -q $'\033' || die "$command: no colours on a terminal"
	! NO_COLOR=1 on_terminal "$@" | grep -q $'\033' || die "$command: colours against NO_COLOR"
	! TERM=dumb on_terminal "$@" | grep -q $'\033' || die "$command: colours on a dumb terminal"
done
sysctl -qw net.ipv4.tcp_retries1=7
nt -q revert
