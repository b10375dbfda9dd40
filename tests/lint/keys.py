#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every sysctl key has a row in its test and a paragraph, written from the table, in the manual.

    keys.py             name what differs
    keys.py --update    write the paragraphs
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = "ctl/tunable/sysctl.c"
TEST = "tests/unit/sysctl_test.c"
MANUAL = "man/nettune.profile.5"
BEGIN = '.\\" Written by tests/lint/keys.py --update from here\n'
END = '.\\" to here.\n'
COLUMNS = 100
UNITS = {
    "BYTES": "a size, in bytes",
    "PAGES": "a size, in pages",
    "SECONDS": "a time, in seconds",
    "MICROSECONDS": "a time, in microseconds",
}
LIMITS = {"INT32_MAX": 2**31 - 1, "UINT32_MAX": 2**32 - 1, "INT64_MAX": None,
          "INT32_MAX / 8": (2**31 - 1) // 8, "1 << 29": 1 << 29, "0x607": 0x607}


def number(text):
    text = text.strip()
    return LIMITS[text] if text in LIMITS else int(text)


def limits_of(row):
    found = re.search(r"NUMBER\(\"[^\"]+\", ([^,]+), ([^,]+),", row)
    if found:
        return number(found.group(1)), number(found.group(2))
    if "FLAG(" in row:
        return 0, 1
    if "SECONDS(" in row:
        return 1, (2**31 - 1) // 1000
    least = re.search(r"\.min = (\w+)", row)
    most = re.search(r"\.max = (\w+)", row)
    return (number(least.group(1)) if least else 0), (number(most.group(1)) if most else None)


def rows():
    """Rows of the table as dictionaries, in its order."""
    text = (ROOT / TABLE).read_text(encoding="utf-8")
    table = re.search(r"^const struct nt_sysctl_key nt_sysctl_keys\[\] = \{\n(.*?)^\};", text, re.S | re.M)
    for row in re.findall(r"\{ (?:[A-Z]+\(|\.key).*?\.words = \"[^\"]+\" \}", table.group(1), re.S):
        row = re.sub(r"/\*.*?\*/", "", row, flags=re.S)
        fields = re.search(r"\.fields = (\d)", row)
        unit = re.search(r"NT_UNIT_(\w+)", row)
        least, most = limits_of(row)
        yield {
            "key": re.search(r'"(net\.[^"]+)"', row).group(1),
            "words": re.search(r'\.words = "([^"]+)"', row).group(1),
            "word": "NT_SYSCTL_WORD" in row,
            "ports": "NT_SYSCTL_PORTS" in row,
            "fields": int(fields.group(1)) if fields else 1,
            "unit": unit.group(1) if unit else "SECONDS" if "SECONDS(" in row else None,
            "least": least,
            "most": most,
            "init_only": "INIT_ONLY" in row,
            "conntrack": "CONNTRACK" in row,
        }


def value_words(row):
    if row["word"]:
        return "A name."
    if row["ports"]:
        return "Ports and ranges, separated by commas."
    words = {1: "A number", 2: "Two numbers", 3: "Three numbers"}[row["fields"]]
    if row["unit"]:
        unit = UNITS[row["unit"]]
        words = unit[0].upper() + unit[1:] if row["fields"] == 1 else f"{words}, each {unit}"
    if row["most"] is None:
        return f"{words}."
    return f"{words}, from {row['least']} to {row['most']}."


def paragraph(row):
    yield f".It Li {row['key']}"
    yield row["words"][0].upper() + row["words"][1:] + "."
    yield value_words(row)
    if row["init_only"]:
        yield "Only in the initial network namespace."
    if row["conntrack"]:
        yield "Needs the module nf_conntrack."


def section():
    lines = [".Bl -tag -width Ds"]
    for row in sorted(rows(), key=lambda row: row["key"]):
        lines += paragraph(row)
    return "\n".join([*lines, ".El"]) + "\n"


def split_manual():
    text = (ROOT / MANUAL).read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        sys.exit(f"{MANUAL}:1: lacks the lines between which the keys are written")
    before, rest = text.split(BEGIN, 1)
    return before + BEGIN, rest.split(END, 1)[0], END + rest.split(END, 1)[1]


def complaints():
    test = (ROOT / TEST).read_text(encoding="utf-8")
    keys = [row["key"] for row in rows()]
    if not keys:
        yield f"{TABLE}:1: no rows found in the table"
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"{TABLE}:1: {key} stands twice in the table"
    for key in keys:
        if f'{{ "{key}",' not in test:
            yield f"{TEST}:1: no row for {key}"
    if split_manual()[1] != section():
        yield f"{MANUAL}:1: SYSCTL KEYS differs from the table: run tests/lint/keys.py --update"


def main():
    if sys.argv[1:] == ["--update"]:
        before, _, after = split_manual()
        (ROOT / MANUAL).write_text(before + section() + after, encoding="utf-8")
        return 0
    bad = list(complaints())
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
