#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Which devices carry the operator: sessions, default routes, bridges, veth peers in other namespaces, tunnels; and the probation of a change there.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
try=$(dirname "$NETTUNECTL")/tests/net/probation_try
[ -x "$try" ] || { echo "SKIP: $try is not built"; exit 77; }
command -v ip >/dev/null || { echo "SKIP: no ip(8) here"; exit 77; }
if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
	NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
fi
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
started=()
n=0
trap 'kill "${started[@]}" 2>/dev/null' EXIT

# begin NETNS COMMAND...: runs beside us until the end; returns when it says that it is ready.
begin()
{
	local netns=$1 said fd

	shift
	n=$((n + 1))
	mkfifo "$TMPDIR/said$n"
	ip netns exec "$netns" "$@" >"$TMPDIR/said$n" 2>&1 &
	started+=($!)
	exec {fd}<"$TMPDIR/said$n"
	read -r -t 30 said <&"$fd" && [ "$said" = ready ] || die "$*: ${said:-says nothing}"
}

# reason DEVICE [NETNS]: why it must not be lost, as the JSON says; nothing when it may.
reason()
{
	"$NETTUNECTL" ${3:+--netns "$3"} --json facts --group management | python3 -c '
import json, sys
for m in json.load(sys.stdin)["management"]:
    if m["device"] == sys.argv[1] and m["netns"] == sys.argv[2]:
        print(m["reason"])' "$1" "${2:-}"
}

expect_reason()
{
	local is

	is=$(reason "$1" "${3:-}" "${4:-}")
	echo "$1 ${3:-}: $is"
	[[ $is == "$2" ]] || die "$1: '$is', expected '$2'"
}

# passes DEVICE COMMAND; fails DEVICE WORDS COMMAND: a change on probation.
passes()
{
	"$try" "$1" "$2" || die "probation of $1 after '$2'"
}

fails()
{
	local said rc=0

	said=$("$try" "$1" "$3") || rc=$?
	echo "$said"
	[ "$rc" -eq 1 ] || die "probation of $1 after '$3' exited with $rc"
	grep -qF -- "$2" <<<"$said" || die "it does not say: $2"
}

# us (own namespace) --eth0-- gate --wan0-- far: the administrator sits behind a gateway.
ip netns add gate && ip netns add far || { echo "SKIP: cannot add namespaces"; exit 77; }
ip link add eth0 type veth peer name lan0 netns gate || { echo "SKIP: no veth here"; exit 77; }
ip link add idle0 type veth peer name idle1
ip -n gate link add wan0 type veth peer name eth0 netns far
for ns in gate far; do ip -n "$ns" link set lo up; done
ip link set lo up
ip link set eth0 up
ip addr add 192.0.2.9/24 dev eth0
ip addr add 2001:db8::9/64 dev eth0 nodad
ip -n gate addr add 192.0.2.1/24 dev lan0
ip -n gate link set lan0 up
ip -n gate addr add 198.51.100.1/24 dev wan0
ip -n gate link set wan0 up
ip -n far addr add 198.51.100.7/24 dev eth0
ip -n far link set eth0 up
ip -n far route add default via 198.51.100.1
ip netns exec gate sysctl -qw net.ipv4.ip_forward=1

# Nothing yet; then routes, in any table.
nt facts --group management
expect 0 "none"
ip route add default via 192.0.2.1 table 1234
expect_reason eth0 "has the default route via 192.0.2.1"
ip route del default table 1234
ip -6 route add default via 2001:db8::1 dev eth0
expect_reason eth0 "has the default route via 2001:db8::1"
ip -6 route del default
ip route add 0.0.0.0/1 via 192.0.2.1
expect_reason eth0 "has the default route via 192.0.2.1"
ip route del 0.0.0.0/1
expect_reason eth0 ""

# A session, whatever there is of default routes; a next hop object.
if ip nexthop add id 7 via 192.0.2.1 dev eth0 2>/dev/null; then
	sysctl -qw net.ipv4.nexthop_compat_mode=0
	ip route add 198.51.100.0/24 nhid 7
else
	ip route add 198.51.100.0/24 via 192.0.2.1
fi
ip netns attach own $$
begin own "$here/hold_ssh.py" serve 0.0.0.0 22
begin far "$here/hold_ssh.py" visit 192.0.2.9 22
expect_reason eth0 "carries the SSH session from 198.51.100.7"
expect_reason lan0 "is the peer of eth0, which carries the SSH session from 198.51.100.7" gate
expect_reason idle0 ""
nt facts --group management
expect 0 "carries the SSH session from 198.51.100.7"

# The same seen from a namespace that the session only passes.
expect_reason eth0 "carries the SSH session from 198.51.100.7" own gate
expect_reason lan0 "is the peer of eth0, which carries the SSH session from 198.51.100.7" "" gate

# A bridge below; all its ports count.
if ip link add br0 type bridge 2>/dev/null; then
	ip link set br0 up
	ip link set idle0 master br0
	ip addr add 203.0.113.9/24 dev br0
	ip route add 203.0.112.0/24 via 203.0.113.1 table 99
	ip route add default via 203.0.113.1 table 99
	expect_reason idle0 "is a port of br0, which has the default route via 203.0.113.1"
	ip link del br0
else
	echo "no bridge in this kernel: that part is left out"
fi

# A tunnel counts with what carries it.
ip link set idle0 up
ip link set idle1 up
ip addr add 203.0.113.9/24 dev idle0
if ip link add vx0 type vxlan id 5 remote 203.0.113.77 dstport 4789 2>/dev/null; then
	ip link set vx0 up
	ip addr add 10.9.0.1/24 dev vx0
	expect_reason idle0 ""
	ip route add default via 10.9.0.2
	expect_reason vx0 "has the default route via 10.9.0.2"
	expect_reason idle0 "carries the tunnel vx0, which has the default route via 10.9.0.2"
	ip link del vx0
else
	echo "no vxlan in this kernel: that part is left out"
fi

# A session that is idle: the gateway has to answer for it.
passes eth0 true
passes eth0 "ip link set eth0 mtu 1400"
passes eth0 "ip link set eth0 down; ip link set eth0 up; ip route replace 198.51.100.0/24 via 192.0.2.1"
passes idle0 "ip link set eth0 down; ip link set eth0 up; ip route replace 198.51.100.0/24 via 192.0.2.1"
fails eth0 "192.0.2.1 answered before the change" "ip -n gate addr del 192.0.2.1/24 dev lan0"
ip -n gate addr add 192.0.2.1/24 dev lan0
fails eth0 "eth0 has no carrier" "ip -n gate link set lan0 down"
ip -n gate link set lan0 up

# One that talks has to make progress, though the gateway answers.
begin far "$here/hold_ssh.py" visit 192.0.2.9 22 -t
passes eth0 true
fails eth0 "the SSH session from 198.51.100.7 makes no progress" "ip -n gate route add blackhole 198.51.100.7"
ip -n gate route del blackhole 198.51.100.7

# [Match] Role= goes by it.
profile role <<'P'
[Match]
Driver=veth
Role=!management
[Sysctl]
net.ipv4.tcp_sack = 1
P
nt plan "$profile"
grep -qF "left out" <<<"$out" && die "idle0 carries nobody"
ip link del idle0
nt plan "$profile"
expect 0 "left out"
sed -i 's/=!management/=management/' "$profile"
nt plan "$profile"
grep -qF "left out" <<<"$out" && die "eth0 carries a session"
exit 0
