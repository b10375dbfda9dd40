#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# kernels: uml 6.12: an emulated guest takes long
# Random frames into the hooks of balance-slb, from outside and from within, while a tap shares
# them. NETTUNE_FUZZ_FRAMES asks for more than the slice of a test.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"

DATA=88b5
ROUNDS=8
frames=${NETTUNE_FUZZ_FRAMES:-16000}
[[ $NETTUNE_TARGET == uml ]] || frames=${NETTUNE_FUZZ_FRAMES:-2000}
part=$((frames / ROUNDS / 2))

slb_begin
build_net 2
slb enable bond0 >/dev/null
for ((round = 1; round <= ROUNDS; round++)); do
	seed=$((round * 7919 + ${NETTUNE_FUZZ_SEED:-0}))
	listen tap h p$((round % 2)) may-drop
	send sw s$((round / 2 % 2)) random src=$OUT count=$part seed=$seed &
	outside=$!
	send vm1 eth0 random src=$VM1 count=$part seed=$((seed + 1))
	wait $outside
	heard tap
done
echo "frames sent: $((2 * part * ROUNDS)), judged as they came in: $(value rx)"
slb show bond0
# All that come from outside; of those from within, what the switch sends back.
at_least "frames judged" "$(value rx)" $((part * ROUNDS))
for counter in mc-nonactive reflected garp-locked link-local tx-learned reports-steered; do
	at_least "frames of the kind $counter" "$(value $counter)" 1
done

slb disable bond0 >/dev/null
slb enable bond0 >/dev/null
listen vm1 vm1 eth0
send x eth0 data src=$OUT count=10
send vm1 eth0 data src=$VM1 count=10
heard vm1
equals "broadcast afterwards" "$(seen vm1 $OUT $DATA)" 10
equals "reflections afterwards" "$(seen vm1 $VM1 $DATA)" 0
verdict
