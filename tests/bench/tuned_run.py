#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Run an unpacked TuneD with its folders moved: tuned_run.py ROOT FOLDER TUNED-OPTION...

ROOT is where its package was unpacked, FOLDER takes the place of /etc/tuned, /run/tuned and the like.
Only constants are changed; what is timed is its own program.
"""

import runpy
import sys

ROOT, FOLDER = sys.argv[1:3]
OWN = ("/etc/tuned", "/run/tuned", "/var/lib/tuned", "/var/log/tuned")
sys.path.insert(0, f"{ROOT}/usr/lib/python3/dist-packages")

from tuned import consts  # pylint: disable=wrong-import-position,import-error

for name, value in vars(consts).items():
    if isinstance(value, str) and value.startswith(OWN):
        setattr(consts, name, FOLDER + value)
consts.LOAD_DIRECTORIES = [FOLDER + "/etc/tuned"]
consts.RECOMMEND_DIRECTORIES = []
sys.argv = ["tuned", *sys.argv[3:]]
runpy.run_path(f"{ROOT}/usr/sbin/tuned", run_name="__main__")
