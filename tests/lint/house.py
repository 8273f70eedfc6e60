# SPDX-License-Identifier: BSD-2-Clause
"""What the lint's scripts share: the repository's files, and how a breach is told.

A script prints each breach as FILE:LINE: TEXT on standard output and nothing else;
tests/lint/run counts the lines.
"""
import os
import re
import subprocess

os.chdir(os.environ.get("LINT_ROOT") or os.path.join(os.path.dirname(__file__), "..", ".."))


def files(*patterns):
    """Files of the repository (those not added yet too), sorted, without the deleted."""
    out = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        check=True, capture_output=True, text=True).stdout
    return sorted({name for name in out.split("\n") if name and os.path.exists(name)})


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def lines_of(path):
    return text_of(path).split("\n")


def breach(path, line, text):
    print(f"{path}:{line}: {text}")


def without_comments(source):
    """The C source with comments blanked; lines keep their numbers, strings stay."""
    token = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)

    def blank(match):
        found = match.group(0)
        return found if found[0] in "\"'" else re.sub(r"[^\n]", " ", found)

    return token.sub(blank, source)


def functions(path):
    """(line, length) of each function: with Linux braces, what lies between "{" and "}"
    in column 0."""
    start = None
    for number, line in enumerate(lines_of(path), 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start:
            yield start, number - start - 1
            start = None
