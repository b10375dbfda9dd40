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

set_prio() { ip link set "$1" type bond_slave prio "$2" 2>/dev/null; }

# port_of NAME: it, with its queue, its priority, and what it is told to be.
port_of()
{
	ip -d -j link show dev "$1" | python3 -c 'import json, sys
link = json.load(sys.stdin)[0]
port = link["linkinfo"]["info_slave_data"]
print(link["ifname"], port["queue_id"], port.get("prio", 0), "up" if "UP" in link["flags"] else "down", sep=":")'
}

# state_of: all of the bond that must not get lost.
state_of()
{
	local mode ports

	read -r mode _ </sys/class/net/bond0/bonding/mode
	ports=$(tr ' ' '\n' </sys/class/net/bond0/bonding/slaves | sort | while read -r port; do
		port_of "$port"
	done | paste -sd,)
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
# A third port, which somebody keeps down; two have queues and priorities of their own.
ip link add p2 type veth peer name q2
ip link set p2 master bond0
ip link set p2 down
ip link set p0 type bond_slave queue_id 3
ip link set p1 type bond_slave queue_id 1
ip link set p2 type bond_slave queue_id 2
prio0=0 prio1=0 prio2=0
# Linux before 6.0 and iproute2 before 6.0 know of no priorities.
if set_prio p0 10 && set_prio p1 -5 && set_prio p2 4; then
	prio0=10 prio1=-5 prio2=4
else
	echo "no priorities here: not tried"
fi
old="active-backup p0:3:$prio0:up,p1:1:$prio1:up,p2:2:$prio2:down 02:00:00:00:00:b0 1 1"
# The kernel has priorities in modes with an active port only.
new="balance-xor p0:3:0:up,p1:1:0:up,p2:2:0:down 02:00:00:00:00:b0 1 1"
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
ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 nud permanent dev bond0.5
nt bond enable bond0 --nft --allow-disruptive
expect 3 "permanent neighbour 192.0.2.9 of bond0.5"
ip neigh del 192.0.2.9 dev bond0.5
ip neigh add proxy 192.0.2.20 dev bond0
nt bond enable bond0 --nft --allow-disruptive
expect 3 "proxy for 192.0.2.20 of bond0"
ip neigh del proxy 192.0.2.20 dev bond0
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
