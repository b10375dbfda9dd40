#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 1500 s
# The same tests of the command line, written by the module.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"
[[ $NETTUNE_TARGET != 6.12 || ${NETTUNE_SOAK:-0} == 1 ]] ||
	skip "shown on 6.1 and 7.3, as 31 is on 6.12; both with SOAK=1"
module_load
done_before=$(counter ops_done)
run_suite kernel
(($(counter ops_done) > done_before)) || fail "the module was not used"
