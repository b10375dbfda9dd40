#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 240 s
# The kernel's own command line for netlink specs, which knows nothing of us but
# the spec, asks for what the module can do and drives transactions.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
source=/usr/src/linux-source-6.12.tar.xz
[[ $NETTUNE_TARGET == uml ]] || skip "shown in UML: unpacking takes an emulated guest minutes"
[[ -e $source ]] || skip "no $source (package linux-source-6.12)"
/usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null || skip "no yaml or jsonschema for python"

dir=$(mktemp -d)
tar -C "$dir" -xf "$source" --strip-components=1 --wildcards \
	'*/tools/net/ynl/*.py' '*/Documentation/netlink/genetlink*.yaml'

# ynl ARG…: what it said goes to $SAID. It knows no padding, which x86 is not sent but UML is.
ynl() {
	SAID=$(/usr/bin/python3 "$dir/tools/net/ynl/cli.py" --process-unknown \
		--spec "$NETTUNE_ROOT/include/uapi/nettune.yaml" \
		--schema "$dir/Documentation/netlink/genetlink-legacy.yaml" "$@" 2>&1) || return 1
}

# field NAME: a number in $SAID, which has the form of python.
field() { sed -nE "s/.*'$1': ([0-9]+).*/\\1/p" <<<"$SAID" | head -n 1; }

idle() { [[ $(counter txns_pending) == 0 ]]; }

module_load
echo 4000 >$core/somaxconn
ynl --do capability-get || fail "$SAID"
said "'module-version': '[0-9.]+'" "'ops-max': 16384" "'ops-done': 0"

# A transaction that our client made, seen and confirmed by another.
client 0 session begin add "$core/somaxconn=5000" . commit:60000
ynl --dump txn-get || fail "$SAID"
said "'txn-state': 'awaiting'" "'ops-written': 1"
id=$(field txn-id)
ynl --do txn-get --json "{\"txn-id\": $id}" || fail "$SAID"
said "'deadline-ms': [0-9]+"
ynl --do txn-confirm --json "{\"txn-id\": $id, \"deadline-ms\": 50000}" || fail "$SAID"
said "'txn-state': 'awaiting'"
ynl --do txn-rollback --json "{\"txn-id\": $id}" || fail "$SAID"
within 10 idle
holds $core/somaxconn 4000

# Begun there, and undone by the end of its process.
ynl --do txn-begin --json '{"cookie": 77}' || fail "$SAID"
said "'txn-state': 'open'" "'cookie': 77"
within 10 idle
if ynl --do txn-confirm --json '{"txn-id": 999}'; then
	fail "confirmed what is not there: $SAID"
fi
said 'unknown or no longer remembered'
rmmod nettune
