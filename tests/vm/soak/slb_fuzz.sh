#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 7200 s
# kernels: uml 6.12: an emulated guest takes long
# A million random frames into the hooks of balance-slb.
set -euo pipefail
seed=${NETTUNE_FUZZ_SEED:-$((RANDOM * 5))}
echo "seed $seed"
NETTUNE_FUZZ_FRAMES=1000000 NETTUNE_FUZZ_SEED=$seed bash "$(dirname "$0")/../guest/53_slb_fuzz.sh"
