#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# Messages of every command and mutations of them; then values are written and
# undone as ever. NETTUNE_FUZZ_MESSAGES asks for more than the slice of a test.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
fuzz=$NETTUNE_ROOT/build/tests/genl_fuzz
messages=${NETTUNE_FUZZ_MESSAGES:-20000}
[[ $NETTUNE_TARGET == uml ]] || messages=${NETTUNE_FUZZ_MESSAGES:-2000}
idle() { [[ $(counter txns_pending) == 0 ]]; }

module_load
device=lo
if modprobe netdevsim 2>/dev/null; then
	echo "7 1 4" >/sys/bus/netdevsim/new_device
	device=$(basename /sys/bus/netdevsim/devices/netdevsim7/net/*)
fi
modprobe -q bonding || true
ip link add fuzzed type bond mode balance-xor xmit_hash_policy vlan+srcmac miimon 100
for port in fuzzed0 fuzzed1; do
	ip link add $port type veth peer name ${port}p
	ip link set $port master fuzzed
done
ip link set fuzzed up
irq=$(find /proc/irq -name smp_affinity 2>/dev/null | tail -n 1)

ALL=
for seed in 1 2 3 4; do
	# shellcheck disable=SC2086  # none when there is none
	SAID=$("$fuzz" $((seed * 7919 + ${NETTUNE_FUZZ_SEED:-0})) $((messages / 4)) "$device" fuzzed \
		$core/somaxconn $core/netdev_max_backlog /proc/sys/net/ipv4/tcp_rmem \
		/sys/class/net/lo/tx_queue_len /dev/null $irq)
	echo "$SAID"
	said '^accepted=[1-9][0-9]* refused=[1-9][0-9]*'
	ALL+=$SAID$'\n'
	within 90 idle
done
# A few messages may all be of other commands, or come too early for theirs.
never=$(awk -F '[ =]' '$1 == "valid" { sum[$2] += $3 } END { for (i in sum) if (!sum[i]) print i }' \
	<<<"$ALL")
((messages < 20000)) || [[ -z $never ]] || fail "never accepted: $never"
"$NETTUNE_ROOT/build/tests/slb_client" disable fuzzed >/dev/null || true

echo 4000 >$core/somaxconn
client 1 session begin add $core/somaxconn=5000 . rollback
said 'state=undone'
holds $core/somaxconn 4000
client 0 session begin add $core/somaxconn=5000 . commit
holds $core/somaxconn 5000
rmmod nettune
ip link del fuzzed
ip link del fuzzed0
ip link del fuzzed1
[[ $device == lo ]] || echo 7 >/sys/bus/netdevsim/del_device
