#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 900 s
# The command line's tests on this kernel, written from userspace.
set -euo pipefail
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"
run_suite user
