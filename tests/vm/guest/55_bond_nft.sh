#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# Balance-slb by rules of nft, with this kernel's bonding: the host's own may have none.
set -euo pipefail
work=$(mktemp -d)
mkdir "$work/state"
NETTUNE_STATE_DIR=$work/state TMPDIR=$work NETTUNE_BACKEND=user bash "$NETTUNE_ROOT/tests/net/70_bond_nft.sh"
