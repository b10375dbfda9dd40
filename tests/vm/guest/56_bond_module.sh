#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# nettunectl bond with the module's balance-slb, on this kernel; in UML all signs of bond check.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"
modprobe -q bonding || true
module_load
work=$(mktemp -d)
mkdir "$work/state"
export NETTUNE_STATE_DIR=$work/state TMPDIR=$work
bash "$NETTUNE_ROOT/tests/net/71_bond_module.sh"
# The signs are the same on every kernel, and an emulated guest takes minutes to bring them about.
[[ $NETTUNE_TARGET == uml || ${NETTUNE_SOAK:-0} == 1 ]] || exit 0
rm -r "$work/state" && mkdir "$work/state"
bash "$NETTUNE_ROOT/tests/net/73_bond_check.sh"
