#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/seed.md keeps its promises: nothing of the seed is missing, and what is "done" exists.

The seed itself is not in this tree. What must be complete is therefore counted here: its headings,
its commands and settings, the rows of its Quick Reference and the sysctl keys that it names.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = "docs/seed.md"
HEADINGS = 57
QUICK_REFERENCE_ROWS = 10
SYSCTL_KEYS = 46
COMMANDS = 161

CODE = re.compile(r"`([^`]+)`")
KEY = re.compile(r"\bnet\.[a-z]\w*(?:\.\w+)*")


class Row:
    """One row of the page: five cells, and where it stands."""

    def __init__(self, number, cells):
        self.number = number
        self.seed, self.nettune, self.test, self.state, self.note = cells

    def headings(self):
        return re.findall(r"\*\*([^*]+)\*\*", self.seed)

    def quick(self):
        return re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", self.seed)

    def commands(self):
        return CODE.findall(self.seed)

    def keys(self):
        return {key for command in self.commands() for key in KEY.findall(command)}


def rows(text):
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|") or line.startswith(("| Seed", "|---")):
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        yield number, cells


def complete(table):
    """Counts of what the seed has."""
    seen = {
        "headings": (sum(len(r.headings()) for r in table), HEADINGS),
        "commands": (sum(len(r.commands()) for r in table), COMMANDS),
        "Quick Reference rows": (sum(len(r.quick()) for r in table), QUICK_REFERENCE_ROWS),
        "sysctl keys": (len(set().union(*(r.keys() for r in table))), SYSCTL_KEYS),
    }
    for what, (have, want) in seen.items():
        if have != want:
            yield f"{PAGE}:1: {have} {what}, the seed has {want}"


def known():
    """What the sources offer: commands, sysctl keys, profiles."""
    commands = set(re.findall(r"^NT_CMD\((\w+)\)", text_of("ctl/cmd/cmds.def"), re.M))
    keys = set()
    for path in (ROOT / "ctl/tunable").glob("sysctl*.c"):
        keys |= set(re.findall(r'"(net\.[\w.]+)"', path.read_text(encoding="utf-8")))
    return commands, keys


def text_of(name):
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def true_row(row, commands, keys):
    """What a row says is so."""
    if row.state.startswith(("not built yet: ", "refused: ")):
        if row.test:
            yield "has a test, but is not done"
        return
    if row.state != "done":
        yield f'state "{row.state}": say done, "not built yet: TOPIC" or "refused: WHY"'
        return
    if row.commands() and not row.test:
        yield "done, but no test is named"
    for path in CODE.findall(row.test):
        if not (ROOT / path).is_file():
            yield f"no test {path}"
    for verb in re.findall(r"`nettunectl (\w+)", row.nettune):
        if verb not in commands:
            yield f"no command {verb} in ctl/cmd/cmds.def"
    tests = "".join(text_of(path) for path in CODE.findall(row.test))
    for key in sorted(row.keys()):
        # Not the beginning of a longer one.
        if not re.search(re.escape(key) + r"(?![\w.])", tests):
            yield f"{key} does not stand in {row.test}"
    if "`[Sysctl]`" in row.nettune:
        for key in sorted(row.keys() - keys):
            yield f"{key} is not in the table of ctl/tunable/sysctl.c"


def main():
    bad, table = [], []
    for number, cells in rows(text_of(PAGE)):
        if len(cells) != 5:
            bad.append(f"{PAGE}:{number}: {len(cells)} cells instead of 5")
            continue
        table.append(Row(number, cells))
    commands, keys = known()
    for row in table:
        bad += [f"{PAGE}:{row.number}: {words}" for words in true_row(row, commands, keys)]
    bad += complete(table)
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
