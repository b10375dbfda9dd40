#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Balance-slb by nettune.ko: enabled and disabled as a transaction, told by status, watch and check.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=bonds.sh
. "$(dirname "$0")/bonds.sh"
bond_scene "$@"
[ -d /sys/module/nettune ] || { echo "SKIP: nettune.ko is not loaded"; exit 77; }

# counter NAME: of the bond, from JSON.
counter()
{
	"$NETTUNECTL" --json bond status bond0 | python3 -c '
import json, sys
print(json.load(sys.stdin)["counters"][sys.argv[1]])' "$1"
}

at_least()
{
	local is

	is=$(counter "$2")
	[ "$is" -ge "$1" ] || die "counter $2 is $is, expected $1 at least"
}

bond_topology
nt bond create bond0
expect 0 "committed"
bond_ports
nt --json bond status bond0
grep -q '"module": true' <<<"$out" || { echo "SKIP: this nettune.ko has no balance-slb"; exit 77; }

echo "== on and off"
nt bond enable bond0 --macs 1000
expect 2 "power of two"
nt bond enable bond0 --macs 1024 --preferred p1
expect 0 "committed"
nt bond status bond0
expect 0 "of 1024 addresses"
expect 0 "active port: p1"
for source in $even $odd; do
	arrives 0 vm:e0 vm:e0 broadcast "$source" 10
	arrives 0 vm:e0 vm:e0 garp "$source" 3
done
arrives 10 ext:e0 vm:e0 broadcast $far 10
at_least 10 mc-nonactive
at_least 2 tx-learned
nt bond enable bond0 --macs 1024 --preferred p1
expect 0 "0 writes"

echo "== told"
"$NETTUNECTL" --json bond status bond0 >"$TMPDIR/status.json" || die "status"
"$NETTUNECTL" --json bond check bond0 >"$TMPDIR/check.json"
for file in status check; do
	"$here/../cli/validate.py" <"$TMPDIR/$file.json" || die "$file"
done
nt bond check bond0
expect 0 "note switch"
"$NETTUNECTL" bond watch bond0 >"$TMPDIR/watch.out" &
watch=$!
wait_for grep -q "slb module, active p1" "$TMPDIR/watch.out"
kill -INT $watch
wait $watch || die "watch: exit code $?"
nt bond run bond0
expect 8 "nettune.ko does balance-slb"
nft flush ruleset 2>/dev/null
arrives 10 ext:e0 vm:e0 broadcast $far 10

echo "== taken back"
nt rollback
expect 0 ""
nt bond status bond0
expect 0 "balance-slb: off"
if "$NETTUNECTL" --version | grep -q 'libnftables.* installed'; then
	nt bond enable bond0
	expect 0 "committed"
	nt bond disable bond0
	expect 0 "committed"
	"$NETTUNECTL" bond run bond0 >"$TMPDIR/run.out" 2>&1 &
	keeper=$!
	wait_for grep -q "active port" "$TMPDIR/run.out"
	# Takes back the disable, which was before the run.
	nt rollback
	expect 0 ""
	wait $keeper || die "bond run: exit code $?: $(cat "$TMPDIR/run.out")"
	grep -q "nettune.ko does balance-slb now" "$TMPDIR/run.out" || die "not in these words"
	nft list table netdev nettune-slb-bond0 2>/dev/null && die "both do it"
	nt bond disable bond0
	expect 0 "committed"
fi
arrives 20 ext:e0 vm:e0 broadcast $far 10
nt bond enable bond0
expect 0 "committed"
nt bond disable bond0
expect 0 "committed"
nt bond check bond0
expect 4 "nobody does balance-slb"
nt bond enable bond0 --confirm 10
expect 0 "awaits"
nt confirm
expect 0 "confirmed"
nt revert
expect 5 "take them out first"
ip link set p0 nomaster
ip link set p1 nomaster
nt revert
expect 0 ""
[ ! -e /sys/class/net/bond0 ] || die "revert left the bond"
exit 0
