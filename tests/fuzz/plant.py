#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Plant a bug: copy a source with one line of it replaced, as a file of planted/ says.

A file TARGET_WHAT.def holds

    # what the bug is, for the reader
    target expr                    the fuzzer that has to find it
    file ctl/core/expr.c           where it is planted
    - if (n >= WORD_MAX)           a line of that file, there exactly once, blanks around it aside
    + if (n >= 10 * WORD_MAX)      what stands there instead
    as timeout                     for a bug that never ends; elsewhere a slow run is no finding

    plant.py FILE.def COPY.c       writes the copy
    plant.py --target FILE.def     prints the fuzzer, --as that word, --folder that of the source
"""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORDS = {"target": "target", "file": "file", "-": "old", "+": "new", "as": "as"}


def read(path):
    found = {"as": ""}
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word not in WORDS or found.get(WORDS[word]):
            sys.exit(f"{path}:{number}: unknown or repeated: {word}")
        found[WORDS[word]] = rest.strip()
    missing = set(WORDS.values()) - found.keys()
    if missing:
        sys.exit(f"{path}: lacks {', '.join(sorted(missing))}")
    return found


def plant(path, copy):
    fault = read(path)
    lines = (ROOT / fault["file"]).read_text(encoding="utf-8").splitlines()
    places = [i for i, line in enumerate(lines) if line.strip() == fault["old"]]
    if len(places) != 1:
        sys.exit(f"{path}: {fault['file']} has {len(places)} times the line: {fault['old']}")
    # For messages: the copy speaks of the original.
    lines[places[0]] = fault["new"]
    text = f'#line 1 "{fault["file"]}"\n' + "\n".join(lines) + "\n"
    pathlib.Path(copy).write_text(text, encoding="utf-8")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if sys.argv[1] in ("--target", "--as"):
        print(read(sys.argv[2])[sys.argv[1][2:]])
    elif sys.argv[1] == "--folder":
        print(pathlib.PurePath(read(sys.argv[2])["file"]).parent)
    else:
        plant(sys.argv[1], sys.argv[2])


if __name__ == "__main__":
    main()
