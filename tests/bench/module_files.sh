#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# In a guest, by tests/vm/run.sh --only TARGET tests/bench/module_files.sh: 1000 files
# written by one transaction, by the user backend and by bare loops, and the memory of a
# transaction as large as there is. Only ratios mean anything in a guest, which has no
# time of its own; and only memory without a sanitizer, which pads every allocation.
# shellcheck source=../vm/guest/module.sh
. "$(dirname "$0")/../vm/guest/module.sh"

bench=$NETTUNE_ROOT/build/tests/bench/module_files
[[ -x $bench ]] || skip "build/tests/bench/module_files is not built"
module_load
files=()
for ((i = 0; i < 63; i++)); do
	ip link add "nb$i" type veth peer name "nc$i"
done
# Keys that hold whole numbers: times in ticks are rounded on some kernels.
for dir in /proc/sys/net/ipv4/neigh/n[bc]*; do
	for key in app_solicit delay_first_probe_time gc_stale_time mcast_resolicit \
		mcast_solicit proxy_qlen ucast_solicit unres_qlen_bytes; do
		files+=("$dir/$key")
	done
done
"$bench" "${NETTUNE_BENCH_ROUNDS:-5}" "${files[@]:0:1000}"
"$bench" memory 16384 "${files[@]:0:1000}"
