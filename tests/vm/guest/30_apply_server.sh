#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 240 s
# The built-in profile on a whole host, through userspace and through the module: what the command
# says, what other programs read, and what the module has counted must agree.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

dump() {
	sysctl -a 2>/dev/null | grep -E '^net\.' | grep -vE 'conntrack_count|random|uuid|tcp_available|tcp_allowed'
}

# json EXPRESSION: of the last output; "d" is the document.
json() {
	python3 -c "import json; d = json.load(open('/tmp/out.json')); print($1)"
}

apply_json() {
	local rc=0
	"$NETTUNECTL" --json apply server >/tmp/out.json || rc=$?
	[[ $rc == 0 || $rc == 5 ]] || fail "apply: exit $rc: $(cat /tmp/out.json)"
}

# Every value that was applied, read by sysctl(8).
check_applied() {
	local key wanted is n=0
	while read -r key wanted; do
		is=$(sysctl -n "$key" | tr -s '\t ' ' ')
		[[ $is == "$wanted" ]] || fail "$key is $is, not $wanted"
		n=$((n + 1))
	done < <(json "'\n'.join(c['tunable'] + ' ' + c['readback'] for c in d['changes']
		if c['outcome'] == 'applied' and c['domain'] == 'sysctl')")
	((n >= 12)) || fail "only $n values were applied"
	echo "$n values read back by sysctl"
}

cycle() {
	local backend=$1
	dump >/tmp/before
	apply_json
	[[ $(json "d['backend']") == "$backend" ]] || fail "backend is $(json "d['backend']")"
	[[ $(json "d['state']") == committed ]] || fail "state is $(json "d['state']")"
	for outcome in failed undone blocked; do
		[[ $(json "d['summary']['$outcome']") == 0 ]] || fail "$outcome: $(cat /tmp/out.json)"
	done
	check_applied
	[[ $(sysctl -n net.ipv4.tcp_congestion_control) == bbr ]] || fail "bbr is not in force"
	[[ $(sysctl -n net.core.default_qdisc) == fq ]] || fail "fq is not the default"
	"$NETTUNECTL" -q status || fail "status: $?"
	cp /tmp/out.json /tmp/first.json
	apply_json
	[[ $(json "d['writes']") == 0 ]] || fail "the second apply wrote $(json "d['writes']") times"
	"$NETTUNECTL" -q revert || fail "revert: $?"
	dump >/tmp/after
	diff /tmp/before /tmp/after || fail "revert did not restore everything"
}

cycle user

module_load
done_before=$(counter ops_done)
cycle kernel
files=$(python3 -c "import json; d = json.load(open('/tmp/first.json'))
print(sum(c['outcome'] == 'applied' and c['domain'] == 'sysctl' for c in d['changes']))")
done_after=$(counter ops_done)
# Once by apply, once by revert.
((done_after - done_before >= files)) ||
	fail "the module counted $((done_after - done_before)) operations for $files values"
echo "the module did $((done_after - done_before)) operations"
