#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# kernels: uml 6.12(soak): an emulated guest takes long
# Which frames balance-slb lets in, learns from and steers, one by one.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"

DATA=88b5

# Broadcast from outside, to two, three and four ports.
external_broadcast() {
	local ports=$1
	listen vm1 vm1 eth0
	send x eth0 data src=$OUT count=10
	send x eth0 data src=$OUT count=10 dst=01:00:5e:00:00:01
	send x eth0 data src=$OUT count=10 dst=33:33:00:00:00:01
	heard vm1
	equals "broadcast and multicast over $ports ports" "$(seen vm1 $OUT $DATA)" 30
}

slb_begin

# Without it, the topology does show what is wrong.
build_net 2
listen vm1 vm1 eth0
send x eth0 data src=$OUT count=10
send vm1 eth0 data src=$VM1 count=10
heard vm1
equals "copies without it" "$(seen vm1 $OUT $DATA)" 20
equals "reflections without it" "$(seen vm1 $VM1 $DATA)" 10
destroy_net

more_ports=(3 4)
[[ $NETTUNE_TARGET == uml ]] || more_ports=(4)
for ports in "${more_ports[@]}"; do
	build_net "$ports"
	slb enable bond0 >/dev/null
	external_broadcast "$ports"
	destroy_net
done
build_net 2
slb enable bond0
equals "the active port" "$(value active)" p0
external_broadcast 2
passed 1 "external broadcast delivered once, 2, ${more_ports[*]} ports"
passed 2 "external multicast delivered once"

listen vm1 vm1 eth0
listen vm2 vm2 eth0
listen x x eth0
send vm1 eth0 data src=$VM1 count=10
send vm2 eth0 data src=$VM2 count=10
heard vm1 vm2 x
equals "own broadcast back to vm1" "$(seen vm1 $VM1 $DATA)" 0
equals "own broadcast back to vm2" "$(seen vm2 $VM2 $DATA)" 0
equals "vm1's broadcast to vm2" "$(seen vm2 $VM1 $DATA)" 10
equals "vm1's broadcast outside" "$(seen x $VM1 $DATA)" 10
equals "vm2's broadcast outside" "$(seen x $VM2 $DATA)" 10
equals "vm1's port" "$(slb macs bond0 | grep "$VM1 vid=0" | grep -c port=p0)" 1
equals "vm2's port" "$(slb macs bond0 | grep "$VM2 vid=0" | grep -c port=p1)" 1
passed 3 "own broadcast not reflected, from the active and from the other port"

ip -n vm1 link add link eth0 name eth0.7 type vlan id 7
ip -n vm1 link set eth0.7 up
listen vm1 vm1 eth0
listen x x eth0
send vm1 eth0.7 data src=$VM1 count=10
send vm1 eth0 data src=$VM1 count=10 tag=8100:0008
# What a bridge takes in has its tag beside it by then; a packet socket's stays where it is.
send h bond0 data src=02:00:00:00:00:13 count=10 tag=8100:0008
heard vm1 x
equals "tagged by a VLAN device, back" "$(seen vm1 $VM1 $DATA 7)" 0
equals "tagged by a VLAN device, outside" "$(seen x $VM1 $DATA 7)" 10
passed 4 "VLAN device"
equals "tagged in the payload, back" "$(seen vm1 $VM1 $DATA 8)" 0
equals "tagged in the payload, outside" "$(seen x $VM1 $DATA 8)" 10
equals "by a packet socket, back" "$(seen vm1 02:00:00:00:00:13 $DATA 8)" 0
equals "by a packet socket, outside" "$(seen x 02:00:00:00:00:13 $DATA 8)" 10
equals "by a packet socket, learned" "$(slb macs bond0 | grep -c '02:00:00:00:00:13 vid=8 ')" 1
passed 5 "tag in the payload"

listen vm1 vm1 eth0
send vm1 eth0 data src=$VM1 count=10 tag=88a8:0009 inner=8100:0005
heard vm1
equals "QinQ, back" "$(seen vm1 $VM1 8100 9)" 0
equals "entries of the outer VLAN" "$(slb macs bond0 | grep -c "$VM1 vid=9 ")" 1
equals "entries of the inner VLAN" "$(slb macs bond0 | grep -c "$VM1 vid=5 ")" 0
passed 6 "QinQ, the outer VLAN is the key"

listen vm1 vm1 eth0
send vm1 eth0 data src=02:00:00:00:00:12 count=10 tag=8100:6000
send x eth0 data src=02:00:00:00:00:12 count=10
heard vm1
equals "priority tag, back untagged" "$(seen vm1 02:00:00:00:00:12 $DATA)" 0
passed 7 "priority tag is no VLAN"

# The switch's table says where unicast comes in; a static one says each port in turn.
unicast_by() {
	in_ns sw bridge fdb replace $VM1 dev "$1" master static
	listen vm1 vm1 eth0
	send x eth0 data src=$OUT dst=$VM1 count=10
	heard vm1
	equals "unicast by $1" "$(seen vm1 $OUT $DATA)" 10
}
unicast_by s0
before=$(value unicast-elsewhere p1)
unicast_by s1
in_ns sw bridge fdb del $VM1 dev s1 master
passed 8 "unicast accepted on every port"
equals "unicast elsewhere" "$(($(value unicast-elsewhere p1) - before))" 10
send x eth0 data src=$OUT dst=$VM1 count=10
in_ns sw ip link set br0 type bridge ageing_time 0 fdb_flush
send x eth0 data src=$OUT dst=$VM1 count=10
at_least "flooded unicast counted" "$(value unicast-elsewhere p1)" $((before + 20))
in_ns sw ip link set br0 type bridge ageing_time 30000
passed 29 "unknown unicast counted"

# What ends at the link, to the addresses of spanning tree, LACP and LLDP: each from a source of its own.
ENDS=(00 02 0e)
link_local() {
	local i last
	listen p0 h p0 proto=0x88cc
	listen p1 h p1 proto=0x88cc
	listen vm1 vm1 eth0
	for last in "${ENDS[@]}"; do
		for i in 0 1; do
			send sw s$i link-local "src=02:00:00:00:0$i:$last" "dst=01:80:c2:00:00:$last" count=5
		done
	done
	heard p0 p1 vm1
}

# seen_by LISTENER PORT: how many of each.
seen_by() {
	local last
	for last in "${ENDS[@]}"; do
		printf '%s ' "$(seen "$1" "02:00:00:00:0$2:$last" 88cc)"
	done
}

# A bridge that does no spanning tree hands its frames on, as a cable would: below such a one a
# socket of the port sees the others only, and the machines see these.
before=$(value link-local p1)
link_local
for i in 0 1; do
	equals "STP, LACP, LLDP on p$i below a bridge" "$(seen_by p$i $i)" "0 5 5 "
	equals "STP, LACP, LLDP by p$i in vm1" "$(seen_by vm1 $i)" "5 0 0 "
done
ip -n h link set bond0 nomaster
link_local
ip -n h link set bond0 master br0
# Whom the bridge has forgotten meanwhile.
send x eth0 data src=$OUT
for i in 0 1; do
	equals "STP, LACP, LLDP on p$i" "$(seen_by p$i $i)" "5 5 5 "
done
equals "link-local frames of p1" "$(($(value link-local p1) - before))" 30
passed 9 "link-local protocols on every port"

# What a machine that moved away sends; before it, the last it sent here.
moves_away() {
	local kind=$1
	send vm2 eth0 data src=$VM2
	listen vm1 vm1 eth0
	send x eth0 data src=$VM2 count=3
	send x eth0 "$kind" src=$VM2
	send x eth0 data src=$VM2 count=5
	heard vm1
	equals "reflections before $kind, and what follows" "$(seen vm1 $VM2 $DATA)" 5
	equals "$kind" "$(awk -v src=$VM2 '$1 == src && $2 != "88b5" { n += $4 } END { print n + 0 }' \
		"$LOGS/vm1")" 1
}
before=$(value garp-moved)
moves_away garp-request
moves_away garp-reply
moves_away rarp
moves_away na
equals "moves" "$(($(value garp-moved) - before))" 4
passed 15 "announcements of a machine that moved away pass at once"

send vm2 eth0 data src=$VM2
listen vm1 vm1 eth0
send x eth0 arp src=$VM2
heard vm1
equals "a common ARP request is none" "$(seen vm1 $VM2 0806)" 0

before=$(value garp-locked)
listen vm2 vm2 eth0
listen vm1 vm1 eth0
for kind in garp-request garp-reply rarp na; do
	send vm2 eth0 $kind src=$VM2
	send x eth0 $kind src=$VM2
done
heard vm1 vm2
equals "own announcements back" "$(seen vm2 $VM2 0806)/$(seen vm2 $VM2 8035)/$(seen vm2 $VM2 86dd)" 0/0/0
# The switch's copy of vm2's own, and the one from outside, of each.
equals "locked" "$(($(value garp-locked) - before))" 8
equals "own announcements to vm1" "$(seen vm1 $VM2 0806)" 2
passed 16 "own announcements are locked"

before=$(value reflected)
listen vm1 vm1 eth0
send vm2 eth0 data src=$VM2 dst=$OUT
send x eth0 data src=$VM2 dst=$VM1 count=5
heard vm1
equals "spoofed inside the window" "$(seen vm1 $VM2 $DATA)" 0
at_least "reflections counted" "$(($(value reflected) - before))" 5
age_out
listen vm1 vm1 eth0
send x eth0 data src=$VM2 count=5
send x eth0 garp-request src=$VM2
heard vm1
equals "after the window" "$(seen vm1 $VM2 $DATA)" 5
equals "its announcement, unlocked" "$(seen vm1 $VM2 0806)" 1
equals "what moved is forgotten" "$(slb macs bond0 | grep -c "$VM2 vid=0 ")" 0
passed 17 "without announcement an entry ages out"
passed 19 "spoofed inside the window dropped, outside accepted"

listen s0 sw s0
listen s1 sw s1
listen vm2 vm2 eth0
for kind in igmp mld; do
	send vm1 eth0 $kind src=$VM1 count=3
	send vm2 eth0 $kind src=$VM2 count=3
done
heard s0 s1 vm2
equals "IGMP by the active port" "$(seen s0 $VM1 0800)/$(seen s0 $VM2 0800)" 3/3
equals "MLD by the active port" "$(seen s0 $VM1 86dd)/$(seen s0 $VM2 86dd)" 3/3
equals "reports by the other" "$(awk '$2 == "0800" || $2 == "86dd"' "$LOGS/s1" | wc -l)" 0
equals "reports back" "$(seen vm2 $VM2 0800)/$(seen vm2 $VM2 86dd)" 0/0
equals "steered" "$(value reports-steered)" 6
passed 22 "IGMP and MLD reports leave by the active port only"

if modprobe -q act_mirred && modprobe -q cls_matchall && modprobe -q sch_ingress; then
	cable h tap0 vm1 tap
	in_ns h tc qdisc add dev tap0 ingress
	in_ns h tc filter add dev tap0 ingress matchall action mirred egress redirect dev bond0
	listen vm1 vm1 eth0
	send vm1 tap data src=02:00:00:00:00:22 count=5
	heard vm1
	equals "redirected, back" "$(seen vm1 02:00:00:00:00:22 $DATA)" 0
	equals "redirected, learned" "$(slb macs bond0 | grep -c '02:00:00:00:00:22 vid=0 ')" 1
	passed 24 "what tc redirects is learned"
else
	not_run 24 "no act_mirred"
fi
slb disable bond0 >/dev/null
destroy_net

build_net 3
slb enable bond0 >/dev/null
for tci in 0064 2064 4064 6064; do
	send vm1 eth0 data src=$VM1 tag=8100:$tci
done
at_least "flaps of three ports" "$(value port-flaps)" 1
passed 28 "three ports and PCP: port flaps counted"
verdict
