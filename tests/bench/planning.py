#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Time planning for a large host that is modelled: planning.py [ROUNDS]

2 sockets, 256 CPUs with SMT, 8 devices of 128 queues, and every kind of setting over the profile
server (planning.conf). Against hosts of a quarter of the queues, and of a quarter of the devices: both
in the library (plan_time.c) and as the command. Reported are medians, and ratios of the fastest of all
rounds, which other work on the machine disturbs least; build/bench/planning.json has them all.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench"
TOOL = os.environ.get("NETTUNECTL", str(ROOT / "build/nettunectl"))
PLAN_TIME = ROOT / "build/tests/bench/plan_time"
PROFILE = str(ROOT / "tests/bench/planning.conf")
ENV = dict(os.environ, NETTUNE_PROFILE_PATH=str(ROOT / "profiles"))
MODEL = ROOT / "tests/cli/data/model_host.py"
TIMEOUT_S = 60

# Devices and queues of each.
HOSTS = {"large": (8, 128), "fewer queues": (8, 32), "fewer devices": (2, 128)}

# What must hold: words, measured as, limit.
GOALS = (
    ("planning the large host, ms", "large_ms", 50),
    ("four times the queues, times", "per_queues", 5),
    ("four times the devices, times", "per_devices", 5),
)


def make_facts(name, size):
    path = OUT / f"facts-{name.replace(' ', '-')}.json"
    with path.open("wb") as file:
        subprocess.run([str(MODEL), "large", *map(str, size)], stdout=file, timeout=TIMEOUT_S, check=True)
    return str(path)


def time_library(facts):
    """Seconds that planning takes, and the changes that are planned."""
    done = subprocess.run([str(PLAN_TIME), facts, "1", PROFILE], env=ENV, capture_output=True, timeout=TIMEOUT_S,
                          check=True)
    took, changes = done.stdout.split()
    return int(took) / 1e9, int(changes)


def time_command(facts):
    argv = [TOOL, "--json", "plan", "--allow-disruptive", "--facts", facts, PROFILE]
    began = time.perf_counter()
    subprocess.run(argv, env=ENV, stdout=subprocess.DEVNULL, timeout=TIMEOUT_S, check=True)
    return time.perf_counter() - began


def measure(rounds):
    facts = {name: make_facts(name, size) for name, size in HOSTS.items()}
    times = {name: {"library": [], "command": []} for name in HOSTS}
    changes = {}
    for _ in range(rounds):
        for name, path in facts.items():
            took, changes[name] = time_library(path)
            times[name]["library"].append(took)
            times[name]["command"].append(time_command(path))
    return times, changes


def report(times, changes):
    fastest = {name: min(of["library"]) for name, of in times.items()}
    got = {
        "large_ms": statistics.median(times["large"]["library"]) * 1000,
        "per_queues": fastest["large"] / fastest["fewer queues"],
        "per_devices": fastest["large"] / fastest["fewer devices"],
    }
    print(f"{len(times['large']['library'])} rounds; medians (fastest)")
    for name, (devices, queues) in HOSTS.items():
        cells = ", ".join(f"{how} {statistics.median(of) * 1000:7.2f} ms ({min(of) * 1000:.2f})"
                          for how, of in times[name].items())
        print(f"  {devices} devices x {queues:3} queues, {changes[name]:5} changes: {cells}")
    missed = 0
    for words, name, limit in GOALS:
        met = got[name] <= limit
        missed += not met
        print(f"  {words:30} {got[name]:10.3f}   goal {limit:g}: {'met' if met else 'MISSED'}")
    document = {"times_s": times, "changes": changes, "results": got}
    (OUT / "planning.json").write_text(json.dumps(document, indent=2) + "\n", encoding="ascii")
    return 1 if missed else 0


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    return report(*measure(int(sys.argv[1]) if len(sys.argv) > 1 else 15))


if __name__ == "__main__":
    sys.exit(main())
