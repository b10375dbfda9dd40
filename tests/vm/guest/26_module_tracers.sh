#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# kernels: 6.12: UML has no perf events, and the formats are compared on every kernel
# perf and bpftrace, which know nothing of the module, read every field of its tracepoints
# right: they are run as docs/tracepoints.md tells, all at once, and watch transactions that
# are kept and undone, and a bond. Neither needs BTF of the module, which a build without
# the kernel's image has not.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"

core=/proc/sys/net/core
page=$NETTUNE_ROOT/docs/tracepoints.md
bpftrace_root=$NETTUNE_ROOT/build/vm/bpftrace
work=$(mktemp -d)
command -v perf >/dev/null || skip "no perf (package linux-perf)"
[[ -x $bpftrace_root/usr/bin/bpftrace ]] || skip "Debian 13's bpftrace cannot be had"

# example NAME: the commands of the page under that mark.
example() {
	awk -v mark="\`\`\`sh $1" '$0 == "```" { inside = 0 } inside; $0 == mark { inside = 1 }' "$page"
}

# What the examples call, besides perf. Their ten seconds end when it is told; bpftrace finds
# its libraries in a root of its own, and says when all its probes are attached.
put_commands() {
	mkdir "$work/bin"
	mkfifo "$work/gate"
	cat >"$work/bin/sleep" <<-'END'
	#!/bin/bash
	echo attached
	read -r <gate
	END
	cat >"$work/bin/bpftrace" <<-END
	#!/bin/bash
	echo \$\$ >"$work/bpftrace.pid"
	exec env __BPFTRACE_NOTIFY_PROBES_ATTACHED=1 chroot "$bpftrace_root" bpftrace "\$@"
	END
	chmod +x "$work"/bin/*
	mount --bind /proc "$bpftrace_root/proc"
	mount --rbind /sys "$bpftrace_root/sys"
	mount --bind /dev "$bpftrace_root/dev"
}

# watch NAME…: run these examples, side by side, until each has attached.
WATCHERS=()
watch() {
	local name text
	for name; do
		text=$(example "$name")
		[[ -n $text ]] || fail "$page has no example $name"
		(cd "$work" && PATH=$work/bin:$PATH exec bash -euc "$text") >"$work/$name" 2>&1 &
		WATCHERS+=($!)
	done
	for name; do
		within 200 grep -qi attached "$work/$name"
	done
}

watch_no_more() {
	local pid
	echo >"$work/gate"
	kill -INT "$(<"$work/bpftrace.pid")"
	for pid in "${WATCHERS[@]}"; do
		wait "$pid" || fail "an example ended with $?: $(tail -n 3 "$work"/{perf,bpftrace})"
	done
}

# Two operations that are kept; two of which the second is refused; and one more, before
# which all of these are through.
transactions() {
	echo 4000 >"$core/somaxconn"
	echo 1000 >"$core/netdev_max_backlog"
	client 0 apply "$core/somaxconn=4321" "$core/netdev_max_backlog=1234"
	client 1 apply "$core/somaxconn=4322" "$core/netdev_max_backlog=x"
	client 0 apply "$core/somaxconn=4321"
}

# A refused write needs undo as well.
expected_txn() {
	cat <<-END
	txn_begin: id=1 ops=2
	txn_op: id=1 op=0 phase=2 error=0
	txn_op: id=1 op=1 phase=2 error=0
	txn_op: id=1 op=0 phase=3 error=0
	txn_op: id=1 op=1 phase=3 error=0
	txn_commit: id=1 written=2
	txn_begin: id=2 ops=2
	txn_op: id=2 op=0 phase=2 error=0
	txn_op: id=2 op=1 phase=2 error=0
	txn_op: id=2 op=0 phase=3 error=0
	txn_op: id=2 op=1 phase=3 error=-22
	txn_op: id=2 op=1 phase=4 error=0
	txn_op: id=2 op=0 phase=4 error=0
	txn_undo: id=2 undone=2 failed=0
	END
}

counted() { [[ $(value "$1") == "$2" ]]; }

# Everything that can be seen of a bond, each step after the one before has been counted.
bond_traffic() {
	slb enable bond0 >/dev/null
	send sw s1 data src=$OUT tag=8100:0007
	within 5 counted mc-nonactive 1
	send sw s0 data src=$BOND_MAC
	within 5 counted own-source 1
	send h p0 data src=$VM1
	send h p1 data src=$VM1
	within 5 counted port-flaps 1
	send sw s0 data src=$VM1
	within 5 counted reflected 1
	send sw s0 garp-request src=$VM1
	within 5 counted garp-moved 1
	send h p1 garp-request src=$VM2
	send sw s0 garp-request src=$VM2
	within 5 counted garp-locked 1
	ip -n sw link set s0 down
	within 5 counted active p1
	slb disable bond0 >/dev/null
}

expected_slb() {
	local bond p0 p1
	bond=$(index_of bond0) p0=$(index_of p0) p1=$(index_of p1)
	cat <<-END
	slb_active: bond=$bond from=0 to=$p0
	slb_drop: bond=$bond port=$p1 source=${OUT//:/} vid=7 reason=mc-nonactive
	slb_drop: bond=$bond port=$p0 source=${BOND_MAC//:/} vid=0 reason=own-source
	slb_move: bond=$bond source=${VM1//:/} vid=0 port=$p1 outside=0
	slb_drop: bond=$bond port=$p0 source=${VM1//:/} vid=0 reason=reflected
	slb_move: bond=$bond source=${VM1//:/} vid=0 port=$p0 outside=1
	slb_drop: bond=$bond port=$p0 source=${VM2//:/} vid=0 reason=garp-locked
	slb_active: bond=$bond from=$p0 to=$p1
	END
}

# Lines of one part alone, of the first two transactions, with the reasons in words.
lines_of() {
	sed -nE "s/^ *(nettune:)?($1_[a-z]+: *[a-z]+=.*[^ ]) *\$/\\2/p" "$2" |
		sed -E -e 's/: +/: /' -e '/: id=([3-9]|[1-9][0-9])/d' -e 's/reason=4$/reason=mc-nonactive/' \
			-e 's/reason=5$/reason=own-source/' -e 's/reason=6$/reason=reflected/' \
			-e 's/reason=7$/reason=garp-locked/'
}

# saw EXAMPLE PART [FILTER]: just what is expected; FILTER sorts where a tracer that reads
# the CPUs' buffers in turn may mix up what happened on different ones.
saw() {
	local example=$1 part=$2 filter=${3:-cat}
	diff <("expected_$part" | $filter) <(lines_of "$part" "$work/$example" | $filter) ||
		{ cat "$work/$example"; fail "$example read other fields of ${part}_*"; }
	echo "$example: every field of ${part}_* is right"
}

saw_counts() {
	local p0 p1
	p0=$(index_of p0) p1=$(index_of p1)
	diff <(printf '%s\n' "@drops[$p0, 5]: 1" "@drops[$p0, 6]: 1" "@drops[$p0, 7]: 1" \
		"@drops[$p1, 4]: 1" | sort) <(grep '^@drops' "$work/bpftrace" | sort) ||
		fail "bpftrace counted something else"
}

slb_begin
build_bond
put_commands
perf --version
chroot "$bpftrace_root" bpftrace --version
watch perf bpftrace
echo "attached after $SECONDS s"
transactions
bond_traffic
echo "over after $SECONDS s"
watch_no_more
saw perf txn
saw perf slb
saw bpftrace txn sort
saw bpftrace slb sort
saw_counts
