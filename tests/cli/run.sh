#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Run every golden of this folder, and the runners' own tests. Arguments are passed to run.py.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

./run.py "$@" ./*.t
goldens=$?
../run_scripts.sh cli ./*_test.sh
scripts=$?
[ "$goldens" -eq 0 ] && [ "$scripts" -eq 0 ]
