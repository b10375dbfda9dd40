#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 480 s
# kernels: uml: an emulated guest takes too long
# What becomes of frames under each way to do balance-slb, as a table: docs/balance-slb.md has it,
# and this fails when it is another. "make docs-slb" writes it there. A cell is what was seen here.
# NETTUNE_SLB_ROW="WAY ROW N" in the environment of run.sh looks at one row only, N times.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"
# shellcheck source=slb_ways.sh
. "$(dirname "$0")/slb_ways.sh"
command -v nft >/dev/null && modprobe -q nf_tables || skip "no nft"

DATA=88b5
PAGE=$NETTUNE_ROOT/docs/balance-slb.md

# In the order of the table: the function that looks, and what it is about.
ROWS=(
	"broadcast|broadcast from outside, two ports"
	"three_ports|broadcast from outside, three ports"
	"multicast|IPv4 and IPv6 multicast from outside"
	"own_active|own broadcast, sent through the active port, does not come back"
	"own_other|own broadcast, sent through another port, does not come back"
	"own_vlan|own broadcast in a VLAN does not come back"
	"own_qinq|own broadcast with two tags does not come back"
	"own_priority|own broadcast with a priority tag (VLAN 0) does not come back"
	"own_host|broadcast of the host itself does not come back"
	"own_tc|broadcast that tc redirects into the bond does not come back"
	"fdb|after a broadcast the host's bridge still knows where its sender is"
	"forged|a forged source, of a machine that has just sent, is dropped"
	"dad|detection of duplicate addresses finds no duplicate"
	"unicast|unicast by either port"
	"flooded|unicast that the switch floods"
	"lldp|LLDP on every port"
	"moved_garp-request|a machine moved away: gratuitous ARP request"
	"moved_garp-reply|a machine moved away: gratuitous ARP reply"
	"moved_rarp|a machine moved away: RARP"
	"moved_na|a machine moved away: IPv6 neighbour advertisement"
	"moved_silent|a machine moved away without a word, 5 s later"
	"own_announced|own announcements (all four) do not come back"
	"reports|IGMP and MLD reports leave by the active port"
	"priorities|three ports: a machine with several priorities (PCP) uses one port"
	"failover|the active port fails: frames of a 1 kHz broadcast after the kernel told"
	"failed_over|the active port has failed: broadcast from outside"
	"port_back|it came back: broadcast from outside"
	"all_down|all ports failed, one came back: broadcast from outside"
	"rejoined|a port left and joined: broadcast from outside"
	"silent|a port has failed: unicast to a machine that sent through it and is silent"
	"announced|a port has failed: its machines, and no others, are announced in their VLANs"
	"flushed|after 'nft flush ruleset': broadcast from outside"
	"killed|its program killed, then the active port fails: broadcast from outside"
)

declare -A CELLS=()
WAY='' CELL=''

# delivered SEEN SENT: of frames that are to come in once.
delivered() {
	if (($1 == $2)); then
		CELL=ok
	elif (($1 == 0)); then
		CELL=lost
	elif (($1 % $2 == 0)); then
		CELL="$(($1 / $2)) copies"
	else
		CELL="$1 of $2"
	fi
}

# kept_out SEEN: of frames that are not to come in.
kept_out() {
	CELL=ok
	(($1 == 0)) || CELL="${2:-comes back}"
}

# from SOURCE: all that vm1 heard of it.
from() {
	local src rest count all=0
	while read -r src rest rest count; do
		[[ $src != "$1" ]] || all=$((all + count))
	done <"$LOGS/vm1"
	echo $all
}

# while_fresh COMMAND…: again, if it says by fresh_since that who had sent may be forgotten (5 s).
FRESH=''
while_fresh() {
	local try
	for ((try = 0; try < 10; try++)); do
		FRESH=1
		"$@"
		[[ -z $FRESH ]] || return 0
	done
	fail "$WAY: $*: takes longer than what was sent is remembered"
}

# fresh_since SECONDS: of the shell's clock.
fresh_since() { ((SECONDS - $1 <= 3)) || FRESH=''; }

# note ROW COMMAND…: what COMMAND makes of it is this row's cell.
note() {
	CELL=
	"${@:2}"
	CELLS[$1,$WAY]=$CELL
	echo "$SECONDS s: $WAY: $1: $CELL"
}

# at_vm1 NS DEVICE KIND …: send, and have vm1 count.
at_vm1() {
	listen vm1 vm1 eth0
	send "$@"
	heard vm1
}

from_outside() {
	at_vm1 x eth0 data src=$OUT count=10 "$@"
	delivered "$(seen vm1 $OUT $DATA)" 10
}

look_broadcast() { from_outside; }

look_multicast() {
	listen vm1 vm1 eth0
	send x eth0 data src=$OUT count=10 dst=01:00:5e:00:00:01
	send x eth0 data src=$OUT count=10 dst=33:33:00:00:00:01
	heard vm1
	delivered "$(seen vm1 $OUT $DATA)" 20
}

# What a machine sends, each from an address of its own, and whether it hears that itself. The sum
# of address and tag is even only for the first: the others come back by the active port.
look_own() {
	local kind to=02:00:00:00:01
	listen vm1 vm1 eth0
	send vm1 eth0 data src=$VM1 count=10
	send vm1 eth0 data src=$to:11 count=10
	send vm1 eth0 data src=$to:12 count=10 tag=8100:0007
	send vm1 eth0 data src=$to:14 count=10 tag=88a8:0009 inner=8100:0005
	send vm1 eth0 data src=$to:17 count=10 tag=8100:6000
	for kind in garp-request garp-reply rarp na; do
		send vm1 eth0 $kind src=$to:18
		send vm1 eth0 $kind src=$to:19
	done
	heard vm1
	note own_active kept_out "$(from $VM1)"
	note own_other kept_out "$(from $to:11)"
	note own_vlan kept_out "$(from $to:12)"
	note own_qinq kept_out "$(from $to:14)"
	note own_priority kept_out "$(from $to:17)"
	note own_announced kept_out "$(($(from $to:18) + $(from $to:19)))"
}

# Untagged through the active port; in VLAN 7 through the other.
look_own_host() {
	ip -n h link add link bond0 name vlan7 type vlan id 7
	ip -n h link set vlan7 up
	listen vm1 vm1 eth0
	listen vlan7 h vlan7
	send h bond0 data src=$BOND_MAC count=10
	send h vlan7 data src=$BOND_MAC count=10
	heard vm1 vlan7
	kept_out "$(($(from $BOND_MAC) + $(seen vlan7 $BOND_MAC $DATA)))"
	ip -n h link del vlan7
}

look_own_tc() {
	cable h tap0 vm1 tap
	in_ns h tc qdisc add dev tap0 ingress
	in_ns h tc filter add dev tap0 ingress matchall action mirred egress redirect dev bond0
	at_vm1 vm1 tap data src=02:00:00:00:00:23 count=10
	kept_out "$(from 02:00:00:00:00:23)"
	ip -n h link del tap0
}

look_fdb() {
	at_vm1 vm2 eth0 data src=$VM2 count=10
	case $(in_ns h bridge fdb get $VM2 br br0) in
	*"dev v2 "*) CELL=ok ;;
	*"dev bond0 "*) CELL="moved to the bond" ;;
	*) CELL=forgotten ;;
	esac
}

look_forged() { while_fresh send_forged; }

send_forged() {
	local begun=$SECONDS
	send vm2 eth0 data src=$VM2 dst=$OUT
	listen vm1 vm1 eth0
	send x eth0 data src=$VM2 count=10
	fresh_since $begun
	heard vm1
	kept_out "$(seen vm1 $VM2 $DATA)" "let in"
}

decided() { ! ip -n h -6 address show tentative -dadfailed | grep -q inet6; }

look_dad() {
	local device
	ip -n h link add link bond0 name vlan7 type vlan id 7
	in_ns h sysctl -qw net.ipv6.conf.all.enhanced_dad=0
	for device in br0 vlan7; do
		in_ns h sysctl -qw net.ipv6.conf.$device.enhanced_dad=0 \
			net.ipv6.conf.$device.router_solicitation_delay=0 net.ipv6.conf.$device.disable_ipv6=0
		ip -n h link set $device up
		ip -n h -6 address add fd00:${#device}::1/64 dev $device
	done
	within 20 decided
	kept_out "$(ip -n h -6 address show dadfailed | grep -c inet6 || true)" fails
	ip -n h link del vlan7
	in_ns h sysctl -qw net.ipv6.conf.br0.disable_ipv6=1
}

# Everybody knows where vm1 is, whatever its broadcasts did.
find_vm1() {
	send x eth0 data src=$OUT
	send vm1 eth0 data src=$VM1 dst=$OUT
}

look_unicast() {
	local port
	find_vm1
	for port in s0 s1; do
		in_ns sw bridge fdb replace $VM1 dev $port master static
		from_outside dst=$VM1
		in_ns sw bridge fdb del $VM1 dev $port master
		[[ $CELL == ok ]] || break
	done
}

look_flooded() {
	find_vm1
	in_ns sw ip link set br0 type bridge ageing_time 0 fdb_flush
	from_outside dst=$VM1
	in_ns sw ip link set br0 type bridge ageing_time 30000
}

look_lldp() {
	listen p0 h p0 proto=0x88cc
	listen p1 h p1 proto=0x88cc
	send sw s0 link-local count=5
	send sw s1 link-local count=5
	heard p0 p1
	case $(seen p0 $OUT 88cc)/$(seen p1 $OUT 88cc) in
	5/5) CELL=ok ;;
	5/0) CELL="active port only" ;;
	*) CELL=lost ;;
	esac
}

# moved SOURCE: what vm1 heard of it, one announcement and five frames.
moved() {
	local heard told
	heard=$(seen vm1 "$1" $DATA)
	told=$(($(from "$1") - heard))
	case $told/$heard in
	1/5) CELL=ok ;;
	0/0) CELL="not heard for 5 s" ;;
	2/10) CELL="2 copies" ;;
	*) CELL="$told told, $heard heard" ;;
	esac
}

# Machines that have sent here announce themselves from outside, and send there.
declare -A MOVED=([garp-request]=02:00:00:00:01:20 [garp-reply]=02:00:00:00:01:21
	[rarp]=02:00:00:00:01:22 [na]=02:00:00:00:01:23)
send_moved() {
	local kind src begun
	listen vm1 vm1 eth0
	for kind in "${!MOVED[@]}"; do
		src=${MOVED[$kind]} begun=$SECONDS
		send vm2 eth0 data "src=$src" dst=$OUT
		send x eth0 "$kind" "src=$src"
		send x eth0 data "src=$src" count=5
		fresh_since $begun
	done
	heard vm1
}

# Whom all know is x: what is for it, vm1 does not hear.
look_moved() {
	local kind
	send x eth0 data src=$OUT
	while_fresh send_moved
	for kind in "${!MOVED[@]}"; do
		note "moved_$kind" moved "${MOVED[$kind]}"
	done
}

# Rows that come between leave this one alone.
SILENT=02:00:00:00:01:24 SILENT_SINCE=0
begin_silence() {
	send x eth0 data src=$OUT
	send vm2 eth0 data src=$SILENT dst=$OUT
	SILENT_SINCE=$SECONDS
}

# Whole seconds: 7 of them are at least 6.
is_forgotten() { ((SECONDS - SILENT_SINCE >= 7)); }

look_moved_silent() {
	within 10 is_forgotten
	at_vm1 x eth0 data src=$SILENT count=5
	delivered "$(seen vm1 $SILENT $DATA)" 5
}

look_reports() {
	local kind
	listen s0 sw s0
	listen s1 sw s1
	for kind in igmp mld; do
		send vm1 eth0 $kind src=$VM1
		send vm2 eth0 $kind src=$VM2
	done
	heard s0 s1
	case $(awk '$2 == "0800" || $2 == "86dd" { n += $4 } END { print n + 0 }' "$LOGS/s0") in
	4) CELL=ok ;;
	2) CELL="by any port" ;;
	*) CELL=lost ;;
	esac
}

look_three_ports() {
	join p2
	settled from_outside
}

# With these three.
look_priorities() {
	local tci i used=0
	for i in 0 1 2; do listen "s$i" sw "s$i"; done
	for tci in 0064 2064 4064 6064; do
		send vm1 eth0 data src=$VM1 dst=$OUT tag=8100:$tci
	done
	heard s0 s1 s2
	for i in 0 1 2; do
		(($(seen "s$i" $VM1 $DATA) == 0)) || used=$((used + 1))
	done
	kept_out $((used - 1)) "uses several"
	ip -n h link set p2 nomaster
}

# settled COMMAND…: who hears of links may take a moment; it is ok then, or not. Where nobody hears
# there is nothing to wait for.
settled() {
	local end=$((SECONDS + 10))
	[[ $WAY == module || -n $KEEPER ]] || end=0
	"$@"
	while [[ $CELL != ok ]] && ((SECONDS < end)); do
		"$@"
	done
}

# The kernel tells of p2, which is not in the bond.
monitor_hears() {
	ip -n h link set p2 down
	ip -n h link set p2 up
	[[ -s $LOGS/links ]]
}

# When the kernel told that p0 has lost its carrier, in microseconds.
carrier_lost() { sed -n '/ p0@.*NO-CARRIER/{s/ .*//p;q}' "$LOGS/links"; }
carrier_is_told() { [[ -n $(carrier_lost) ]]; }

# Who loses its carrier is told to everybody at the same moment; what is sent later has to come in.
look_failover() {
	local monitor sender
	rm -f "$LOGS/links" "$LOGS/sent"
	ip -n h -o monitor link > >("$FRAMES" stamp >"$LOGS/links") &
	monitor=$!
	within 10 monitor_hears
	listen stream vm1 eth0
	"$FRAMES" -n x send eth0 data src=$OUT count=1000 hz=1000 log=1 >"$LOGS/sent" &
	sender=$!
	within 10 test -s "$LOGS/sent"
	ip -n sw link set s0 down
	wait $sender
	heard stream
	within 10 carrier_is_told
	kill $monitor
	wait $monitor || true
	CELL=ok
	lost_after "$(carrier_lost)" || CELL=hole
}

# lost_after MICROSECONDS: frames that were sent after that time and did not come; fails if there are.
lost_after() {
	awk -v told="$1" -v way="$WAY" '
		function lost(number) {
			all++
			if (time[number] > told) { after++; last = time[number] }
		}
		$1 == "sent" { time[$2] = $3; count++ }
		$1 == "missing" { lost($2) }
		$1 == "data" { sub(/.*last=/, ""); for (number = $0 + 1; number < count; number++) lost(number) }
		END { printf "%s: lost %d, of these %d after the kernel told, the last %.1f ms after\n",
			way, all, after, after ? (last - told) / 1000 : 0; exit after > 0 }' \
		"$LOGS/sent" "$LOGS/stream"
}

look_failed_over() { settled from_outside; }

look_port_back() {
	ip -n sw link set s0 up
	within 10 all_used p0
	settled from_outside
}

look_all_down() {
	ip -n sw link set s0 down
	ip -n sw link set s1 down
	within 10 eval '! all_used p0 && ! all_used p1'
	ip -n sw link set s0 up
	within 10 all_used p0
	settled from_outside
	ip -n sw link set s1 up
	within 10 all_used p1
}

# Each in turn, so that they are in the same order again, by which bonding chooses.
look_rejoined() {
	local port worst=ok
	for port in p0 p1; do
		ip -n h link set $port nomaster
		join $port
		settled from_outside
		[[ $CELL == ok ]] || worst=$CELL
	done
	CELL=$worst
}

# join PORT: the bond has it, and uses it.
join() {
	ip -n h link set "$1" down
	ip -n h link set "$1" master bond0
	ip -n h link set "$1" up
	within 10 all_used "$1"
}

# A switch for each port, below the one that all have, which does not see their links fail.
build_leaves() {
	local i
	for i in 0 1; do
		ip -n sw link add leaf$i type bridge stp_state 0 mcast_snooping 0
		ip -n sw link set leaf$i up
		cable sw down$i sw up$i
		ip -n sw link set down$i master br0
		ip -n sw link set up$i master leaf$i
	done
}

# plug BRIDGE BRIDGE: where the cables of p0 and p1 end.
plug() {
	ip -n sw link set s0 master "$1"
	ip -n sw link set s1 master "$2"
}

# has_sent SOURCE [tag=…]: to x, whom all know; it then finds the source by the port of its frames.
has_sent() { send vm1 eth0 data "src=$1" dst=$OUT "${@:2}"; }

# port_of SOURCE: where the switches see it.
port_of() {
	case $(in_ns sw bridge fdb get "$1" br br0) in
	*"dev down0 "*) echo 0 ;;
	*"dev down1 "*) echo 1 ;;
	*) fail "$WAY: the switch does not know $1" ;;
	esac
}

# The kernel has told of what became of p0 and p1: their state is set just before.
links_are_told() {
	local port
	for port in p0 p1; do
		[[ $(ip -n h -br link show dev $port) == *" UP "* ]] || return 1
	done
}

# afresh: who does it knows of nobody, and has no event left to answer.
afresh() {
	within 10 links_are_told
	way_off "$WAY"
	way_on "$WAY"
}

has_announced() { (($(value announced) >= 2)); }

# From the beginning, so that nobody else is announced.
look_silent() {
	local failing
	afresh
	plug leaf0 leaf1
	at_vm1 x eth0 data src=$OUT
	has_sent $VM1
	has_sent $VM1 tag=8100:0008
	has_sent $VM2
	failing=$(port_of $VM1)
	listen x x eth0
	ip -n sw link set "s$failing" down
	within 10 eval "! all_used p$failing"
	# Who does it has changed what it has to.
	settled from_outside
	[[ $CELL == ok ]] || fail "$WAY: broadcast after a failover: $CELL"
	[[ $WAY != module ]] || within 10 has_announced
	heard x
	from_outside dst=$VM1
	if [[ $CELL != ok ]]; then
		has_sent $VM1
		from_outside dst=$VM1
		[[ $CELL != ok ]] || CELL="lost until it sends"
	fi
	cp "$LOGS/x" "$LOGS/announced"
}

# What the row before has heard: vm1 sent through the port that failed, in two VLANs, and vm2 did not.
look_announced() {
	case $(awk '$2 == "8035" { print $1 "/" $3 }' "$LOGS/announced" | sort | tr '\n' ' ') in
	"$VM1/0 $VM1/8 ") CELL=ok ;;
	"") CELL="nobody does" ;;
	*) CELL=others ;;
	esac
	ip -n sw link set s0 up
	ip -n sw link set s1 up
	within 10 all_used p0 p1
	plug br0 br0
}

# bond run looks for its rules from time to time; NetworkManager hears of links only.
look_flushed() {
	afresh
	in_ns h nft flush ruleset
	[[ $WAY != nft ]] || within 20 run_said "the rules were gone, and are there again"
	from_outside
	[[ $WAY != nft || $CELL != ok ]] || CELL="mended by itself"
}

# Which port is the active one, only a failure of both in turn shows.
look_killed() {
	local i worst=ok
	afresh
	keeper_kill
	for i in 0 1; do
		ip -n sw link set s$i down
		within 10 eval "! all_used p$i"
		settled from_outside
		[[ $CELL == ok ]] || worst=$CELL
		ip -n sw link set s$i up
		within 10 all_used p$i
	done
	CELL=$worst
}

# look_all WAY: fill in its cells.
look_all() {
	local row
	WAY=$1
	ip -n h link set br0 type bridge fdb_flush
	way_on "$WAY"
	look_own
	look_moved
	begin_silence
	# In this order: first what leaves all as it was.
	for row in broadcast multicast own_host own_tc fdb forged dad moved_silent unicast flooded lldp reports \
		three_ports priorities failover failed_over port_back all_down rejoined \
		silent announced flushed killed; do
		note "$row" "look_$row"
	done
	way_off "$WAY"
}

# With a third port, which is not the bond's yet.
build_all() {
	build_net 2
	build_leaves
	cable h p2 sw s2
	ip -n sw link set s2 master br0
}

print_table() {
	local row way
	echo "| | nobody | NetworkManager's rules | \`bond run\` (nft) | module |"
	echo "|---|---|---|---|---|"
	for row in "${ROWS[@]}"; do
		printf '| %s |' "${row#*|}"
		for way in "${WAYS[@]}"; do
			printf ' %s |' "${CELLS[${row%%|*},$way]:-not looked at}"
		done
		echo
	done
}

# look_one WAY ROW N: what that row's cell becomes, each time.
look_one() {
	local i
	WAY=$1
	way_on "$WAY"
	[[ $2 != moved_silent ]] || begin_silence
	for ((i = 0; i < $3; i++)); do
		note "$2" "look_$2"
	done
	way_off "$WAY"
}

slb_begin
build_all
if [[ -n ${NETTUNE_SLB_ROW:-} ]]; then
	read -ra row <<<"$NETTUNE_SLB_ROW"
	look_one "${row[@]}"
	exit 0
fi
for way in "${WAYS[@]}"; do
	look_all "$way"
done
echo "<!-- table -->"
print_table | tee "$LOGS/table"
echo "<!-- end of table -->"
sed -n '/^<!-- table -->$/,/^<!-- end of table -->$/p' "$PAGE" | sed '1d;$d' >"$LOGS/page"
diff -u "$LOGS/page" "$LOGS/table" || fail "docs/balance-slb.md has another table; see 'make docs-slb'"
