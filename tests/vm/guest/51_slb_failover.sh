#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# kernels: uml 6.12: an emulated guest takes long
# What balance-slb does when ports fail, come back, join and leave, and when the bond goes.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"

DATA=88b5
tracefs=/sys/kernel/tracing

active_is() { [[ $(value active) == "$1" ]]; }
usable() { [[ $(value usable "$1") == 1 ]]; }

# once WHAT [COUNT]: broadcast from outside comes to vm1 once.
once() {
	listen vm1 vm1 eth0
	send x eth0 data src=$OUT count=10
	heard vm1
	equals "$1" "$(seen vm1 $OUT $DATA)" 10
}

# stream NAME COUNT: a broadcast each millisecond from outside, in the background.
stream() {
	ip netns exec x "$FRAMES" send eth0 data src=$OUT count="$2" hz=1000 log=1 \
		>"$LOGS/$1" &
	STREAM=$!
}

# lost STREAM LISTENER MICROSECONDS: frames that were sent after that time and did not come.
lost() {
	awk -v after="$3" 'FNR == NR { if ($1 == "sent") time[$2] = $3; next }
		$1 == "missing" && time[$2] > after { n++ } END { print n + 0 }' \
		"$LOGS/$1" "$LOGS/$2"
}

slb_begin
echo mono >$tracefs/trace_clock
echo 1 >$tracefs/events/nettune/slb_active/enable
build_net 2
slb enable bond0 >/dev/null

listen stream vm1 eth0
stream sent 2000
within 10 grep -q . "$LOGS/sent" || true
ip -n sw link set s0 down
within 5 active_is p1
wait $STREAM
heard stream
switched=$(grep -m1 "slb_active: .*from=[1-9]" $tracefs/trace | grep -oE '[0-9]+\.[0-9]+:' | tr -d '.:')
grep '^data' "$LOGS/stream"
echo "lost in all: $(grep -c '^missing' "$LOGS/stream"), after the switch at $switched us:" \
	"$(lost sent stream "$switched")"
[[ -n $switched ]] || fail "no trace of the switch"
equals "frames sent after the switch and lost" "$(lost sent stream "$switched")" 0
equals "copies" "$(sed -n 's/^data received=\([0-9]*\) distinct=\1 .*/none/p' "$LOGS/stream")" none
passed 10 "active port down: another takes over at once"

within 10 usable p1
ip -n sw link set s0 up
within 10 usable p0
for round in 1 2 3; do
	ip -n sw link set s0 down
	within 10 eval '! usable p0'
	ip -n sw link set s0 up
	within 10 usable p0
done
equals "active after flaps of the other" "$(value active)" p1
once "after $round flaps"
passed 11 "the choice is sticky"

ip -n sw link set s0 down
ip -n sw link set s1 down
within 10 active_is none
ip -n sw link set s0 up
within 10 active_is p0
within 10 usable p0
once "after all ports were down"
ip -n sw link set s1 up
within 10 usable p1
passed 12 "all ports down, then one up"

before=$(value active-changes)
ip -n h link set p0 nomaster
active_is p1 || fail "the active port left, and it is $(value active)"
equals "ports after one left" "$(slb show bond0 | grep -c '^port')" 1
once "after a port left"
ip -n h link set p0 down
ip -n h link set p0 master bond0
ip -n h link set p0 up
within 10 usable p0
equals "ports after one joined" "$(slb show bond0 | grep -c '^port')" 2
once "after a port joined"
equals "active changes" "$(($(value active-changes) - before))" 1
passed 13 "port removed and added"

slb disable bond0 >/dev/null
slb enable bond0 >/dev/null
equals "the active port" "$(value active)" p1
# Even sums send through the first port in bonding's own order; ask who is where.
send vm1 eth0 data src=$VM1 count=2
send vm2 eth0 data src=$VM2 count=2
send vm1 eth0 data src=$VM1 tag=8100:0007 count=2
send vm2 eth0 data src=$VM2 tag=8100:0007 count=2
send x eth0 data src=$OUT count=5
slb macs bond0 >"$LOGS/macs"
cat "$LOGS/macs"
failing=$(awk -v mac=$VM1 '$2 == mac && $3 == "vid=0" { sub("port=", "", $4); print $4 }' "$LOGS/macs")
listen x x eth0
listen vm1 vm1 eth0
ip -n sw link set "s${failing#p}" down
expected=$(grep -c "port=$failing " "$LOGS/macs")
announced() { [[ $(value announced) == "$1" ]]; }
within 10 announced "$expected"
heard x vm1
equals "announced, by the switch's side" \
	"$(awk '$2 == "8035" { print $1 " vid=" $3 }' "$LOGS/x" | sort)" \
	"$(awk -v port="port=$failing" '$4 == port { print $2 " " $3 }' "$LOGS/macs" | sort)"
equals "announcements of each" "$(awk '$2 == "8035" && $4 != 1' "$LOGS/x")" ""
equals "announcements back" "$(awk '$2 == "8035"' "$LOGS/vm1")" ""
at_least "addresses announced" "$expected" 2
ip -n sw link set "s${failing#p}" up
passed 23 "failover announces what sent through the failed port, tagged, and nothing else"
grep -c slb_active: $tracefs/trace
echo 0 >$tracefs/events/nettune/slb_active/enable
echo local >$tracefs/trace_clock
destroy_net

# The link monitor that asks by ARP gets its answers, and its own questions do not count.
build_net 2
ip -n h address add 10.0.0.1/24 dev br0
ip -n x address add 10.0.0.2/24 dev eth0
in_ns h sh -c 'cd /sys/class/net/bond0/bonding && echo 100 >arp_interval && echo +10.0.0.2 >arp_ip_target'
slb enable bond0 >/dev/null
within 20 all_used p0 p1
within 10 usable p0
within 10 usable p1
ip -n sw link set s1 nomaster
within 20 eval '! usable p1'
ip -n sw link set s1 master br0
within 20 usable p1
at_least "own questions dropped" "$(value own-source)" 1
passed 21 "the ARP monitor works"
slb disable bond0 >/dev/null
destroy_net

traffic() {
	ip netns exec x "$FRAMES" send eth0 data src=$OUT count=100000 hz=2000 2>/dev/null &
	ip netns exec vm1 "$FRAMES" send eth0 data src=$VM1 count=100000 hz=2000 2>/dev/null &
}
traffic_over() {
	# shellcheck disable=SC2046  # several numbers
	kill $(jobs -p) 2>/dev/null || true
	wait || true
}
gone() { [[ -z $(slb show) ]]; }

build_net 2
slb enable bond0 >/dev/null
ip netns exec h "$SLB" events >"$LOGS/events" &
within 5 grep -q listening "$LOGS/events"
traffic
ip -n h link del bond0
within 5 grep -q 'event stopped because: bond was deleted' "$LOGS/events"
gone || fail "balance-slb outlives its bond"
traffic_over
destroy_net

build_net 2
slb enable bond0 >/dev/null
traffic
destroy_net
traffic_over
within 10 eval '! ip netns list | grep -q .'

# The bond first, so that its ports go before it: each has the rest announced, in one batch.
for ((round = 0; round < 10; round++)); do
	ip netns add h
	ip -n h link add bond0 type bond mode balance-xor xmit_hash_policy vlan+srcmac miimon 20
	for i in 0 1 2 3; do
		ip -n h link add "q$i" type veth peer name "r$i"
		ip -n h link set "q$i" master bond0
		ip -n h link set "r$i" up
	done
	ip -n h link set bond0 up
	slb enable bond0 >/dev/null
	within 10 all_used q0 q1 q2 q3
	ip netns del h
done
within 10 eval '! ip netns list | grep -q .'

build_net 2
slb enable bond0 >/dev/null
traffic
rmmod nettune
traffic_over
listen vm1 vm1 eth0
send x eth0 data src=$OUT count=10
heard vm1
equals "copies without the module" "$(seen vm1 $OUT $DATA)" 20
passed 14 "bond deleted, namespace deleted, module removed under traffic"
verdict
