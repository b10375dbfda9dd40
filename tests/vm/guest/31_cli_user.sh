#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 1500 s
# The command line's tests on this kernel, written from userspace.
set -euo pipefail
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"
# Emulated guests are slow, and this kernel stands for the other stock ones.
case $NETTUNE_TARGET in
6.1 | 7.3)
	echo "SKIP: shown on 6.12"
	exit 77 ;;
esac
run_suite user
