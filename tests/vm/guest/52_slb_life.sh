#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 900 s
# kernels: uml 6.12(soak): an emulated guest takes long
# Balance-slb against refusals, floods, other rules, and memory that runs out.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"
# shellcheck source=slb_ways.sh
. "$(dirname "$0")/slb_ways.sh"

DATA=88b5
inject=/sys/kernel/debug/failslab
# With sanitizers, and emulated all the more, a million frames would take too long.
FLOOD=40000 SPOOFED=100000
[[ $NETTUNE_TARGET == uml ]] || FLOOD=2000 SPOOFED=20000

once() {
	listen vm1 vm1 eth0
	send x eth0 data src=$OUT count=10
	heard vm1
	equals "$1" "$(seen vm1 $OUT $DATA)" 10
}

# refused WHAT WORDS: what enabling bond0 says.
refused() {
	SAID=$(slb enable bond0 "${@:3}") && fail "$1 was accepted"
	grep -q "$2" <<<"$SAID" || fail "$1: $SAID, expected $2"
}

slb_begin
build_net 2

ip -n h link set bond0 type bond xmit_hash_policy layer2
refused "another policy" 'EMEDIUMTYPE.*vlan+srcmac'
ip -n h link set bond0 type bond xmit_hash_policy vlan+srcmac
ip -n h link set bond0 type bond miimon 0
refused "no link monitor" 'EMEDIUMTYPE.*miimon'
ip -n h link set bond0 type bond miimon 20
within 10 all_used p0 p1
refused "an odd number of addresses" 'EINVAL.*power of two' macs=100
refused "too few addresses" 'ERANGE' macs=8
refused "a preferred port that is none" 'EINVAL.*port of the bond' preferred=1
SAID=$(slb enable br0) && fail "a bridge was accepted"
SAID=$(slb disable bond0) && fail "what is not enabled was disabled"
ip -n h link add bond9 type bond mode active-backup miimon 100
SAID=$(slb enable bond9) && fail "another mode was accepted"
ip -n h link del bond9
SAID=$(in_ns x "$SLB" show bond0) && fail "another namespace sees it"

ip netns exec h "$SLB" events >"$LOGS/events" &
within 5 grep -q listening "$LOGS/events"
slb enable bond0 >/dev/null
refused "enabling it twice" EEXIST
ip -n h link set bond0 type bond xmit_hash_policy layer2
within 5 grep -q 'event stopped because: .*vlan+srcmac' "$LOGS/events"
equals "enabled after the policy changed" "$(slb show | wc -l)" 0
ip -n h link set bond0 type bond xmit_hash_policy vlan+srcmac
slb enable bond0 >/dev/null
in_ns h sh -c 'echo layer2+3 >/sys/class/net/bond0/bonding/xmit_hash_policy'
stopped_twice() { [[ $(grep -c "event stopped" "$LOGS/events") == 2 ]]; }
within 5 stopped_twice
ip -n h link set bond0 type bond xmit_hash_policy vlan+srcmac
grep -q '^event enabled bond bond0 active=p0' "$LOGS/events" || fail "no event of enabling"
passed 25 "wrong mode and policy refused; a change of policy ends it, and says so"

slb enable bond0 >/dev/null
if command -v nft >/dev/null && modprobe -q nf_tables; then
	in_ns h nft flush ruleset
	once "after nft flush ruleset"
	passed 26 "nft flush ruleset has no effect"
	nm_rules bond0 p0 p1 | in_ns h nft -f -
	in_ns h nft -f - <<'NFT'
table netdev others {
	chain accept-all {
		type filter hook ingress device p0 priority -300
		accept
	}
}
NFT
	once "beside NetworkManager's rules"
	listen vm1 vm1 eth0
	send vm1 eth0 data src=$VM1 count=10
	heard vm1
	equals "reflections beside NetworkManager's rules" "$(seen vm1 $VM1 $DATA)" 0
	in_ns h nft flush ruleset
	once "after its rules went"
	passed 27 "beside NetworkManager's rules and other chains"
else
	echo "NOT RUN: 26, 27: no nft"
fi

# With it for all devices, a question that comes back is known by its nonce and forgiven.
in_ns h sysctl -qw net.ipv6.conf.all.enhanced_dad=0
ip -n h link add link bond0 name vlan7 type vlan id 7
for device in br0 vlan7; do
	in_ns h sysctl -qw net.ipv6.conf.$device.enhanced_dad=0 \
		net.ipv6.conf.$device.disable_ipv6=0
	ip -n h link set $device up
	ip -n h -6 address add fd00:${#device}::1/64 dev $device
done
settled() { [[ -z $(ip -n h -6 address show tentative) ]]; }
within 20 settled
equals "failed detections" "$(ip -n h -6 address show dadfailed)" ""
equals "addresses" "$(ip -n h -6 address show scope global | grep -c 'inet6 fd00')" 2
passed 20 "duplicate address detection succeeds"
ip -n h link del vlan7

before=$(value table_bytes)
send vm1 eth0 data src=02:99:00:00:00:00 dst=$OUT count=$SPOOFED spoof=1
equals "memory" "$(value table_bytes)" "$before"
at_least "8192 addresses and not more" 262144 "$before"
at_least "limit of addresses" 8192 "$(value macs)"
at_least "evicted" "$(value evicted)" 1000
once "after the flood"
passed 18 "spoofed sources: no growth, evictions counted, traffic passes"

# A second host, whose bond is of the same name, on a switch of its own.
ip netns add sw2
SPACES+=(sw2 h2)
ip netns add h2
ip -n h2 link add bond0 type bond mode balance-xor xmit_hash_policy vlan+srcmac miimon 20
for i in 0 1; do
	cable h2 q$i sw2 s$i
	ip -n h2 link set q$i down
	ip -n h2 link set q$i master bond0
	ip -n h2 link set q$i up
done
ip -n h2 link set bond0 up
bridge_of sw2 s0 s1
in_ns h2 "$SLB" enable bond0 >/dev/null
send vm1 eth0 data src=$VM1 count=3
equals "entries of the other host" "$(in_ns h2 "$SLB" macs bond0 | grep -c $VM1)" 0
listen h2 h2 bond0
send sw2 br0 data src=$VM1 count=5
heard h2
equals "its frames are no reflections" "$(seen h2 $VM1 $DATA)" 5
equals "bonds that each sees" "$(slb show | grep -c ^bond)/$(in_ns h2 "$SLB" show | grep -c ^bond)" 1/1
ip netns del h2
ip netns del sw2
passed 30 "two bonds in two namespaces are independent"

# The address keeps sending, as a machine does; copies of it come by both ports.
ip netns exec vm2 "$FRAMES" send eth0 data src=$VM2 dst=$OUT count=100000 hz=5 2>/dev/null &
keeper=$!
before=$(value reflected)
moved=0
for ((part = 0; part < 10; part++)); do
	send x eth0 data src=$VM2 dst=02:00:00:00:00:99 count=$((FLOOD / 10))
	[[ $(in_ns h bridge fdb get $VM2 br br0) == *"dev v2 "* ]] || moved=$((moved + 1))
done
kill $keeper
wait $keeper || true
equals "times that the machine had moved" "$moved" 0
at_least "reflected" "$(($(value reflected) - before))" $((FLOOD / 2))
passed 31 "$FLOOD reflected frames move no address of the host's bridge"

slb disable bond0 >/dev/null

# As many ports as a bond may have: no page holds what is told of them.
ip -n h link add wide type bond mode balance-xor xmit_hash_policy vlan+srcmac miimon 100
for ((i = 0; i < 16; i++)); do
	ip -n h link add w$i type veth peer name w$((i + 16))
	ip -n h link set w$i master wide
	ip -n h link set w$((i + 16)) master wide
done
ip -n h link set wide up
for bond in bond0 wide; do
	slb enable $bond >/dev/null
done
equals "ports of one answer" "$(slb show wide | grep -c '^port w')" 32
for bytes in 4096 8192 32768; do
	slb list $bytes >"$LOGS/list" || wrong "a dump into $bytes bytes"
	equals "bonds in $bytes bytes" "$(grep -c '^bond ' "$LOGS/list")" 2
	equals "ports in $bytes bytes" "$(grep '^port ' "$LOGS/list" | sort -u | wc -l)" 34
	equals "lines in $bytes bytes" "$(wc -l <"$LOGS/list")" 36
done
# A dump during which a bond goes says so, and is right when it is asked for anew.
mkfifo "$LOGS/gate"
slb list 4096 hold <"$LOGS/gate" >"$LOGS/list" &
lister=$!
exec {gate}>"$LOGS/gate"
within 5 grep -q holding "$LOGS/list"
slb disable bond0 >/dev/null
exec {gate}>&-
wait $lister || wrong "a dump during which a bond went"
equals "interrupted dumps" "$(grep -c '^interrupted' "$LOGS/list")" 1
equals "bonds afterwards" "$(sed '1,/^interrupted/d' "$LOGS/list" | grep -c '^bond ')" 1
equals "ports afterwards" "$(sed '1,/^interrupted/d' "$LOGS/list" | grep -c '^port ')" 32
ip -n h link del wide
passed dump "32 ports are told in messages that fit into a page"

if [[ -d $inject && -e /proc/self/fail-nth ]]; then
	echo 0 >$inject/verbose
	echo N >$inject/ignore-gfp-wait
	echo 0 >$inject/probability
	refusals=0
	# Frames are on their way while hooks come and go.
	ip netns exec vm1 "$FRAMES" send eth0 data src=$VM1 dst=$OUT count=1000000 hz=200 \
		2>/dev/null &
	sender=$!
	for ((nth = 1; nth <= 80; nth++)); do
		if slb enable bond0 fail=$nth &>/dev/null || [[ -n $(slb show) ]]; then
			slb disable bond0 >/dev/null
		else
			refusals=$((refusals + 1))
		fi
	done
	kill $sender
	wait $sender || true
	echo "allocations that failed it: $refusals of $nth"
	((refusals > 3 && refusals < 70)) || fail "no allocation failed, or all did"
	listen vm1 vm1 eth0
	send x eth0 data src=$OUT count=10
	heard vm1
	equals "copies after all that" "$(seen vm1 $OUT $DATA)" 20
	# It waits for who holds the bond, and for all that was freed: 37 s in an idle guest.
	timeout 150 ip -n h link del bond0 || wrong "bond0 does not go after all that"
	passed 32 "a failed allocation leaves no hook behind, and nobody who holds the bond"
elif [[ $NETTUNE_TARGET == uml ]]; then
	fail "the debug kernel has no fault injection"
else
	echo "NOT RUN: 32: kernel without fault injection"
fi
verdict
