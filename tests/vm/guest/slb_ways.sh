# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Who lets each frame in once, on the bond of slb.sh: nobody, rules as NetworkManager has them,
# "nettunectl bond run", or the module. Source slb.sh first.

# shellcheck disable=SC2034  # for who sources this
WAYS=(nobody networkmanager nft module)

# nm_rules BOND PRIMARY [OTHER…]: what NetworkManager 1.52 tells nft for a bond with balance-slb=1,
# in words of our own. It keeps its sets, writes the rest anew, and hooks the bond where we hook its ports.
# 1.42, Debian 12's, has no redirection of reports.
nm_rules() {
	local bond=$1 primary=$2 port
	local reports='membership-report-v1, membership-report-v2, membership-report-v3'
	shift 2
	echo "add table netdev nm-mlag-$bond
	flush table netdev nm-mlag-$bond
	table netdev nm-mlag-$bond {
		set macset-tagged { typeof ether saddr . vlan id; flags dynamic,timeout; }
		set macset-untagged { typeof ether saddr; flags dynamic,timeout; }
		chain tx-snoop-source-mac {
			type filter hook egress device $bond priority filter
			set update ether saddr . vlan id timeout 5s @macset-tagged return
			set update ether saddr timeout 5s @macset-untagged
		}
		chain rx-drop-looped-packets {
			type filter hook ingress device $bond priority filter
			ether saddr . vlan id @macset-tagged drop
			ether type vlan return
			ether saddr @macset-untagged drop
		}
	}"
	for port; do
		echo "table netdev nm-mlag-$bond {
			chain rx-drop-bc-mc-$port {
				type filter hook ingress device $port priority filter
				pkttype { broadcast, multicast } drop
			}
			chain tx-redirect-igmp-reports-$port {
				type filter hook egress device $port priority filter + 1
				igmp type { $reports } fwd to $primary
				icmpv6 type { mld-listener-report, mld2-listener-report } fwd to $primary
			}
		}"
	done
}

# nm_order BOND PRIMARY: its ports into $ORDER, first the one that stays primary while it runs, else
# the first by name that does. Starts no program, which a guest takes long for.
ORDER=()
nm_order() {
	local bond=$1 primary=$2 port carrier ports=() running=()
	for port in "/sys/class/net/$bond"/lower_*; do
		[[ -e $port ]] || continue
		port=${port##*/lower_} carrier=
		{ read -r carrier <"/sys/class/net/$port/carrier"; } 2>/dev/null || true
		ports+=("$port")
		[[ $carrier != 1 ]] || running+=("$port")
	done
	[[ " ${running[*]} " == *" $primary "* ]] || primary=${running[0]:-${ports[0]:-}}
	ORDER=(${primary:+"$primary"})
	for port in "${ports[@]}"; do
		[[ $port == "$primary" ]] || ORDER+=("$port")
	done
}

# nm_keep BOND: to be run in the bond's namespace; the rules anew for each bundle of events that
# is read, until these end. Tells each time.
nm_keep() {
	while :; do
		nm_order "$1" "${ORDER[0]:-}"
		if ((${#ORDER[@]})); then
			nm_rules "$1" "${ORDER[@]}" | nft -f - && echo "${ORDER[@]}"
		fi
		read -r _ || break
		# Also what came meanwhile: a limit of time is over before the first line where a tick is long.
		while read -r -t 0; do
			read -r _ || return 0
		done
	done
}

run_said() { grep -qs -- "$1" "$LOGS/run"; }

# What keeps the rules: what hears of links, or is all of it, and what that tells.
KEEPER='' TOLD=''
nm_start() {
	[[ -p $LOGS/events ]] || mkfifo "$LOGS/events"
	rm -f "$LOGS/rules"
	ip netns exec h bash -c ". '${BASH_SOURCE[0]}'; nm_keep bond0" <"$LOGS/events" >"$LOGS/rules" &
	TOLD=$!
	ip -n h monitor link >"$LOGS/events" &
	KEEPER=$!
}

# way_on WAY: of WAYS; returns when it is done.
way_on() {
	case $1 in
	networkmanager)
		nm_start
		within 20 test -s "$LOGS/rules" ;;
	nft)
		rm -f "$LOGS/run"
		NETTUNE_STATE_DIR=$LOGS ip netns exec h "$NETTUNECTL" bond run bond0 &>"$LOGS/run" &
		KEEPER=$!
		within 20 run_said "active port p" ;;
	module) slb enable bond0 >/dev/null ;;
	esac
}

# keeper_kill: it has no time to say goodbye. Nothing is killed that forks: UML 6.12 panics at times.
keeper_kill() {
	[[ -n $KEEPER ]] || return 0
	kill -KILL "$KEEPER"
	wait "$KEEPER" 2>/dev/null || true
	[[ -z $TOLD ]] || wait "$TOLD"
	KEEPER='' TOLD=''
}

way_off() {
	keeper_kill
	in_ns h nft flush ruleset
	[[ $1 != module ]] || slb disable bond0 >/dev/null
}
