#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Balance-slb by rules of nft: each frame comes in once, at failover too, and nothing stays behind.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=bonds.sh
. "$(dirname "$0")/bonds.sh"
bond_scene "$@"
modprobe -q nf_tables 2>/dev/null
"$NETTUNECTL" --version | grep -q 'libnftables.* installed' || { echo "SKIP: no libnftables"; exit 77; }
trap 'kill "$keeper" 2>/dev/null' EXIT
keeper=

has_table() { nft list table netdev nettune-slb-bond0 >/dev/null 2>&1; }
lacks_table() { ! has_table; }
# shellcheck disable=SC2317 # wait_for calls it
says() { grep -q -- "$1" "$TMPDIR/run.out"; }

start_run()
{
	"$NETTUNECTL" bond run bond0 >"$TMPDIR/run.out" 2>&1 &
	keeper=$!
	wait_for says "active port p"
	has_table || die "no table"
}

end_run()
{
	kill -TERM "$keeper"
	wait "$keeper" || die "bond run: exit code $?: $(cat "$TMPDIR/run.out")"
}

bond_topology
nt bond create bond0
expect 0 "committed"
[ "$(cat /sys/class/net/bond0/bonding/mode)" = "balance-xor 2" ] || die "mode"
[ "$(cat /sys/class/net/bond0/bonding/xmit_hash_policy)" = "vlan+srcmac 5" ] || die "policy"
bond_ports

echo "== without anybody"
nt bond check bond0
expect 4 "nobody does balance-slb"
arrives 20 ext:e0 vm:e0 broadcast $far 10
nt bond status bond0
expect 0 "balance-slb: off"

echo "== by rules"
start_run
for source in $even $odd; do
	arrives 0 vm:e0 vm:e0 broadcast "$source" 10
	arrives 0 vm:e0 vm:e0 broadcast "$source" 10 5
	arrives 0 vm:e0 vm:e0 garp "$source" 3
done
arrives 10 ext:e0 vm:e0 broadcast $far 10
arrives 10 ext:e0 vm:e0 broadcast $far 10 5
arrives 10 ext:e0 vm:e0 multicast $far 10
arrives 5 sw:q0 -:p0 lldp $far 5
arrives 5 sw:q1 -:p1 lldp $far 5
# A machine that sent from here announces itself from there: it has moved.
for kind in garp rarp; do
	[ $kind = garp ] && source=02:00:00:00:aa:14 || source=02:00:00:00:aa:15
	arrives 10 vm:e0 ext:e0 broadcast "$source" 10
	arrives 1 ext:e0 vm:e0 "$kind" "$source" 1
	arrives 10 ext:e0 vm:e0 broadcast "$source" 10
done

echo "== failover"
ip -n sw link set q0 down
wait_for says "active port p1"
arrives 10 ext:e0 vm:e0 broadcast $far 10
ip -n sw link set q0 up
wait_for has_carrier p0
arrives 10 ext:e0 vm:e0 broadcast $far 10
nft flush ruleset
wait_for says "are there again"
arrives 10 ext:e0 vm:e0 broadcast $far 10
nt bond status bond0
expect 0 "by rules of nft"
end_run
has_table && die "the table stayed"

echo "== killed"
start_run
kill -KILL "$keeper"
wait "$keeper" 2>/dev/null
has_table || die "no table after SIGKILL, and nothing to take over"
start_run
arrives 10 ext:e0 vm:e0 broadcast $far 10
end_run
has_table && die "the table of one that was killed stayed"

echo "== as a transaction"
start_run
nt bond enable bond0 --nft
expect 3 "bond run"
kill -KILL "$keeper"
wait "$keeper" 2>/dev/null
nt bond disable bond0
expect 0 "removed the rules of 'bond run'"
lacks_table || die "the table of one that was killed stayed"
nt bond enable bond0
expect 6 "nettune.ko"
nt bond enable bond0 --nft
expect 0 "is not recognised"
has_table || die "no table"
arrives 10 ext:e0 vm:e0 broadcast $far 10
start_run
end_run
has_table || die "what a transaction made went with bond run"
nt bond disable bond0
expect 0 "committed"
lacks_table || die "the table stayed"
nt bond disable bond0
expect 0 "0 writes"
nt rollback
expect 0 ""
has_table || die "rollback did not bring the rules back"
nt bond enable bond0 --nft --confirm 10
expect 0 "0 writes"
nt revert
lacks_table || die "revert left the rules"
exit 0
