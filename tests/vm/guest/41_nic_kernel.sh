#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 300 s
# kernels: 6.1 6.12 7.3: UML has no PCI devices
# The same cycle of real drivers while the module writes what it may own; the rest is nettunectl's.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"
module_load
done_before=$(counter ops_done)
NETTUNE_BACKEND=kernel "$(dirname "$0")/40_nic.sh"
(($(counter ops_done) > done_before)) || fail "the module was not used"
