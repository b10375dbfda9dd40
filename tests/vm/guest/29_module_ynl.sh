#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 240 s
# kernels: uml: unpacking takes an emulated guest minutes
# The kernel's own command line for netlink specs, which knows nothing of us but
# the spec, asks for what the module can do, drives transactions, and has balance-slb on
# a bond. What it reads, our own client sees as well.
# shellcheck source=slb.sh
. "$(dirname "$0")/slb.sh"

core=/proc/sys/net/core
source=/usr/src/linux-source-6.12.tar.xz
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

slb_begin
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
if ynl --do txn-begin --json '{"deadline-ms": 86400001}'; then
	fail "open for more than a day: $SAID"
fi
said "'bad-attr': '.deadline-ms'"

# The bond is in this namespace, where ynl runs; nothing but what is sent here goes through it. The
# scripts behind this one find neither.
ipv6() { sysctl -qw "net.ipv6.conf.all.disable_ipv6=$1" "net.ipv6.conf.default.disable_ipv6=$1"; }
take_away() {
	ip link del bond0 2>/dev/null || true
	ip link del p0 2>/dev/null || true
	ipv6 0
	clean_up
}
trap take_away EXIT
ipv6 1
ip link add bond0 type bond mode balance-xor xmit_hash_policy vlan+srcmac miimon 20
ip link add p0 type veth peer name s0
ip link set p0 master bond0
ip link set s0 up
ip link set bond0 up
index=$(</sys/class/net/bond0/ifindex)
port=$(</sys/class/net/p0/ifindex)
within 10 grep -qx up /sys/class/net/p0/bonding_slave/mii_status
if ynl --do slb-enable --json "{\"slb\": {\"ifindex\": $index, \"macs-max\": 63}}"; then
	fail "fewer addresses than the least: $SAID"
fi
said "'bad-attr': '.slb.macs-max'"
ynl --do slb-enable --json "{\"slb\": {\"ifindex\": $index, \"macs-max\": 128, \"flags\": [],
	\"preferred\": $port, \"announce-age-ms\": 4567}}" || fail "$SAID"
"$FRAMES" send p0 data src=$VM1 tag=8100:0007
ynl --do slb-get --json "{\"slb\": {\"ifindex\": $index}}" || fail "$SAID"
said "'ifindex': $index" "'active': $port" "'macs-max': 128" "'flags': (set\(\)|\[\])" \
	"'preferred': $port" "'announce-age-ms': 4567" "'macs': 1[,}]" "'tx-learned': 1" "'usable': 1"
ynl --dump slb-get || fail "$SAID"
said "'ifindex': $index" "'macs-max': 128"
ynl --dump slb-mac-get --json "{\"slb\": {\"ifindex\": $index}}" || fail "$SAID"
# Bytes, which python writes so.
said "'vid': 7" "'port': $port" "'mac': b'\\\\x${VM1//:/\\\\x}'"
SAID=$("$SLB" show bond0)
said '^bond bond0 active=p0 macs=1 macs_max=128 .* flags=0 preferred=[0-9]+ age_ms=4567'
ynl --do slb-disable --json "{\"slb\": {\"ifindex\": $index}}" || fail "$SAID"
if ynl --do slb-get --json "{\"slb\": {\"ifindex\": $index}}"; then
	fail "still there: $SAID"
fi
said 'not enabled there' "'bad-attr': '.slb.ifindex'"
[[ -z $("$SLB" show) ]] || fail "our own client still sees it"
