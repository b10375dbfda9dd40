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
used() { [ "$(cat "/sys/class/net/$1/bonding_slave/mii_status")" = up ]; }
# shellcheck disable=SC2317 # wait_for calls it
says() { grep -q -- "$1" "$TMPDIR/run.out"; }

# reports_leave_by PORT OTHER: whichever the bond sends a machine's other frames through.
reports_leave_by()
{
	local kind source

	for kind in igmp mld; do
		for source in $even $odd; do
			arrives 5 vm:e0 sw:"$1" "$kind" "$source" 5
			arrives 0 vm:e0 sw:"$2" "$kind" "$source" 5
		done
	done
}

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
expect 4 "nettune.ko is not loaded"
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

reports_leave_by q0 q1
arrives 5 vm:e0 sw:q0 igmp $odd 5 7

echo "== failover"
ip -n sw link set q0 down
wait_for says "active port p1"
arrives 10 ext:e0 vm:e0 broadcast $far 10
ip -n sw link set q0 up
wait_for used p0
reports_leave_by q1 q0
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

echo "== one at a time"
start_run
for verb in run "enable --nft" enable disable; do
	# shellcheck disable=SC2086 # a verb and its option
	set -- $verb
	nt bond "$1" bond0 ${2:+"$2"}
	expect 8 "bond0: held by pid $keeper (bond run bond0)"
done
has_table || die "what was refused removed the table"
# Of the same name, and another bond.
ip netns exec ext ip link add bond0 type bond mode balance-xor xmit_hash_policy vlan+srcmac
ip netns exec ext "$NETTUNECTL" bond run bond0 >"$TMPDIR/ext.out" 2>&1 &
other=$!
wait_for grep -q "active port" "$TMPDIR/ext.out"
kill -TERM "$other"
wait "$other" || die "bond run elsewhere: exit code $?: $(cat "$TMPDIR/ext.out")"
ip -n ext link del bond0
end_run
compgen -G "$NETTUNE_STATE_DIR/bond-*.lock" && die "a lock stayed"

echo "== as a transaction"
start_run
kill -KILL "$keeper"
wait "$keeper" 2>/dev/null
nt bond enable bond0 --nft
expect 3 "bond run"
nt bond disable bond0
expect 0 "a 'bond run' left which was killed"
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
# What a rollback removes is not to last, though a run that is there puts it back.
start_run
nt rollback
expect 0 ""
wait_for says "are there again"
end_run
has_table && die "what was rolled back lasts"
nt bond enable bond0 --nft
expect 0 "committed"

echo "== under a run the bond changes"
start_run
ip link set bond0 type bond xmit_hash_policy layer2
wait "$keeper"
[ $? -eq 6 ] || die "bond run went on with another policy"
says "is not set up for balance-slb" || die "not in these words: $(cat "$TMPDIR/run.out")"
has_table || die "what a transaction made went"
ip link set bond0 type bond xmit_hash_policy vlan+srcmac
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
