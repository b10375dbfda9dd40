#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run_pack.sh [SUITE...]: the tests of the Debian packages and of DKMS, in roots of Debian 12 and 13,
# each with its own tools and headers.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/results.sh"

rc=0
[ $# -gt 0 ] || set -- bookworm trixie
for suite in "$@"; do
	NETTUNE_SUITE=$suite tests/run_scripts.sh "pack-$suite" tests/pack/[0-9]*.sh || rc=1
done
exit "$rc"
