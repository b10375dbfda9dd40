#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# A bond in use gets another mode: with consent only, whole again afterwards, and whatever kills it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=bonds.sh
. "$(dirname "$0")/bonds.sh"
bond_scene "$@"
modprobe -q nf_tables 2>/dev/null
modprobe -q 8021q 2>/dev/null
"$NETTUNECTL" --version | grep -q 'libnftables.* installed' || { echo "SKIP: no libnftables"; exit 77; }

# state_of: all of the bond that must not get lost.
state_of()
{
	local mode ports

	read -r mode _ </sys/class/net/bond0/bonding/mode
	ports=$(tr ' ' '\n' </sys/class/net/bond0/bonding/slaves | sort | paste -sd,)
	printf '%s %s %s %s %s\n' "$mode" "$ports" "$(cat /sys/class/net/bond0/address)" \
		"$(ip -o link show dev bond0 up | grep -c master)" "$(ip -o link show dev bond0.5 up | wc -l)"
}

expect_state()
{
	local is

	wait_for has_carrier bond0
	is=$(state_of)
	[ "$is" = "$1" ] || die "the bond is '$is', expected '$1'"
}

bond_topology
# An address of its own, which the bond would lose with its ports.
ip link add bond0 address 02:00:00:00:00:b0 type bond mode active-backup miimon 100
bond_ports
ip link add link bond0 name bond0.5 type vlan id 5
ip link set bond0.5 up
old="active-backup p0,p1 02:00:00:00:00:b0 1 1"
new="balance-xor p0,p1 02:00:00:00:00:b0 1 1"
expect_state "$old"

echo "== only with consent"
nt bond enable bond0 --nft
expect 3 "--allow-disruptive"
expect_state "$old"
nt bond enable bond0 --nft --allow-disruptive
expect 0 "committed"
expect_state "$new"
arrives 10 ext:e0 vm:e0 broadcast $far 10
nt bond enable bond0 --nft
expect 0 "0 writes"
nt rollback
expect 0 ""
expect_state "$old"
nft list table netdev nettune-slb-bond0 2>/dev/null && die "rollback left the rules"

echo "== by a profile"
profile bond <<'P'
[Bond "bond0"]
Mode = balance-xor
XmitHashPolicy = vlan+srcmac
Slb = nft
P
nt apply "$profile"
expect 5 "--allow-disruptive"
nft list table netdev nettune-slb-bond0 2>/dev/null && die "balance-slb in the wrong mode"
nt -q revert
expect_state "$old"
nt apply --allow-disruptive "$profile"
expect 0 "committed"
expect_state "$new"
nt revert
expect 0 ""
expect_state "$old"

echo "== what would be lost"
sysctl -qw net.ipv6.conf.bond0/5.disable_ipv6=0
ip addr add 2001:db8::1/64 dev bond0.5
nt bond enable bond0 --nft --allow-disruptive
expect 3 "address 2001:db8::1/64 of bond0.5"
ip addr del 2001:db8::1/64 dev bond0.5
sysctl -qw net.ipv6.conf.bond0/5.disable_ipv6=1
ip addr add 192.0.2.5/24 dev bond0.5
ip route add 198.51.100.0/24 via 192.0.2.9 dev bond0.5
nt bond enable bond0 --nft --allow-disruptive
expect 3 "route to 198.51.100.0/24 by bond0.5"
ip route del 198.51.100.0/24
ip link set bond0.5 down
nt bond enable bond0 --nft --allow-disruptive
expect 3 "VLAN bond0.5"
ip link set bond0.5 up
ip link set bond0 type bond miimon 0
ip link set bond0 type bond arp_interval 100 arp_ip_target 192.0.2.9
nt bond enable bond0 --nft --allow-disruptive
expect 3 "arp_interval"
ip link set bond0 type bond arp_interval 0
ip link set bond0 type bond miimon 100
expect_state "$old"

echo "== where it carries you"
ip addr add 203.0.113.1/24 dev br0
ip -n ext addr add 203.0.113.2/24 dev e0
ip route add default via 203.0.113.2 dev br0
nt bond enable bond0 --nft --allow-disruptive
expect 3 "--confirm"
expect_state "$old"
nt bond enable bond0 --nft --allow-disruptive --confirm 10
expect 0 "awaits"
expect_state "$new"
nt rollback
expect 0 ""
expect_state "$old"
ip route del default

echo "== killed"
strace -o /dev/null true 2>/dev/null || { echo "no strace: not tried"; exit 0; }
enable=("$NETTUNECTL" -q bond enable bond0 --nft --allow-disruptive)
# At which of its requests it changes a device; each one is then its last, or every second one.
strace -qq -o "$TMPDIR/trace" -e trace=sendmsg "${enable[@]}" || die "not under strace"
nt -q rollback
expect_state "$old"
mapfile -t changes < <(grep '^sendmsg(' "$TMPDIR/trace" | grep -n 'nlmsg_type=RTM_NEWLINK' | cut -d: -f1)
[ ${#changes[@]} -ge 8 ] || die "changes of devices: ${changes[*]}"
torn=0
for ((i = 1; i < ${#changes[@]}; i += ${NETTUNE_KILL_STEP:-2})); do
	strace -qq -o /dev/null -e trace=sendmsg \
		-e inject=sendmsg:signal=KILL:when="${changes[i]}" "${enable[@]}" >"$TMPDIR/out" 2>&1
	rc=$?
	[ $rc -eq 137 ] || die "request ${changes[i]}: exit $rc: $(cat "$TMPDIR/out")"
	is=$(state_of)
	[ "$is" = "$old" ] || [ "$is" = "$new" ] || torn=$((torn + 1))
	nt recover
	expect 0 "the old state is back"
	expect_state "$old"
done
echo "killed at changes ${changes[*]}: $torn times with the bond in pieces"
[ $torn -gt 0 ] || die "never in the middle"
exit 0
