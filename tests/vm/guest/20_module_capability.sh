#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module says what it can do to anybody, and what it has done to those with
# privilege only; without it, the client says so.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

client 6 cap
said '^module is not loaded'

module_load
client 0 cap
said '^version=[0-9]+\.[0-9]+\.[0-9]+ op_kinds=0x[37] hooks=0x1 ops_max=16384 value_max=4096$' \
	'^txn_pending_max=16 txn_kept_max=64 owner_bytes_max=33554432$' \
	'^ops_done=0 ops_undone=0 ops_failed=0$' \
	'^txns_applied=0 txns_undone=0 txns_pending=0$'

SAID=$(setpriv --reuid=65534 --regid=65534 --clear-groups "$CLIENT" cap)
said '^version='
! grep -q ops_done <<<"$SAID" || fail "counters shown without privilege"

# What the kernel's own tools see of the family.
if command -v genl >/dev/null; then
	SAID=$(genl ctrl get name nettune)
	said 'Name: nettune' 'Version: 0x2'
fi
