#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 3000 s
# In a guest, by make bench-slb: what balance-slb adds to the cost of a frame on its way through
# bond and bridge - by the rules that NetworkManager 1.52 makes, by our rules of nft, by the
# module - and the memory of the module's table. Only ratios mean anything in a guest.
# shellcheck source=../vm/guest/slb.sh
. "$(dirname "$0")/../vm/guest/slb.sh"

bench=$NETTUNE_ROOT/build/tests/bench/slb_frames
[[ -x $bench ]] || skip "build/tests/bench/slb_frames is not built"
# With a clock that counts instructions, rounds differ by next to nothing.
ROUNDS=3
BATCHES=100
SPOOFED=100000

# Who is here sent before. NAME NAMESPACE DEVICE SOURCE DESTINATION TCI. Port p0 is the active one.
CASES="\
out-p0 vm1 eth0 $VM1 $OUT 0
out-p1 vm2 eth0 $VM2 $OUT 0
out-p1-tagged vm1 eth0 $VM1 $OUT 5
in-p0 sw s0 $OUT $VM1 0
in-p1 sw s1 $OUT $VM1 0
in-p0-tagged sw s0 $OUT $VM1 5
in-p0-broadcast sw s0 $OUT ff:ff:ff:ff:ff:ff 0
dropped-p1-broadcast sw s1 $OUT ff:ff:ff:ff:ff:ff 0"

# From NetworkManager's source: what it makes of a bond whose first port is p0.
networkmanager_begin() {
	in_ns h nft -f - <<'NFT'
table netdev nm-mlag-bond0 {
	set macset-tagged { typeof ether saddr . vlan id; flags dynamic,timeout; }
	set macset-untagged { typeof ether saddr; flags dynamic,timeout; }
	chain rx-drop-bc-mc-p1 {
		type filter hook ingress device p1 priority filter
		pkttype { broadcast, multicast } drop
	}
	chain tx-snoop-source-mac {
		type filter hook egress device bond0 priority filter
		set update ether saddr . vlan id timeout 5s @macset-tagged return
		set update ether saddr timeout 5s @macset-untagged
	}
	chain rx-drop-looped-packets {
		type filter hook ingress device bond0 priority filter
		ether saddr . vlan id @macset-tagged drop
		ether type vlan return
		ether saddr @macset-untagged drop
	}
	chain tx-redirect-igmp-reports-p1 {
		type filter hook egress device p1 priority filter + 1
		igmp type { membership-report-v1, membership-report-v2, membership-report-v3 } fwd to p0
		icmpv6 type { mld-listener-report, mld2-listener-report } fwd to p0
	}
}
NFT
}
networkmanager_end() { in_ns h nft flush ruleset; }

nft_begin() { in_ns h nft -f "$LOGS/rules"; }
nft_end() { in_ns h nft flush ruleset; }

module_begin() { slb enable bond0 >/dev/null; }
module_end() { slb disable bond0 >/dev/null; }

none_begin() { :; }
none_end() { :; }

# Our rules, as the command line makes them.
write_rules() {
	NETTUNE_STATE_DIR=$LOGS/state "$NETTUNECTL" --netns h --backend user bond enable bond0 --nft \
		>"$LOGS/said" || fail "bond enable --nft: $(cat "$LOGS/said")"
	in_ns h nft list ruleset >"$LOGS/rules"
	grep -q hook "$LOGS/rules" || fail "there are no rules"
	in_ns h nft flush ruleset
}

# Every bridge knows where everybody is: what it would flood would be measured too.
know_addresses() {
	in_ns sw bridge fdb replace $OUT dev sx master static
	in_ns sw bridge fdb replace $VM1 dev s0 master static
	in_ns sw bridge fdb replace $VM2 dev s1 master static
	in_ns h bridge fdb replace $OUT dev bond0 master static
	in_ns h bridge fdb replace $VM1 dev v1 master static
	in_ns h bridge fdb replace $VM2 dev v2 master static
}

# run_cases ROUND CONTENDER: adds lines "ROUND CONTENDER CASE NS" to what was measured.
run_cases() {
	local name ns device src dst tci
	"$2_begin"
	while read -r name ns device src dst tci; do
		printf '%s %s %s %s\n' "$1" "$2" "$name" \
			"$(in_ns "$ns" "$bench" "$device" "$src" "$dst" "$tci" $BATCHES)"
	done <<<"$CASES" >>"$LOGS/measured"
	"$2_end"
}

# What each adds to the same round without it; of all rounds the median.
report() {
	awk '
	function median(list, n, i, j, t) {
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
				t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
			}
		return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
	}
	function of(name, who, is_added, round, list) {
		for (round = 1; round <= rounds; round++)
			list[round] = ns[round, who, name] - (is_added ? ns[round, "none", name] : 0)
		return median(list, rounds)
	}
	{
		if (!(($3) in known)) { known[$3]; order[++cases] = $3 }
		ns[$1, $2, $3] = $4
		if ($1 > rounds) rounds = $1
	}
	END {
		for (i = 1; i <= cases; i++) {
			name = order[i]
			nm = of(name, "networkmanager", 1)
			nft = of(name, "nft", 1)
			module = of(name, "module", 1)
			printf "%s none=%.0f networkmanager=%+.0f nft=%+.0f module=%+.0f", name,
				of(name, "none", 0), nm, nft, module
			if (name ~ /^dropped/) { print ""; continue }
			printf " module/networkmanager=%.2f\n", module / nm
			all_nm += nm; all_nft += nft; all_module += module
		}
		printf "all module/networkmanager=%.2f nft/networkmanager=%.2f module/nft=%.2f\n",
			all_module / all_nm, all_nft / all_nm, all_module / all_nft
	}' "$LOGS/measured"
}

# What a table takes, and takes after more sources than it has room for.
report_table() {
	local before
	slb enable bond0 >/dev/null
	before=$(value table_bytes)
	send vm1 eth0 data src=02:99:00:00:00:00 dst=$OUT count=$SPOOFED spoof=1
	echo "table macs_max=$(value macs_max) bytes=$before spoofed=$SPOOFED" \
		"bytes_after=$(value table_bytes) macs=$(value macs) evicted=$(value evicted)"
	equals "the table after spoofed sources" "$(value table_bytes)" "$before"
	at_least "256 KiB" 262144 "$before"
	slb disable bond0 >/dev/null
}

command -v nft >/dev/null && modprobe -q nf_tables || skip "no nft"
mkdir "$LOGS/state"
slb_begin
build_net 2
know_addresses
write_rules
for ((round = 1; round <= ROUNDS; round++)); do
	for contender in none networkmanager nft module; do
		run_cases $round $contender
	done
done
report
report_table
verdict
