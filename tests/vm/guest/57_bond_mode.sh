#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 600 s
# kernels: uml 6.1(soak) 6.12(soak) 7.3(soak): an emulated guest takes long
# A bond in use gets another mode, with this kernel's bonding.
set -euo pipefail
work=$(mktemp -d)
mkdir "$work/state"
export NETTUNE_STATE_DIR=$work/state TMPDIR=$work NETTUNE_BACKEND=user
# Where all is emulated, strace is slow.
[[ $NETTUNE_TARGET == uml ]] || export NETTUNE_KILL_STEP=4
modprobe -q bonding max_bonds=0 || true
bash "$NETTUNE_ROOT/tests/net/72_bond_mode.sh"
