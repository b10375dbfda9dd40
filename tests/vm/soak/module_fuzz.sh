#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 7200 s
# The family's fuzzer and the stress test for as long as a night allows: above a
# million messages.
set -euo pipefail
guest=$(dirname "$0")/../guest
seed=${NETTUNE_FUZZ_SEED:-$((RANDOM * 5))}
echo "seed $seed"
NETTUNE_FUZZ_MESSAGES=1200000 NETTUNE_FUZZ_SEED=$seed bash "$guest/27_module_fuzz.sh"
NETTUNE_STRESS_SECONDS=600 bash "$guest/28_module_stress.sh"
