#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every sign of "bond check", brought about on a bond of this kernel: not there before, there, gone.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=bonds.sh
. "$(dirname "$0")/bonds.sh"
bond_scene "$@"
modprobe -q nf_tables 2>/dev/null

# signs: what check finds, a line each: "error mode".
signs()
{
	local rc=0

	"$NETTUNECTL" bond check bond0 >"$TMPDIR/check" || rc=$?
	[ $rc -eq 0 ] || [ $rc -eq 4 ] || die "bond check: exit code $rc" >&2
	grep -E '^(error|warning|note) ' "$TMPDIR/check"
}

# shellcheck disable=SC2317 # wait_for calls it
signs_have() { signs | grep -qx "$1"; }

# links_up N: the bond uses so many.
# shellcheck disable=SC2317 # wait_for calls it
links_up() { [ "$(grep -lx up /sys/class/net/p*/bonding_slave/mii_status | wc -l)" = "$1" ]; }

has()
{
	signs | grep -qx "$1" || die "check does not find: $1"
	echo "found: $1"
}

lacks()
{
	local found

	found=$(signs) || die "check finds nothing at all"
	! grep -q " $1\$" <<<"$found" || die "check finds $1, which is not so"
}

# sign "SEVERITY ID" MAKE UNMAKE: two commands, each a string.
sign()
{
	lacks "${1#* }"
	eval "$2" || die "$2"
	has "$1"
	eval "$3" || die "$3"
	lacks "${1#* }"
}

bond() { ip link set bond0 type bond "$@"; }

# mode NAME: the bond is out of the bridge, and without ports for a moment.
mode()
{
	local port

	for port in p0 p1; do ip link set $port nomaster; done
	ip link set bond0 down
	bond mode "$1" || return 1
	for port in p0 p1; do
		ip link set $port down
		ip link set $port master bond0
		ip link set $port up
	done
	ip link set bond0 up
}

bond_topology
nt -q bond create bond0
bond_ports

echo "== exported"
nt bond export bond0 --networkmanager
for words in "xmit_hash_policy=vlan+srcmac" "mode=balance-xor" "interface-name=p1" "master=bond0"; do
	expect 0 "$words"
done
nt bond export bond0 --networkd
for words in "Kind=bond" "Mode=balance-xor" "MIIMonitorSec=100ms" "Bond=bond0"; do
	expect 0 "$words"
done
grep -qx "Name=p[01] p[01]" <<<"$out" || die "the ports are not named"

echo "== settings"
sign "error mode" "mode active-backup" "mode balance-xor"
wait_for has_carrier bond0
bond xmit_hash_policy vlan+srcmac
sign "error policy" "bond xmit_hash_policy layer2" "bond xmit_hash_policy vlan+srcmac"
sign "error miimon" "bond miimon 0" "bond miimon 100"
sign "warning port-down" "ip -n sw link set q0 down" "ip -n sw link set q0 up; wait_for has_carrier p0; wait_for links_up 2"
sign "warning ports" "ip link set p1 nomaster" \
	"ip link set p1 down; ip link set p1 master bond0; ip link set p1 up; wait_for links_up 2"

echo "== the number of ports"
pair p2 q2 sw
sign "note priorities" "ip link set p2 down; ip link set p2 master bond0" "ip link set p2 nomaster"
ip link del p2

echo "== the switch"
has "note switch"
mode 802.3ad
lacks switch-lag
ip -n sw link set q0 nomaster
ip -n sw link set q1 nomaster
ip -n sw link add lag type bond mode 802.3ad miimon 100 lacp_rate fast
for port in q0 q1; do
	ip -n sw link set $port down
	ip -n sw link set $port master lag
	ip -n sw link set $port up
done
ip -n sw link set lag up
wait_for signs_have "error switch-lag"
lacks switch
ip -n sw link del lag
for port in q0 q1; do
	ip -n sw link set $port master bridge0
	ip -n sw link set $port up
done
mode balance-xor
lacks switch-lag

echo "== XDP"
bond xmit_hash_policy layer2
if "$here/xdp_attach.py" bond0 on; then
	has "error xdp"
	nt bond enable bond0
	expect 3 "XDP"
	"$here/xdp_attach.py" bond0 off || die "the program stays"
	lacks xdp
else
	echo "not tried: no native XDP on this bond"
fi
bond xmit_hash_policy vlan+srcmac

echo "== rules of others"
nm='nft add table netdev nm-mlag-bond0'
has "warning off"
sign "warning networkmanager" "$nm" "nft delete table netdev nm-mlag-bond0"
sign "warning nft" "nt -q bond enable bond0 --nft" "nt -q bond disable bond0"
nt -q bond enable bond0 --nft
lacks off
sign "error two-engines" "$nm" "nft delete table netdev nm-mlag-bond0"

echo "== nftables.service"
mkdir -p "$TMPDIR/etc/sysinit.target.wants" /etc/systemd/system
mount --bind "$TMPDIR/etc" /etc/systemd/system || die "no bind mount"
[ -e /etc/nftables.conf ] || : >/etc/nftables.conf
: >"$TMPDIR/nftables.conf"
mount --bind "$TMPDIR/nftables.conf" /etc/nftables.conf || die "no bind mount"
flushing() { printf '#!/usr/sbin/nft -f\n\n\tflush ruleset;\n' >"$TMPDIR/nftables.conf"; }
flushing
lacks nft-flush # not enabled
sign "warning nft-flush" "ln -s /lib/systemd/system/nftables.service $TMPDIR/etc/sysinit.target.wants/" \
	"printf '#flush ruleset\nflush table inet filter\n' >$TMPDIR/nftables.conf"
sign "warning nft-flush" flushing "nt -q bond disable bond0"

echo "== the module"
if [ ! -d /sys/module/nettune ]; then
	has "warning module"
	exit 0
fi
lacks module
has "warning off"
nt -q bond enable bond0 --macs 64
lacks off
lacks table-full
"$here/bond_frames.py" vm:e0 ext:e0 sources 02:00:00:01:00:00 400
has "warning table-full"
pair p2 q2 sw
ip -n sw link set q2 master bridge0
ip link set p2 down
ip link set p2 master bond0
has "note priorities"
wait_for links_up 3
# VLAN 5 with priority 0, and with priority 1.
"$here/bond_frames.py" vm:e0 ext:e0 broadcast $odd 1 5 >/dev/null
"$here/bond_frames.py" vm:e0 ext:e0 broadcast $odd 1 $((0x2005)) >/dev/null
has "warning priorities"
exit 0
