#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""validate.py SCHEMAS COMMANDS.DEF FOLDER: are the documents in FOLDER as the schemas say?

Each file *.out there is what one run has printed on standard output with --json, *.progress what
--progress=json has printed on standard error; a file of the same name without the ending has the
command line. Each command of COMMANDS.DEF must have a schema, each schema must have been needed, and
each key of a schema must occur in one document at least: a key that no run prints is a promise that
nobody keeps. `several` is checked with the documents of its devices.
"""
import json
import pathlib
import re
import sys
import warnings

import jsonschema

sys.dont_write_bytecode = True
from schemas import Schemas

warnings.simplefilter("ignore", DeprecationWarning)
SCHEMAS = Schemas(sys.argv[1])
FOLDER = SCHEMAS.folder
COMMANDS = re.findall(r"^CLI_COMMAND\((\w+)\)", pathlib.Path(sys.argv[2]).read_text(), re.M)
DOCUMENTS = pathlib.Path(sys.argv[3])
SCHEMA = SCHEMAS.all
failures = 0
MOST = 200  # are told
seen = set()  # (schema, keys on the way ...)
needed = set()


def bad(words):
    global failures
    failures += 1
    if failures <= MOST:
        print("FAILED:", words)


def validator(name):
    schema = SCHEMA[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    store = {(FOLDER / f"{n}.json").as_uri(): s for n, s in SCHEMA.items()}
    resolver = jsonschema.RefResolver((FOLDER / f"{name}.json").as_uri(), schema, store=store)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


VALIDATOR = {name: validator(name) for name in SCHEMA}


def note(name, value, path=()):
    if isinstance(value, list):
        for item in value:
            note(name, item, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            seen.add((name, path + (key,)))
            note(name, item, path + (key,))


def schema_of(document):
    if "devices" in document and "failed" in document:
        return "several"
    command = document.get("command")
    if command is None or "version" in document or ("exit_codes" in document and command != "help"):
        return "program"
    return command


def check(name, document, line):
    needed.add(name)
    note(name, document)
    if name not in SCHEMA:
        bad(f"{line}: there is no schema {name}.json")
        return
    for error in sorted(VALIDATOR[name].iter_errors(document), key=str)[:3]:
        place = ".".join(str(part) for part in error.absolute_path)
        bad(f"{line}: {name}.json: {place or 'the document'}: {error.message[:200]}")


def check_document(path):
    line = path.with_suffix("").read_text().strip()
    try:
        document = json.loads(path.read_text())
    except ValueError as error:
        bad(f"{line}: no JSON: {error}")
        return
    name = schema_of(document)
    check(name, document, line)
    for device in document["devices"] if name == "several" else []:
        check(schema_of(device), device, f"{line}: {device.get('device')}")


def check_progress(path):
    line = path.with_suffix("").read_text().strip()
    lines = [json.loads(text) for text in path.read_text().splitlines() if text.startswith("{")]
    for item in lines:
        check("progress", item, line)
    if not lines or lines[-1].get("state") != "ended":
        bad(f"{line}: the last line of progress does not end it")


for command in COMMANDS:
    if command not in SCHEMA:
        bad(f"the command {command} has no schema {command}.json")
for name in SCHEMA.keys() - set(COMMANDS) - {"common", "several", "program", "progress"}:
    bad(f"{name}.json is of no command")
for document in sorted(DOCUMENTS.glob("*.out")):
    check_document(document)
for document in sorted(DOCUMENTS.glob("*.progress")):
    check_progress(document)
for name in sorted(SCHEMA.keys() - {"common"}):
    if name not in needed:
        bad(f"{name}.json: no run has needed it")
        continue
    promised = set(SCHEMAS.keys_of(SCHEMA[name], name))
    # the shape of a key's value is checked with the key once, wherever it is printed
    for path in sorted(promised):
        if (name, path) in seen:
            continue
        if name == "several" and path[0] == "devices":
            continue  # theirs are the command's
        if len(path) > 1 and any(other[1][-2:] == path[-2:] for other in seen):
            continue
        bad(f"{name}.json: no run has printed {'.'.join(path)}")
if failures > MOST:
    print(f"... and {failures - MOST} more")
print(f"{len(needed)} schemas, {len(seen)} keys, {failures} failures")
sys.exit(failures != 0)
