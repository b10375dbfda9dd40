#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold of any plan for devices: plan_rules.py FACTS PLAN [--skip-smt]

Written from the rules, not from the planner: reads the facts that were planned for and the plan as
JSON, works out what every queue would have afterwards, and prints each rule that is broken. Without
one, prints a summary and a checksum of the whole plan, which is short enough to review.
"""

import collections
import hashlib
import json
import re
import sys

PHASES = ("modules", "sysctl", "feature-off", "mtu", "channels", "rings", "feature-on", "pause", "coalesce-mode",
          "coalesce", "coalesce-queue-mode", "coalesce-queue", "rss", "irqbalance", "irq", "xps", "rps", "napi", "napi-queue",
          "qdisc")
STRUCTURAL = ("feature-off", "mtu", "channels", "rings")
QUEUE = re.compile(r"(?:irq-affinity|xps-cpus|xps-rxqs|rps-cpus|rps-flow-cnt)\.(rxtx|rx|tx|other)-(\d+)")
# What is made of software has no link to reset; these drivers change it on the run.
HARMLESS = {("virtio_net", "channels"), ("virtio_net", "mtu"), ("ena", "mtu")}


def numbers(text):
    """The CPUs of a list."""
    found = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def rings(value, count):
    """The rings that an RSS table of a plan names."""
    if value == "default":
        return set(range(count))
    if value.startswith("equal:"):
        return set(range(int(value[6:])))
    return {int(run.split("x")[0]) for run in value.split(",")}


class Host:
    """The host as the plan leaves it, as far as rules ask."""

    def __init__(self, facts, plan, skip_smt):
        self.changes = plan["changes"]
        self.skip_smt = skip_smt
        self.cpus = {cpu["cpu"]: cpu for cpu in facts["topology"]}
        self.isolated = {n for n, cpu in self.cpus.items() if cpu["isolated"]}
        self.nics = {nic["name"]: nic for nic in facts["nics"]}
        self.links = {link["name"]: link for link in facts["links"]}
        self.broken = []

    def planned(self, dev, prefix):
        """What the plan would write, and what it found as it should be."""
        return {c["tunable"]: c for c in self.changes if c["target"] == dev and c["tunable"].startswith(prefix)
                and c["outcome"] in ("planned", "compliant")}

    def wrong(self, dev, words):
        self.broken.append(f"{dev}: {words}")

    def count(self, dev, kind):
        """Queues of a kind behind the plan."""
        counts = {k: v for k, v in self.nics[dev]["channels"].items() if k in ("rx", "tx", "combined")}
        for change in self.planned(dev, "channels").values():
            counts.update({k: int(v) for k, v in (word.split(":") for word in change["wanted"].split())})
        return counts["combined"] + counts[kind]

    def irqs(self, dev):
        """CPUs of every interrupt that the plan places, by role and queue."""
        return {QUEUE.fullmatch(name).groups(): numbers(c["wanted"])
                for name, c in self.planned(dev, "irq-affinity.").items() if not c["kept"]}

    def candidates(self, dev):
        """CPUs that the operator would take: of the device's node, first threads only if asked for."""
        node = self.links[dev]["numa_node"]
        return {n for n, cpu in self.cpus.items() if cpu["online"] and n not in self.isolated
                and (node < 0 or cpu["node"] == node) and (not self.skip_smt or cpu["core"] == n)}

    def check_node(self, dev, placed):
        cores = {self.cpus[n]["core"] for n in self.candidates(dev)}
        node = self.links[dev]["numa_node"]
        queues = {queue for _, queue in placed}
        if node < 0 or len(queues) > len(cores):
            return
        for (role, queue), cpus in placed.items():
            if any(self.cpus[n]["node"] != node for n in cpus):
                self.wrong(dev, f"interrupt {role}-{queue} is on another node, though its own has cores enough")

    def check_cores(self, dev, placed):
        used = collections.defaultdict(set)
        for (_, queue), cpus in placed.items():
            for n in cpus:
                used[self.cpus[n]["core"]].add((queue, n))
        for core, queues in used.items():
            if self.skip_smt and len({n for _, n in queues}) > 1:
                self.wrong(dev, f"two threads of core {core} have queues")
        most = max((len({q for q, _ in queues}) for queues in used.values()), default=0)
        least = -(-len({q for _, q in placed}) // max(1, len({self.cpus[n]["core"] for n in self.candidates(dev)})))
        if most > least:
            self.wrong(dev, f"a core has {most} queues, {least} would do")

    def check_isolated(self, dev, placed):
        for (role, queue), cpus in placed.items():
            if cpus & self.isolated or len(cpus) != 1:
                self.wrong(dev, f"interrupt {role}-{queue} goes to {sorted(cpus)}")
        for name, change in self.planned(dev, "rps-cpus.").items():
            if numbers(change["wanted"]) & self.isolated and not change["kept"]:
                self.wrong(dev, f"{name} names isolated CPUs")

    def check_xps(self, dev, placed):
        for name, change in self.planned(dev, "xps-cpus.").items():
            queue = QUEUE.fullmatch(name).group(2)
            cpus = placed.get(("rxtx", queue), placed.get(("tx", queue)))
            if cpus is not None and not change["kept"] and numbers(change["wanted"]) != cpus:
                self.wrong(dev, f"{name} is {change['wanted']}, its interrupt goes to {sorted(cpus)}")

    def check_rss(self, dev):
        count = self.count(dev, "rx")
        table = self.planned(dev, "rss-table").get("rss-table")
        seen = {ring for ring, _ in (self.nics[dev]["rss"] or {"table": []})["table"]}
        live = rings(table["wanted"], count) if table else seen
        resized = self.count(dev, "rx") != sum(self.nics[dev]["channels"][k] for k in ("rx", "combined"))
        if (table or not resized) and not live <= set(range(count)):
            self.wrong(dev, f"the RSS table names rings {sorted(live - set(range(count)))}, there are {count}")

    def check_queues(self, dev):
        for change in self.changes:
            named = QUEUE.fullmatch(change["tunable"]) if change["target"] == dev else None
            # What a queue that goes away was told is kept for the way back.
            if not named or change["outcome"] != "planned" or change["kept"] or named.group(1) == "other":
                continue
            if int(named.group(2)) >= max(self.count(dev, "rx"), self.count(dev, "tx")):
                self.wrong(dev, f"{change['tunable']} will not exist")

    def check_disruptive(self):
        for change in self.changes:
            link = self.links.get(change["target"])
            resets = (link is not None and not link["kind"] and change["phase"] in ("channels", "rings", "mtu")
                      and (link["driver"], change["phase"]) not in HARMLESS)
            if resets != change["disruptive"] and change["phase"] not in ("feature-off", "feature-on", "pause"):
                self.wrong(change["target"], f"{change['tunable']} is {'not ' if resets else ''}marked disruptive")

    def check_order(self):
        batch = [0 if c["phase"] == "modules" else 1 if c["phase"] == "sysctl" else
                 2 if c["phase"] in STRUCTURAL else 3 for c in self.changes]
        if batch != sorted(batch):
            self.wrong("plan", "what is structural does not come before what queues are told")
        for before, after in zip(self.changes, self.changes[1:]):
            if (before["target"], before["phase"] in STRUCTURAL) == (after["target"], after["phase"] in STRUCTURAL) and \
                    PHASES.index(before["phase"]) > PHASES.index(after["phase"]):
                self.wrong(after["target"], f"{after['tunable']} stands behind {before['tunable']}")
        names = collections.Counter((c["target"], c["tunable"]) for c in self.changes)
        for (target, tunable), n in names.items():
            if n > 1:
                self.wrong(target, f"{tunable} is there {n} times")

    def check(self):
        for dev in self.nics:
            placed = self.irqs(dev)
            self.check_node(dev, placed)
            self.check_cores(dev, placed)
            self.check_isolated(dev, placed)
            self.check_xps(dev, placed)
            self.check_rss(dev)
            self.check_queues(dev)
        self.check_disruptive()
        self.check_order()
        return self.broken

    def summary(self):
        """Changes of devices by phase and outcome, and what the first device comes to."""
        for phase in PHASES[2:]:
            counts = collections.Counter("kept" if c["kept"] else c["outcome"] for c in self.changes
                                         if c["phase"] == phase)
            if counts:
                print(f"{phase:13}", ", ".join(f"{n} {word}" for word, n in sorted(counts.items())))
        for dev in self.nics:
            placed = self.irqs(dev)
            cpus = sorted(set().union(*placed.values())) if placed else []
            print(f"{dev} on node {self.links[dev]['numa_node']}: {self.count(dev, 'rx')} rx and "
                  f"{self.count(dev, 'tx')} tx queues, interrupts on CPUs {ranges(cpus) or 'untouched'}")


def ranges(found):
    runs = []
    for n in found:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def main():
    with open(sys.argv[1], encoding="utf-8") as facts, open(sys.argv[2], encoding="utf-8") as plan:
        document = json.load(plan)
        host = Host(json.load(facts), document, "--skip-smt" in sys.argv)
    broken = host.check()
    for words in broken:
        print(words)
    if broken:
        return 1
    host.summary()
    told = [[c[k] for k in ("target", "tunable", "seen", "wanted", "phase", "disruptive", "kept", "outcome")]
            for c in document["changes"] if c["phase"] not in ("modules", "sysctl")]
    print("sha256", hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16])
    return 0


if __name__ == "__main__":
    sys.exit(main())
