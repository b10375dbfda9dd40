# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For scripts about bonds: a bond of two ports in our namespace, a bridge as the switch in another, a
# host behind it in a third, and a machine of ours behind a bridge in a fourth. Source lib.sh first.
#
#   vm:e0 -- v0 - br0 - bond0 - p0,p1 -- q0,q1 - sw:bridge0 - x0 -- ext:e0

here=$(cd "$(dirname "$0")" && pwd)

# In a mount namespace of our own, where names of namespaces are ours.
bond_scene()
{
	if [ -z "${NETTUNE_IN_MNTNS:-}" ]; then
		NETTUNE_IN_MNTNS=1 exec unshare -m bash "$0" "$@"
	fi
	mount -t sysfs sysfs /sys || { echo "SKIP: cannot mount a sysfs"; exit 77; }
	command -v ip >/dev/null || { echo "SKIP: no ip(8) here"; exit 77; }
	modprobe -q bonding 2>/dev/null
	modprobe -q bridge 2>/dev/null
	mkdir -p /run/netns
	mount -t tmpfs tmpfs /run/netns || { echo "SKIP: cannot mount a tmpfs"; exit 77; }
	ip link add probe type bond 2>/dev/null || { echo "SKIP: this kernel has no bonding"; exit 77; }
	ip link del probe
}

pair()
{
	ip link add "$1" type veth peer name "$2" netns "$3" || die "no veth"
	ip link set "$1" up
	ip -n "$3" link set "$2" up
}

# quiet COMMAND...: in the namespace that it enters, devices to come have no IPv6.
quiet()
{
	"$@" sysctl -qw net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
}

# Without MLD and IPv6 nobody sends but who is told to.
bond_topology()
{
	local netns

	for netns in sw ext vm; do
		ip netns add "$netns"
		quiet ip netns exec "$netns"
	done
	quiet
	ip -n sw link add name bridge0 type bridge mcast_snooping 0
	ip -n sw link set bridge0 up
	pair p0 q0 sw
	pair p1 q1 sw
	ip -n ext link add e0 type veth peer name x0 netns sw
	ip -n ext link set e0 up
	ip -n sw link set x0 up
	for netns in q0 q1 x0; do ip -n sw link set "$netns" master bridge0; done
	ip link add br0 type bridge mcast_snooping 0
	pair v0 e0 vm
	ip link set v0 master br0
	ip link set br0 up
}

# The kernel wants ports to be down when they join.
bond_ports()
{
	local port

	for port in p0 p1; do
		ip link set "$port" down
		ip link set "$port" master bond0 || die "$port does not join"
		ip link set "$port" up
	done
	ip link set bond0 up
	ip link set bond0 master br0 || die "bond0 does not join br0"
	wait_for has_carrier bond0
}

has_carrier() { [ "$(cat "/sys/class/net/$1/carrier")" = 1 ]; }

# arrives N FROM TO KIND SOURCE COUNT [VID]: so many of COUNT frames come in.
arrives()
{
	local want=$1 got

	shift
	got=$("$here/bond_frames.py" "$@") || die "bond_frames.py $*"
	[ "$got" -eq "$want" ] || die "$*: $got came in, expected $want"
	echo "$*: $got"
}

# The host behind the switch; two machines of ours, which the bond sends through different ports.
export far=02:00:00:00:ee:01
export even=02:00:00:00:aa:02
export odd=02:00:00:00:aa:03
