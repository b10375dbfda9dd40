#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 1500 s
# kernels: uml 6.1 6.12(soak) 7.3: 31 is shown on 6.12
# The same tests of the command line, written by the module.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"
# shellcheck source=suite.sh
. "$(dirname "$0")/suite.sh"
module_load
done_before=$(counter ops_done)
run_suite kernel
(($(counter ops_done) > done_before)) || fail "the module was not used"
