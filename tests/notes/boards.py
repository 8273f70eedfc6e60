#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""usage: boards.py CX3FLASH > hardware-notes/boards.md

The page of the boards, made from the program's own table (`help boards`), so that there is
one table. tests/notes/run fails if the page is not what this prints.
"""
import json
import subprocess
import sys

HEAD = """# Boards

Made from the program's table by `tests/notes/boards.py`; `cx3flash help boards` prints it, and
`cx3flash help boards HP_1380110017` (a PSID, or a part number) all that is known of one board.
How sure a row is: see [cards.md](cards.md); a row is as sure as its weakest part. An empty field
is not known. Other PSIDs exist: `cx3flash query` shows the one on your card.
"""
COLUMNS = ["PSID", "part number", "board", "ports", "form", "name in images", "how sure", "source"]
CHIPS = [("0x01f5", "ConnectX-3"), ("0x01f7", "ConnectX-3 Pro")]


def cell(text):
    return (text or "").replace("|", "\\|").strip()


def ports(board):
    number = str(board["ports"]) if board["ports"] else ""
    return " ".join(part for part in (number, board["connector"], board["protocol"]) if part)


def row(board):
    return [board["psid"], board["part_number"], board["name"], ports(board),
            board["form_factor"], board["image"], board["grade"], board["source"]]


def table(boards):
    lines = [COLUMNS, ["---"] * len(COLUMNS)] + [row(board) for board in boards]
    return "".join("| " + " | ".join(cell(text) for text in line) + " |\n" for line in lines)


answer = subprocess.run([sys.argv[1], "--json", "help", "boards"], check=True,
                        capture_output=True, text=True).stdout
known = json.loads(answer)["boards"]
print(HEAD, end="")
for hw_id, name in CHIPS:
    print(f"\n## {name}\n\n{table([b for b in known if b['hw_id'] == hw_id])}", end="")
