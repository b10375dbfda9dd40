#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Check JSON on standard input against the schema in man/schema/ that it names.

A document says {"schema": "nettune.plan/1", ...}; its schema is the file whose property "schema"
is that constant. Silent when all is well. For goldens: nettunectl --json plan server | validate.py
"""

import json
import pathlib
import sys

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "man/schema"


def main():
    document = json.load(sys.stdin)
    name = document.get("schema")
    for path in sorted(SCHEMAS.glob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        if schema.get("properties", {}).get("schema", {}).get("const") == name:
            break
    else:
        sys.exit(f"no schema in man/schema has the name {name}")
    validator = jsonschema.validators.validator_for(schema)(schema)
    errors = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(document)]
    sys.exit("\n".join(errors[:10]) if errors else 0)


if __name__ == "__main__":
    main()
