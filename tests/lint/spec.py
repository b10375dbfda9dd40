#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the netlink spec against what is made from it and said about it.

usage: spec.py [KERNEL_SOURCE]

With a kernel source, the spec is also validated against the kernel's own schema
for such specs.
"""

import pathlib
import re
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SPEC = ROOT / "include/uapi/nettune.yaml"
SCHEMA = "Documentation/netlink/genetlink-legacy.yaml"
GENERATED = {
    "header": "include/uapi/linux/nettune.h",
    "policy-h": "kmod/nettune-nl-gen.h",
    "policy-c": "kmod/nettune-nl-gen.c",
}


def check_generated():
    """What is committed must be what `make uapi` writes."""
    for mode, path in GENERATED.items():
        made = subprocess.run([sys.executable, ROOT / "include/uapi/generate.py", SPEC, mode],
                              check=True, capture_output=True, text=True).stdout
        if made != (ROOT / path).read_text(encoding="utf-8"):
            yield f"{path}: differs from the spec; run make uapi"


def named(spec):
    """Yields what the spec defines, with a name that says where."""
    for definition in spec["definitions"]:
        yield definition["name"], definition
        for entry in definition.get("entries", []):
            yield f"{definition['name']}/{entry['name']}", entry
    for attr_set in spec["attribute-sets"]:
        yield attr_set["name"], attr_set
        for attr in attr_set["attributes"]:
            yield f"{attr_set['name']}/{attr['name']}", attr
    for op in spec["operations"]["list"]:
        yield op["name"], op


def check_docs(spec):
    """Everything says what it is, in sentences."""
    for name, item in named(spec):
        doc = item.get("doc", "").strip()
        if not doc or not doc.endswith("."):
            yield f"{SPEC.name}: {name}: doc is missing or not a sentence"


def check_values(spec):
    """Values are given by place, so that they can only be appended."""
    for name, item in named(spec):
        if "value" in item and item.get("type") != "const":
            yield f"{SPEC.name}: {name}: has a value of its own"
        if "entries" in item and item["type"] == "enum" and item.get("value-start") != 1:
            yield f"{SPEC.name}: {name}: does not start at 1"


def check_limits(spec):
    """A value fits in an attribute, whose length has 16 bits."""
    limits = {d["name"]: d["value"] for d in spec["definitions"] if d["type"] == "const"}
    if limits["value-max"] > 60000:
        yield f"{SPEC.name}: value-max does not fit in an attribute"


def check_handlers(spec):
    """Each command that can be asked for has a handler."""
    code = (ROOT / "kmod/netlink.c").read_text(encoding="utf-8")
    for op in spec["operations"]["list"]:
        constant = "NETTUNE_CMD_" + op["name"].upper().replace("-", "_")
        if "do" in op and f".cmd = {constant}" not in code:
            yield f"kmod/netlink.c: no handler for {constant}"
        if "admin-perm" in op.get("flags", []) and not re.search(
                rf"\.cmd = {constant},\s+\.flags = GENL_ADMIN_PERM", code):
            yield f"kmod/netlink.c: {constant} lacks GENL_ADMIN_PERM"


def check_schema(spec, kernel_source):
    """The kernel's tools must be able to read the spec."""
    import jsonschema

    text = (pathlib.Path(kernel_source) / SCHEMA).read_text(encoding="utf-8")
    try:
        jsonschema.validate(spec, yaml.safe_load(text))
    except jsonschema.ValidationError as error:
        yield f"{SPEC.name}: {'/'.join(map(str, error.path))}: {error.message}"


def main(argv):
    spec = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    problems = [*check_generated(), *check_docs(spec), *check_values(spec), *check_limits(spec),
                *check_handlers(spec)]
    if len(argv) > 1:
        problems += check_schema(spec, argv[1])
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
