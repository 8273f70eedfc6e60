# SPDX-License-Identifier: BSD-2-Clause
"""The schemas of packaging/schema, and the keys that they have."""
import json
import pathlib


class Schemas:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.all = {path.stem: json.loads(path.read_text())
                    for path in sorted(self.folder.glob("*.json"))}

    def target(self, schema, where):
        """What $ref means, and in which file it stands."""
        while "$ref" in schema:
            name, _, path = schema["$ref"].partition("#")
            where = name.removesuffix(".json") if name else where
            schema = self.all[where]
            for part in filter(None, path.split("/")):
                schema = schema[part]
        return schema, where

    def keys_of(self, schema, where, path=()):
        """All keys that a schema has, each as the way to it: (("plan", "steps", "kind"), ...)."""
        schema, where = self.target(schema, where)
        for branch in schema.get("anyOf", []) + schema.get("oneOf", []):
            yield from self.keys_of(branch, where, path)
        if "items" in schema:
            yield from self.keys_of(schema["items"], where, path)
        for key, value in schema.get("properties", {}).items():
            yield path + (key,)
            yield from self.keys_of(value, where, path + (key,))
