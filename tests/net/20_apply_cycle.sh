#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Apply, apply again, change one line, roll back, revert: each checked by other programs.
. "$(dirname "$0")/lib.sh"

dump >"$TMPDIR/before"
profile cycle <<'P'
[Profile]
Name=cycle

[Sysctl]
# Long enough for a busy listener.
net.core.somaxconn = 12345
net.ipv4.tcp_keepalive_time = 10min
net.ipv4.tcp_fin_timeout = 15s
net.ipv4.tcp_rmem >= 8KiB 256KiB 1MiB
P
old_rmem=$(value net.ipv4.tcp_rmem)

nt apply "$profile"
expect 0 "committed"
expect_value net.core.somaxconn 12345
expect_value net.ipv4.tcp_keepalive_time 600
expect_value net.ipv4.tcp_fin_timeout 15
read -r -a rmem <<<"$(value net.ipv4.tcp_rmem)"
read -r -a old <<<"$old_rmem"
[[ ${rmem[0]} -ge 8192 && ${rmem[1]} -ge 262144 && ${rmem[2]} -ge ${old[2]} ]] ||
	die "tcp_rmem is ${rmem[*]}: at least 8192 262144, and not below ${old[2]}"

nt apply --json "$profile"
expect 0 '"writes": 0'
nt verify "$profile"
expect 0 "4 of 4 comply"
nt status
expect 0 "in effect"

sed -i 's/12345/23456/' "$profile"
nt apply --json "$profile"
expect 0 '"writes": 1'
expect_value net.core.somaxconn 23456

nt rollback
expect 0 "committed"
expect_value net.core.somaxconn 12345
expect_value net.ipv4.tcp_keepalive_time 600

sysctl -qw net.ipv4.tcp_fin_timeout=33
nt status
expect 4 "drift"
nt revert
expect 5 "somebody else set it to 33"
expect_value net.ipv4.tcp_fin_timeout 33
nt revert --force
expect 0
nt revert
expect 0 "nothing to revert"
dump >"$TMPDIR/after"
diff "$TMPDIR/before" "$TMPDIR/after" || die "revert did not restore everything"
nt history
expect 0 "rolled back"
