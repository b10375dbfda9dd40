#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in a picture of nettunectl topology: svg_facts.py FILE

Parses it as XML, refuses what a picture that needs nothing else must not have, and prints what a
golden can hold: its size, how many shapes of each kind there are, what is red, and its checksum.
"""

import collections
import hashlib
import sys
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {SVG + name for name in ("svg", "title", "style", "defs", "marker", "rect", "path", "text")}
FORBIDDEN = ("<script", "href", "@import", "javascript:", "<!ENTITY", "<!DOCTYPE", "onload")


def breaches(text, root):
    """What must not be in it."""
    for word in FORBIDDEN:
        if word in text:
            yield f"has {word}"
    for element in root.iter():
        if element.tag not in ALLOWED:
            yield f"has {element.tag}"
        for name, value in element.attrib.items():
            if "url(" in value and not value.startswith("url(#head"):
                yield f"{name} refers to {value}"
    width, height = int(root.get("width")), int(root.get("height"))
    for element in root.iter(SVG + "text"):
        if not (0 < int(element.get("x")) < width and 0 < int(element.get("y")) < height):
            yield f"text {element.text!r} is outside"


def kinds(root, tag):
    counted = collections.Counter((e.get("class") or "-").split()[0] for e in root.iter(SVG + tag))
    return ", ".join(f"{n} {kind}" for kind, n in sorted(counted.items()))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    root = ET.fromstring(text.encode("utf-8"))
    bad = list(breaches(text, root))
    if bad:
        sys.exit("\n".join(bad))
    red = [e.tag.removeprefix(SVG) for e in root.iter() if "wrong" in (e.get("class") or "").split()]
    print(f"{root.get('width')} x {root.get('height')}: {kinds(root, 'rect')}")
    print("red:", dict(sorted(collections.Counter(red).items())))
    print("sha256", hashlib.sha256(text.encode("utf-8")).hexdigest()[:16])


if __name__ == "__main__":
    main()
