#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run every golden of this folder, and the runners' own tests. Arguments are passed to run.py.
# Where we may make a network namespace, goldens that change the host change that.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../results.sh"
cd "$root/tests/cli" || exit 1

isolate=()
if [ "${NETTUNE_GUEST:-0}" != 1 ] && unshare -n test -w /proc/sys/net/ipv4/tcp_fin_timeout 2>/dev/null; then
	isolate=(env NETTUNE_GUEST=1 unshare -n)
fi
"${isolate[@]}" ./run.py "$@" ./*.t
goldens=$?
../run_scripts.sh cli ./*_test.sh
scripts=$?
[ "$goldens" -eq 0 ] && [ "$scripts" -eq 0 ]
