#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 600 s
# A bond in use gets another mode, with this kernel's bonding.
set -euo pipefail
[[ $NETTUNE_TARGET == uml || ${NETTUNE_SOAK:-0} == 1 ]] || {
	echo "SKIP: shown in UML, and with SOAK=1 everywhere: an emulated guest takes long"
	exit 77
}
work=$(mktemp -d)
mkdir "$work/state"
export NETTUNE_STATE_DIR=$work/state TMPDIR=$work NETTUNE_BACKEND=user
# Where all is emulated, strace is slow.
[[ $NETTUNE_TARGET == uml ]] || export NETTUNE_KILL_STEP=4
modprobe -q bonding max_bonds=0 || true
bash "$NETTUNE_ROOT/tests/net/72_bond_mode.sh"
