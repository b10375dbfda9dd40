#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# nettunectl bond with the module's balance-slb, on this kernel.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"
modprobe -q bonding || true
module_load
work=$(mktemp -d)
mkdir "$work/state"
NETTUNE_STATE_DIR=$work/state TMPDIR=$work bash "$NETTUNE_ROOT/tests/net/71_bond_module.sh"
