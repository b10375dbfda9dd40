#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/pack/provide.sh SUITE: see to it that build/vm/pack/SUITE is a root where packages can be
# built and tried. Exit code 77: it cannot be had here.
set -euo pipefail
# shellcheck source=../vm/artefacts.sh
. "$(dirname "$0")/../vm/artefacts.sh"

need_pack "$1"
