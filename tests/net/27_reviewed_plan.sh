#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A reviewed plan: planned, read by somebody, applied, verified and taken back; stale and edited ones.
. "$(dirname "$0")/lib.sh"

sysctl -qw net.ipv4.tcp_retries1=3 net.ipv4.tcp_synack_retries=5 net.ipv4.ip_local_reserved_ports=
dump >"$TMPDIR/before"
profile reviewed <<'P'
[Sysctl]
# Doubt a route later.
net.ipv4.tcp_retries1 = 4
net.ipv4.tcp_synack_retries >= 6
net.ipv4.ip_local_reserved_ports = 8080,9000-9001
net.ipv4.tcp_rmem = 4KiB 128KiB 8MiB
P
plan=$TMPDIR/plan.json

# plan_into FILE: as somebody would keep it for review
plan_into()
{
	"$NETTUNECTL" --json plan "$profile" >"$1" || die "no plan"
	chmod 600 "$1"
}

# nothing_changed: neither the host nor the journal
nothing_changed()
{
	dump | diff "$TMPDIR/before" - || die "the host was changed"
}

plan_into "$plan"
nothing_changed
nt apply --plan "$plan"
expect 0 "4 writes"
expect_value net.ipv4.tcp_retries1 4
expect_value net.ipv4.tcp_synack_retries 6
expect_value net.ipv4.ip_local_reserved_ports 8080,9000-9001
expect_value net.ipv4.tcp_rmem "4096 131072 8388608"
nt verify "$profile"
expect 0
nt apply "$profile"
expect 0 "0 writes"
nt revert
expect 0
nothing_changed

# An empty value of before is held to as well as any other.
sysctl -qw net.ipv4.ip_local_reserved_ports=7
nt apply --plan "$plan"
expect 3 "net.ipv4.ip_local_reserved_ports changed from nothing to 7 since it was planned"
sysctl -qw net.ipv4.ip_local_reserved_ports=
nothing_changed

# One stale value among many: nothing at all is written.
sysctl -qw net.ipv4.tcp_synack_retries=9
nt apply --plan "$plan"
expect 3 "net.ipv4.tcp_synack_retries changed from 5 to 9 since it was planned"
expect_value net.ipv4.tcp_retries1 3
sysctl -qw net.ipv4.tcp_synack_retries=5
nothing_changed

# Every line of the document, taken away: refused. But for the one name in its list of profiles.
lines=$(wc -l <"$plan")
for ((i = 1; i <= lines; i++)); do
	! sed -n "${i}p" "$plan" | grep -qF "\"$profile\"" || continue
	sed "${i}d" "$plan" >"$TMPDIR/cut.json"
	"$NETTUNECTL" -q apply --plan - <"$TMPDIR/cut.json" 2>"$TMPDIR/err"
	rc=$?
	[ "$rc" -eq 2 ] || die "without line $i: exit code $rc: $(sed -n "${i}p" "$plan"): $(cat "$TMPDIR/err")"
done
nothing_changed

# Changes struck out by the reviewer with their settings are not made, the others are.
python3 - "$plan" "$TMPDIR/less.json" <<'P' || die "cannot edit"
import json
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    document = json.load(f)
document["changes"] = [c for c in document["changes"] if "retries" in c["tunable"]]
document["settings"] = [s for s in document["settings"] if "retries" in s["key"]]
with open(sys.argv[2], "w", encoding="utf-8") as f:
    json.dump(document, f)
P
chmod 600 "$TMPDIR/less.json"
nt apply --plan "$TMPDIR/less.json"
expect 0 "2 writes"
expect_value net.ipv4.ip_local_reserved_ports ""
nt revert
expect 0
nothing_changed

# Another namespace is another host.
unshare -n "$NETTUNECTL" apply --plan - <"$plan" >"$TMPDIR/out" 2>&1
[ $? -eq 3 ] || die "applied in another namespace: $(cat "$TMPDIR/out")"
grep -q 'another network namespace' "$TMPDIR/out" || die "without saying so: $(cat "$TMPDIR/out")"

# On trial, and taken back by its guardian.
nt apply --confirm 600 --plan "$plan"
expect 0 "awaits confirmation"
nt rollback
expect 0
nothing_changed
