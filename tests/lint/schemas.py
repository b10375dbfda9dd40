#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every schema in man/schema/ is a valid JSON Schema and says which document it is for."""

import json
import pathlib
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]


def complaints(path):
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.validators.validator_for(schema).check_schema(schema)
    except (ValueError, jsonschema.SchemaError) as error:
        return [str(error).splitlines()[0]]
    found = []
    if "$schema" not in schema:
        found.append("no $schema")
    if not schema.get("properties", {}).get("schema", {}).get("const", "").startswith("nettune."):
        found.append('property "schema" is not a constant "nettune.NAME/VERSION"')
    return found


def main():
    paths = sorted((ROOT / "man/schema").glob("*.json"))
    bad = [f"{path.relative_to(ROOT)}: {words}" for path in paths for words in complaints(path)]
    if not paths:
        bad.append("man/schema: no schema in it")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
