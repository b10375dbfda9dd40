#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# In a guest, by tests/vm/run.sh --only TARGET tests/bench/module_files.sh: one
# transaction of 1000 files against a bare loop of open, write, close. Only the
# ratio means anything: guests have no time of their own.
# shellcheck source=../vm/guest/module.sh
. "$(dirname "$0")/../vm/guest/module.sh"

bench=$NETTUNE_ROOT/build/tests/module_files
[[ -x $bench ]] || skip "build/tests/module_files is not built"
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
"$bench" 11 "${files[@]:0:1000}"
