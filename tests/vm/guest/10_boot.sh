#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guest is what it claims: this kernel, the tree in place, room to write.
set -euo pipefail

case $NETTUNE_TARGET in
6.1 | 7.3) want="$NETTUNE_TARGET.*" ;;
6.12 | uml) want="6.12.*" ;;
esac
# shellcheck disable=SC2254  # a pattern
case $(uname -r) in
$want) ;;
*) echo "kernel is $(uname -r), expected $want"; exit 1 ;;
esac

test -x "$NETTUNE_ROOT/tests/vm/run.sh"
for dir in /tmp /var/lib/nettune /run /etc; do
	echo written >"$dir/nettune-vm-probe"
	grep -qx written "$dir/nettune-vm-probe"
	rm "$dir/nettune-vm-probe"
done
for fs in /proc /sys /sys/kernel/debug /sys/kernel/tracing /sys/fs/bpf; do
	mountpoint -q "$fs"
done
test -e /sys/kernel/tracing/events
modprobe dummy
ip link add nettune-probe type dummy
ip link del nettune-probe
test -n "$(ip -o addr show dev lo up to 127.0.0.1)"
