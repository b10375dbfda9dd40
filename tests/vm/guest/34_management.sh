#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which devices carry the operator, on kernels that have every kind of device; then real faults of a
# bond under a session, on probation. tests/net/43_management.sh has what needs no modules.
set -uo pipefail
work=$(mktemp -d)
cd "$work" || exit 1

die() { echo "FAIL: $*"; exit 1; }
try=$(dirname "$NETTUNECTL")/tests/net/probation_try
[[ -x $try ]] || die "$try is not built"
started=()
trap 'kill "${started[@]}" 2>/dev/null; ip netns del far' EXIT

# expect DEVICE REASON: as the JSON says; an empty REASON: it carries nobody.
expect() {
	local is

	is=$("$NETTUNECTL" --json facts --group management | python3 -c '
import json, sys
for m in json.load(sys.stdin)["management"]:
    if m["device"] == sys.argv[1] and not m["netns"]:
        print(m["reason"])' "$1")
	echo "$1: $is"
	[[ $is == "$2" ]] || die "$1: '$is', expected '$2'"
}

# add KIND ARGS...: a device, or a note that this kernel has no such kind.
add() {
	local kind=$1

	shift
	ip link add "$@" && return
	echo "no $kind in this kernel: that part is left out"
	[[ $NETTUNE_TARGET == uml ]] || die "Debian's kernels have $kind"
	return 1
}

# begin NETNS COMMAND...: beside us; returns when it says that it is ready.
begin() {
	local netns=$1 said="" fd fifo=$work/said${#started[@]}

	shift
	mkfifo "$fifo"
	if [[ $netns ]]; then
		ip netns exec "$netns" "$@" >"$fifo" 2>&1 &
	else
		"$@" >"$fifo" 2>&1 &
	fi
	started+=($!)
	exec {fd}<"$fifo"
	read -r -t 30 said <&"$fd"
	[[ $said == ready ]] || die "$*: ${said:-says nothing}"
}

passes() { "$try" "$1" "$2" || die "probation of $1 after '$2'"; }

fails() {
	local said rc=0

	said=$("$try" "$1" "$3") || rc=$?
	echo "$said"
	[[ $rc == 1 ]] || die "probation of $1 after '$3' exited with $rc"
	grep -qF -- "$2" <<<"$said" || die "it does not say: $2"
}

modprobe -a veth bonding 8021q 2>/dev/null
# What the machine came with shall not be mistaken for ours.
for old in /sys/class/net/*; do ip link set "${old##*/}" down 2>/dev/null; done
ip link set lo up
ip netns add far || die "cannot add a namespace"
ip -n far link set lo up
for i in 0 1 2; do
	ip link add "p$i" type veth peer name "q$i" netns far || die "no veth"
	ip link set "p$i" up
	ip -n far link set "q$i" up
done
ip addr flush dev p2

# bond0 of p0 and p1, a VLAN on it, and the far ends in a bridge that is the gateway.
add bond bond0 type bond mode active-backup miimon 50 || exit 77
for i in 0 1; do
	ip link set "p$i" down
	ip link set "p$i" master bond0 || die "cannot enslave p$i"
done
ip link set bond0 up
ip -n far link add far0 type bridge || die "no bridge"
for i in 0 1; do ip -n far link set "q$i" master far0; done
ip -n far link set far0 up
add vlan link bond0 name bond0.10 type vlan id 10 || exit 77
ip -n far link add link far0 name far0.10 type vlan id 10
ip link set bond0.10 up
ip -n far link set far0.10 up
ip addr add 192.0.2.9/24 dev bond0.10
ip -n far addr add 192.0.2.1/24 dev far0.10
ip -n far addr add 198.51.100.7/32 dev lo
ip route add 198.51.100.7 via 192.0.2.1

begin "" "$NETTUNE_ROOT/tests/net/hold_ssh.py" serve 0.0.0.0 22
begin far "$NETTUNE_ROOT/tests/net/hold_ssh.py" visit 192.0.2.9 22 -t
from=$(ss -Htn state established '( sport = :22 )' | awk '{ print $4 }' | sed 's/:[0-9]*$//')
session="carries the SSH session from $from"
expect bond0.10 "$session"
expect bond0 "is below bond0.10, which $session"
expect p0 "is a port of bond0, which is below bond0.10, which $session"
expect p1 "is a port of bond0, which is below bond0.10, which $session"
expect p2 ""

# Faults under the session: one port may fail, both may not, nor may the bridge stop forwarding.
passes bond0 true
passes p0 "ip -n far link set q0 down; timeout 10 sh -c 'until ip link show p0 | grep -q NO-CARRIER; do :; done'; ip -n far link set q0 up"
passes bond0 "ip -n far link set q0 down"
ip -n far link set q0 up
fails p0 "no carrier" "ip -n far link set q0 down"
ip -n far link set q0 up
fails bond0 "192.0.2.1 answered before the change" "ip -n far link set far0.10 down"
ip -n far link set far0.10 up
passes bond0 "ip link set bond0 mtu 1400"

# Other kinds, each with a default route of its own by p2.
ip addr add 203.0.113.9/24 dev p2
if modprobe vrf 2>/dev/null; add vrf mgmt type vrf table 77; then
	ip link set mgmt up
	ip link set p2 master mgmt
	ip route add default via 203.0.113.1 table 77
	expect p2 "has the default route via 203.0.113.1"
	expect mgmt "is the VRF of p2, which has the default route via 203.0.113.1"
	ip link del mgmt
	ip addr flush dev p2
fi
if modprobe macvlan 2>/dev/null; add macvlan link p2 name mv0 type macvlan; then
	ip link set mv0 up
	ip addr add 203.0.113.10/24 dev mv0
	ip route add default via 203.0.113.1 dev mv0
	expect p2 "is below mv0, which has the default route via 203.0.113.1"
	ip link del mv0
fi
ip addr add 203.0.113.9/24 dev p2
if modprobe wireguard 2>/dev/null; add wireguard wg0 type wireguard; then
	ip link set wg0 up
	ip route add default via 203.0.113.1 dev p2 table 51
	ip route add 198.51.100.99 dev wg0
	SSH_CONNECTION="198.51.100.99 5 10.0.0.1 22" expect wg0 "carries the SSH session from 198.51.100.99"
	ip link del wg0
	ip route flush table 51
fi
for kind in gre ipip sit geneve; do
	modprobe "$kind" 2>/dev/null
	case $kind in
	geneve) args=(id 7 remote 203.0.113.1) ;;
	*) args=(remote 203.0.113.1 local 203.0.113.9) ;;
	esac
	add "$kind" tun9 type "$kind" "${args[@]}" || continue
	ip link set tun9 up
	ip route add default dev tun9
	expect p2 "carries the tunnel tun9, which has the default route"
	ip link del tun9
done
if modprobe team 2>/dev/null; add team team0 type team; then
	ip addr flush dev p2
	ip link set p2 down
	ip link set p2 master team0
	ip link set team0 up
	ip route add default dev team0
	expect p2 "is a port of team0, which has the default route"
	ip link del team0
fi
exit 0
