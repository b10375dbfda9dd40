#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# Balance-slb by rules of nft, with this kernel's bonding: the host's own may have none.
set -euo pipefail
work=$(mktemp -d)
mkdir "$work/state"
export NETTUNE_STATE_DIR=$work/state TMPDIR=$work NETTUNE_BACKEND=user
bash "$NETTUNE_ROOT/tests/net/70_bond_nft.sh"

# The namespace of the script goes a little later than the script.
gone() { rmmod bonding 2>/dev/null || [[ ! -e /sys/module/bonding ]]; }
for ((try = 0; try < 100; try++)); do
	gone && break
	timeout 0.1 tail -f /dev/null || true
done
modprobe=$(cat /proc/sys/kernel/modprobe)
echo "== without bonding"
echo >/proc/sys/kernel/modprobe
rm -r "$work/state" && mkdir "$work/state"
rc=0
"$NETTUNECTL" bond create bond0 &>"$work/said" || rc=$?
echo "$modprobe" >/proc/sys/kernel/modprobe
cat "$work/said"
[[ $rc == 6 ]] || { echo "FAIL: exit code $rc, expected 6"; exit 1; }
grep -q 'this kernel has no bonding' "$work/said" || { echo "FAIL: not in these words"; exit 1; }
