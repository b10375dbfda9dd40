# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A host "h" with bond0 in a bridge beside two virtual machines, "vm1" and "vm2"; a switch
# "sw" that knows nothing of the bond; and "x", a host beyond it. All are namespaces.
# shellcheck source=module.sh
. "$(dirname "${BASH_SOURCE[0]}")/module.sh"

SLB=$NETTUNE_ROOT/build/tests/slb_client
FRAMES=$NETTUNE_ROOT/build/tests/frames
[[ -x $SLB && -x $FRAMES ]] || skip "build/tests/slb_client or frames is not built"

# The policy is a sum over source and tag: of two ports, p0 is active and has even sources.
VM1=02:00:00:00:00:10
VM2=02:00:00:00:00:11
OUT=02:00:00:00:00:77
BOND_MAC=02:00:00:00:00:b0
SPACES=(h sw x vm1 vm2)
LOGS=$(mktemp -d)

in_ns() { ip netns exec "$@"; }
slb() { ip netns exec h "$SLB" "$@"; }

# cable NS DEVICE NS DEVICE: two ends of a wire, up.
cable() {
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

# bridge NS DEVICE…: one that floods all, with these ports.
bridge_of() {
	local ns=$1 device
	shift
	ip -n "$ns" link add br0 type bridge stp_state 0 mcast_snooping 0
	ip -n "$ns" link set br0 up
	for device; do
		ip -n "$ns" link set "$device" master br0
	done
}

# build_net PORTS: the whole of it.
build_net() {
	local ports=$1 i ns switch=() bond=()
	for ns in "${SPACES[@]}"; do
		ip netns add "$ns"
		in_ns "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
		ip -n "$ns" link set lo up
	done
	ip -n h link add bond0 address $BOND_MAC type bond mode balance-xor \
		xmit_hash_policy vlan+srcmac miimon 20
	for ((i = 0; i < ports; i++)); do
		cable h "p$i" sw "s$i"
		ip -n h link set "p$i" down
		ip -n h link set "p$i" master bond0
		ip -n h link set "p$i" up
		switch+=("s$i")
		bond+=("p$i")
	done
	ip -n h link set bond0 up
	cable h v1 vm1 eth0
	cable h v2 vm2 eth0
	cable x eth0 sw sx
	ip -n vm1 link set eth0 address $VM1
	ip -n vm2 link set eth0 address $VM2
	ip -n x link set eth0 address $OUT
	bridge_of sw sx "${switch[@]}"
	bridge_of h bond0 v1 v2
	within 10 all_used "${bond[@]}"
}

# build_bond: only a bond of two ports, whose other ends are not connected: what comes in is made up.
build_bond() {
	local ns port
	for ns in h sw; do
		ip netns add $ns
		in_ns $ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	done
	ip -n h link add bond0 address $BOND_MAC type bond mode balance-xor \
		xmit_hash_policy vlan+srcmac miimon 20
	for port in 0 1; do
		cable h p$port sw s$port
		ip -n h link set p$port down
		ip -n h link set p$port master bond0
		ip -n h link set p$port up
	done
	ip -n h link set bond0 up
	within 10 all_used p0 p1
}

index_of() { in_ns h cat "/sys/class/net/$1/ifindex"; }

# all_used PORT…: bonding sends through each.
all_used() {
	local port
	for port; do
		[[ $(in_ns h cat "/sys/class/net/$port/bonding_slave/mii_status") == up ]] || return 1
	done
}

destroy_net() {
	local ns
	for ns in "${SPACES[@]}"; do
		ip netns del "$ns" 2>/dev/null || true
	done
}

clean_up() {
	# shellcheck disable=SC2046  # several numbers
	kill $(jobs -p) 2>/dev/null || true
	wait
	destroy_net
	module_unload
	rm -rf "$LOGS"
}

# Whatever the script did, the next one finds nothing of it.
slb_begin() {
	modprobe -a bonding bridge veth 8021q 2>/dev/null || true
	trap clean_up EXIT
	insmod "$NETTUNE_KO"
}

# listen NAME NS DEVICE [proto=HEX] [may-drop]: count what comes in there, until heard NAME. It is this
# listener itself that says, through its pipe, that it hears: a file of that name may be of one before.
declare -A LISTENERS=() PIPES=()
listen() {
	local name=$1 pipe="$LOGS/$1.pipe" fd word=
	[[ -p $pipe ]] || mkfifo "$pipe"
	"$FRAMES" -n "$2" listen "${@:3}" >"$pipe" &
	LISTENERS[$name]=$!
	exec {fd}<"$pipe"
	PIPES[$name]=$fd
	read -r -t 20 word <&"$fd" || true
	[[ $word == listening ]] || fail "no listener $name"
}

# heard NAME…: have them stop, after what is on its way.
heard() {
	local name fd
	for name; do
		kill "${LISTENERS[$name]}"
	done
	for name; do
		fd=${PIPES[$name]}
		# Of random frames it has much to tell, and bash takes each letter off a pipe by itself.
		cat <&"$fd" >"$LOGS/$name"
		exec {fd}<&-
		wait "${LISTENERS[$name]}" || fail "the listener $name failed"
	done
}

# seen NAME SOURCE PROTOCOL [VLAN]: frames that it counted, of any VLAN without that.
seen() {
	local src protocol vid count all=0
	while read -r src protocol vid count; do
		[[ $src != "$2" || $protocol != "$3" || $vid != "${4:-$vid}" ]] || all=$((all + count))
	done <"$LOGS/$1"
	echo $all
}

# send NS DEVICE KIND …: see frames.c.
send() {
	"$FRAMES" -n "$1" send "${@:2}"
}

# wrong WORDS: a behaviour is not as it should be; the others are still tried.
WRONG=0 WRONG_ALL=0
wrong() {
	echo "FAIL: $*"
	WRONG=$((WRONG + 1)) WRONG_ALL=$((WRONG_ALL + 1))
}

# equals WHAT SEEN WANTED.
equals() { [[ $2 == "$3" ]] || wrong "$1: $2, expected $3"; }

# at_least WHAT SEEN WANTED.
at_least() { (($2 >= $3)) || wrong "$1: $2, expected at least $3"; }

# value NAME [PORT]: what the module says of bond0 or one of its ports.
value() {
	slb show bond0 | grep "^${2:+port $2 }" | head -n 1 | tr ' ' '\n' | sed -n "s/^$1=//p"
}

# age_out: let the window pass that sources have, and then some.
age_out() { timeout 5.3 tail -f /dev/null || true; }

# passed N WHAT: the end of what shows a behaviour of the list.
passed() {
	if ((WRONG)); then
		echo "behaviour $1: $2: FAILED"
	else
		echo "behaviour $1: $2: ok"
	fi
	WRONG=0
}

# verdict: what the script ends with.
verdict() {
	((WRONG_ALL == 0)) || fail "$WRONG_ALL expectations were not met"
}
