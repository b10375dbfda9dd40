#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Time what sysctl_apply.sh prepared: sysctl_apply.py TUNED_ROOT [ROUNDS]

Every round resets the host and then runs each rival once, in an order that turns with the round.
Reported are medians and ratios of medians; build/bench/sysctl_apply.json has them all.
"""

import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "build/bench"
TOOL = os.environ.get("NETTUNECTL", str(ROOT / "build/nettunectl"))
TIMEOUT_S = 60

# The seed's server profile, as written there.
WANTED = {
    "net.ipv4.tcp_congestion_control": "bbr",
    "net.core.default_qdisc": "fq",
    "net.core.rmem_max": "16777216",
    "net.core.wmem_max": "16777216",
    "net.core.rmem_default": "262144",
    "net.core.wmem_default": "262144",
    "net.ipv4.tcp_rmem": "4096 87380 16777216",
    "net.ipv4.tcp_wmem": "4096 65536 16777216",
    "net.core.somaxconn": "65535",
    "net.ipv4.tcp_max_syn_backlog": "65535",
    "net.core.netdev_max_backlog": "65535",
    "net.ipv4.tcp_fastopen": "3",
    "net.ipv4.tcp_fin_timeout": "15",
    "net.ipv4.tcp_tw_reuse": "1",
    "net.ipv4.tcp_keepalive_time": "600",
    "net.ipv4.tcp_keepalive_intvl": "60",
    "net.ipv4.tcp_keepalive_probes": "3",
    "net.ipv4.tcp_slow_start_after_idle": "0",
    "net.ipv4.ip_local_port_range": "1024 65535",
}
# Where a host already has the wanted value, a run must still change something.
OTHER = {"bbr": "cubic", "fq": "pfifo_fast", "0": "1", "1": "2", "3": "1", "1024 65535": "32768 60999"}

# The kernel adds whatever is set as the congestion control; put back with the rest, after it.
FOLLOWS = ("net.ipv4.tcp_allowed_congestion_control",)

# What must hold: name, measured as, limit.
GOALS = (
    ("apply / shell script", "apply_per_shell", 1 / 2),
    ("apply / TuneD", "apply_per_tuned", 1 / 10),
    ("second apply / shell script", "second_per_shell", 1 / 4),
    ("writes of the second apply", "second_writes", 0),
    ("peak memory, KiB", "peak_kib", 8192),
)


def path_of(key):
    return pathlib.Path("/proc/sys") / key.replace(".", "/")


def read_key(key):
    return " ".join(path_of(key).read_text(encoding="ascii").split())


def write_keys(values):
    for key, value in values.items():
        if read_key(key) != value:
            path_of(key).write_text(value, encoding="ascii")


def present(values):
    """The keys that this host has and lets us set."""
    found = {}
    for key, value in values.items():
        try:
            before = read_key(key)
            path_of(key).write_text(value, encoding="ascii")
            if read_key(key) == value:
                found[key] = value
            path_of(key).write_text(before, encoding="ascii")
        except OSError:
            continue
    return found


def starting_values(saved, wanted):
    start = {}
    for key, value in wanted.items():
        start[key] = saved[key]
        if saved[key] == value:
            halved = " ".join(str(max(1, int(f) // 2)) for f in value.split()) if value[0].isdigit() else value
            start[key] = OTHER.get(value, halved)
    return start


def timed(argv, env=None):
    """Seconds that a command takes, and its standard output."""
    began = time.perf_counter()
    done = subprocess.run(argv, env=env, capture_output=True, timeout=TIMEOUT_S, check=False)
    took = time.perf_counter() - began
    if done.returncode not in (0, 5):
        sys.exit(f"{' '.join(argv)}: exit code {done.returncode}: {done.stderr.decode().strip()}")
    return took, done.stdout


class Rivals:
    """The commands that are compared, each doing the same to the host."""

    def __init__(self, wanted, tuned_root):
        self.wanted = wanted
        self.profile = OUT / "bench.conf"
        self.script = OUT / "bench.sh"
        self.state = OUT / "state"
        self.env = dict(os.environ, NETTUNE_STATE_DIR=str(self.state), NETTUNE_BACKEND="user")
        self.tuned = tuned_root if (tuned_root / "usr/sbin/tuned").exists() else None
        lines = "".join(f"{key} = {value}\n" for key, value in wanted.items())
        self.profile.write_text(f"[Profile]\nName = bench\n\n[Sysctl]\n{lines}", encoding="ascii")
        self.profile.chmod(0o644)
        self.script.write_text("".join(f'sysctl -w {k}="{v}"\n' for k, v in wanted.items()), encoding="ascii")
        self.make_tuned(lines)

    def make_tuned(self, lines):
        self.folder = OUT / "tuned"
        for name in ("etc/tuned/bench", "run/tuned", "var/lib/tuned", "var/log/tuned"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        etc = self.folder / "etc/tuned"
        (etc / "bench/tuned.conf").write_text(f"[main]\nsummary=bench\n\n[sysctl]\n{lines}", encoding="ascii")
        options = "daemon = 0\ndynamic_tuning = 0\nreapply_sysctl = 0\n"
        (etc / "tuned-main.conf").write_text(options, encoding="ascii")

    def apply_argv(self):
        return [TOOL, "--json", "apply", str(self.profile)]

    def fresh(self):
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir()

    def run_apply(self):
        self.fresh()
        return timed(self.apply_argv(), self.env)[0]

    def run_shell(self):
        return timed(["sh", str(self.script)])[0]

    def run_tuned(self):
        argv = ["/usr/bin/python3", "-Es", str(ROOT / "tests/bench/tuned_run.py"), str(self.tuned),
                str(self.folder), "--no-dbus", "--no-socket", "-p", "bench"]
        return timed(argv)[0]

    def second(self):
        """Seconds and writes of an apply that finds everything as it should be."""
        took, output = timed(self.apply_argv(), self.env)
        return took, json.loads(output)["writes"]

    def peak_kib(self):
        self.fresh()
        note = OUT / "peak"
        timed(["/usr/bin/time", "-f", "%M", "-o", str(note), *self.apply_argv()], self.env)
        return int(note.read_text(encoding="ascii").split()[-1])

    def all(self):
        found = {"apply": self.run_apply, "shell": self.run_shell}
        if self.tuned:
            found["tuned"] = self.run_tuned
        return found


def check_effect(name, wanted):
    wrong = [key for key, value in wanted.items() if read_key(key) != value]
    if wrong:
        sys.exit(f"{name} left {wrong[0]} at {read_key(wrong[0])}: there is nothing to compare")


def measure(rivals, start, rounds):
    times = {name: [] for name in [*rivals.all(), "second"]}
    writes = 0
    names = list(rivals.all())
    for turn in range(rounds):
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            write_keys(start)
            times[name].append(rivals.all()[name]())
            check_effect(name, rivals.wanted)
            if name == "apply":
                took, wrote = rivals.second()
                times["second"].append(took)
                writes = max(writes, wrote)
    write_keys(start)
    return times, writes, rivals.peak_kib()


def report(times, writes, peak, keys):
    medians = {name: statistics.median(values) for name, values in times.items()}
    got = {
        "apply_per_shell": medians["apply"] / medians["shell"],
        "second_per_shell": medians["second"] / medians["shell"],
        "second_writes": writes,
        "peak_kib": peak,
    }
    if "tuned" in medians:
        got["apply_per_tuned"] = medians["apply"] / medians["tuned"]
    print(f"{keys} keys, {len(times['apply'])} rounds; medians")
    for name, value in medians.items():
        print(f"  {name:8} {value * 1000:9.2f} ms   (fastest {min(times[name]) * 1000:.2f}, "
              f"slowest {max(times[name]) * 1000:.2f})")
    missed = 0
    for words, name, limit in GOALS:
        if name not in got:
            print(f"  {words:30} not measured")
            continue
        met = got[name] <= limit
        missed += not met
        print(f"  {words:30} {got[name]:10.3f}   goal {limit:g}: {'met' if met else 'MISSED'}")
    document = {"keys": keys, "medians_s": medians, "times_s": times, "results": got}
    (OUT / "sysctl_apply.json").write_text(json.dumps(document, indent=2) + "\n", encoding="ascii")
    return 1 if missed else 0


def usable(wanted, start, tuned_root):
    """What nettunectl would really set: a port range over a listener, say, is refused."""
    write_keys(start)
    rivals = Rivals(wanted, tuned_root)
    rivals.fresh()
    _, output = timed([TOOL, "--json", "plan", str(rivals.profile)], rivals.env)
    planned = {c["tunable"] for c in json.loads(output)["changes"] if c["outcome"] == "planned"}
    for key in sorted(wanted.keys() - planned):
        print(f"left out for all rivals: {key} (nettunectl would not set it here)")
    return {key: value for key, value in wanted.items() if key in planned}


def main():
    tuned_root = pathlib.Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    OUT.mkdir(parents=True, exist_ok=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit("interrupted: sysctls are put back"))

    keep = OUT / "saved-sysctls.json"
    if keep.exists():
        write_keys(json.loads(keep.read_text(encoding="ascii")))
        print("put back the sysctls of a run that was killed")
    saved = {key: read_key(key) for key in (*WANTED, *FOLLOWS) if path_of(key).exists()}
    keep.write_text(json.dumps(saved), encoding="ascii")
    try:
        print("changing sysctls of this host; every one is put back at the end")
        wanted = present({key: WANTED[key] for key in WANTED if key in saved})
        for key in sorted(WANTED.keys() - wanted.keys()):
            print(f"left out for all rivals: {key} (this host has no such thing, or refuses the value)")
        start = starting_values(saved, wanted)
        wanted = usable(wanted, start, tuned_root)
        start = {key: start[key] for key in wanted}
        return report(*measure(Rivals(wanted, tuned_root), start, rounds), len(wanted))
    finally:
        write_keys(saved)
        keep.unlink()


if __name__ == "__main__":
    sys.exit(main())
