#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module's pure core passes its KUnit tests inside a sanitized kernel.
set -euo pipefail

ko=$NETTUNE_ROOT/build/kmod/$NETTUNE_TARGET/core_kunit.ko
results=/sys/kernel/debug/kunit

if [[ ! -d $results ]]; then
	echo "SKIP: kernel without KUnit"
	exit 77
fi
if [[ ! -e $ko ]]; then
	echo "SKIP: core_kunit.ko is not built"
	exit 77
fi

insmod "$ko"
cat "$results"/*/results
test "$(cat "$results"/*/results | grep -c '^ *ok ')" -ge 1
if grep -q '^ *not ok ' "$results"/*/results; then
	exit 1
fi
rmmod core_kunit
