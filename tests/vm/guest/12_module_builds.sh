#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module built for this kernel loads, offers its family, and goes again.
set -euo pipefail

if [[ -z $NETTUNE_KO ]]; then
	echo "SKIP: nettune.ko is not built for $NETTUNE_TARGET"
	exit 77
fi

insmod "$NETTUNE_KO"
grep -q '^nettune ' /proc/modules
family=$(genl ctrl get name nettune)
echo "$family"
[[ $family == *"Name: nettune"* ]]
rmmod nettune
if grep -q '^nettune ' /proc/modules; then
	echo "nettune is still loaded"
	exit 1
fi
