#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 1500 s
# kernels: uml 6.12: emulated guests are slow, and 6.12 stands for the other stock kernels
# The command line's tests on this kernel, written from userspace.
set -euo pipefail
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"
run_suite user
