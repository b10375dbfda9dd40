#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# perf and bpftrace, which know nothing of the module, read every field of its
# tracepoints right: of a transaction that is kept, and of one that is undone.
# Neither needs BTF of the module, which a build without the kernel's image has not.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
bpftrace_root=$NETTUNE_ROOT/build/vm/bpftrace
work=$(mktemp -d)
missing=
[[ $NETTUNE_TARGET != uml ]] || skip "User-mode Linux has no perf events"
[[ $NETTUNE_TARGET == 6.12 ]] || skip "shown on 6.12: 23_tracepoints compares the formats on every kernel"

# Two operations that are kept; two of which the second is refused; and one more, before
# which all of these are through.
transactions() {
	echo 4000 >"$core/somaxconn"
	echo 1000 >"$core/netdev_max_backlog"
	client 0 apply "$core/somaxconn=4321" "$core/netdev_max_backlog=1234"
	client 1 apply "$core/somaxconn=4322" "$core/netdev_max_backlog=x"
	client 0 apply "$core/somaxconn=4321"
}

# What the first two are in the order of the fields, $1 the id of the first. Phases go by
# number: 2 stages, 3 applies, 4 undoes, which a refused write needs as well.
expected() {
	local kept=$1 undone=$(($1 + 1))
	cat <<-END
	begin $kept 2
	op $kept 0 2 0
	op $kept 1 2 0
	op $kept 0 3 0
	op $kept 1 3 0
	commit $kept 2
	begin $undone 2
	op $undone 0 2 0
	op $undone 1 2 0
	op $undone 0 3 0
	op $undone 1 3 -22
	op $undone 1 4 0
	op $undone 0 4 0
	undo $undone 2 0
	END
}

# seen_as_expected TRACER ID < LINES: these of both transactions, and no others.
seen_as_expected() {
	diff <(expected "$2") <(awk -v last=$(($2 + 1)) '$2 <= last') || fail "$1 read other fields"
	echo "$1: every field is right"
}

# What perf prints of fields, NAME=VALUE, as the lines of expected().
perf_lines() {
	sed -nE 's/^ *nettune:txn_([a-z]+): *(id=.*)/\1 \2/p' | sed -E 's/ +[a-z]+=/ /g'
}

with_perf() {
	command -v perf >/dev/null || { missing+=" perf"; return 0; }
	perf --version
	export -f client transactions fail
	export CLIENT core
	perf record -q -a -e 'nettune:*' -o "$work/perf.data" -- bash -euc transactions
	perf script -i "$work/perf.data" -F trace:event,trace | perf_lines | seen_as_expected perf 1
}

with_bpftrace() {
	local tracer
	[[ -x $bpftrace_root/usr/bin/bpftrace ]] || { missing+=" bpftrace"; return 0; }
	mount --bind /proc "$bpftrace_root/proc"
	mount --rbind /sys "$bpftrace_root/sys"
	mount --bind /dev "$bpftrace_root/dev"
	chroot "$bpftrace_root" bpftrace --version
	chroot "$bpftrace_root" bpftrace -B line -q -e '
		BEGIN { printf("ready\n"); }
		tracepoint:nettune:txn_begin { printf("begin %llu %u\n", args.id, args.op_count); }
		tracepoint:nettune:txn_op {
			printf("op %llu %u %u %d\n", args.id, args.index, args.phase, args.error); }
		tracepoint:nettune:txn_commit { printf("commit %llu %u\n", args.id, args.written); }
		tracepoint:nettune:txn_undo {
			printf("undo %llu %u %u\n", args.id, args.undone, args.failed); exit(); }' \
		>"$work/bpftrace" &
	tracer=$!
	within 150 grep -q ready "$work/bpftrace"
	transactions
	wait "$tracer" || fail "bpftrace ended with $?"
	grep -E '^(begin|op|commit|undo) ' "$work/bpftrace" | seen_as_expected bpftrace 4
}

module_load
with_perf
with_bpftrace
rmmod nettune
[[ -z $missing ]] || skip "not to be had here:$missing"
