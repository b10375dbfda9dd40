#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Write the table of docs/balance-slb.md as guest/54_slb_ways.sh prints it: a guest cannot write to
# the tree. What the test says of the old table does not matter here; read the difference.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

page=docs/balance-slb.md
work=$(mktemp -d "${TMPDIR:-/tmp}/nettune-docs.XXXXXX")
trap 'rm -r "$work"' EXIT

NETTUNE_VM_LOG=$work/log NETTUNE_RESULTS=$work/results tests/vm/run.sh --only uml 54_slb_ways || true
sed -n '/^<!-- table -->$/,/^<!-- end of table -->$/p' "$work/log" >"$work/table"
[[ $(tail -n 1 "$work/table") == '<!-- end of table -->' ]] || {
	echo "no table: $(tail -n 1 "$work/log")" >&2
	exit 1
}
awk -v table="$work/table" '
	/^<!-- table -->$/ { while ((getline line <table) > 0) print line; old = 1 }
	!old
	/^<!-- end of table -->$/ { old = 0 }' "$page" >"$work/page"
cp "$work/page" "$page"
git --no-pager diff --stat -- "$page" || true
