#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""usage: unknowns.py BUILD > hardware-notes/unknowns.md

The page of what is not known of the hardware. Its table of ways is the program's own, as
`status` prints it of a simulated card; what is public of each is here. A way that is missing
here, or is no more, ends this with an error. tests/notes/run fails if the page is not what
this prints.
"""
import json
import os
import subprocess
import sys
import tempfile

# What is public of each way, with how sure it is: vendor = the vendor's published tool.
PUBLIC = {
    "join": "the vendor ends each access with a STOP (source). Whether a write is carried out at its "
            "last byte or at STOP: not known",
    "read-after-write": "over PCI the vendor flushes writes before it reads, so a read may overtake a "
                        "write (inferred)",
    "block-read": "the vendor reads up to 64 bytes in a message (source; tried by it on other chips)",
    "block-write": "the vendor writes up to 32 data bytes in a message (source)",
    "long-messages": "the adapter's limit, not the card's: [adapters.md](adapters.md)",
    "ack-busy": "switches of the same maker do not acknowledge while busy, for up to 5 s (source)",
    "no-poll": "the vendor stopped polling over I2C in 2026, for newer chips (source)",
    "held-read": "in the vendor's source since 2007, and never switched on (source)",
    "bare-head": "never sent by the vendor's tool (source)",
    "held-program": "how the vendor's tool programs, 16 times 16 bytes at most (source, over PCI)",
    "command-echo": "the vendor looks at the busy bit only (source): not known",
    "address-echo": "the vendor never reads it back (source): not known",
    "top-byte": "24 bits of the address are used (source); what becomes of the others: not known",
    "status-word": "the vendor always reads 4 bytes (source). Where a single one would land: not known",
    "livefish-link": "the vendor sets it before anything else (source). On a bench the link is down",
}

HEAD = """# What is not known

Made by `tests/notes/unknowns.py` from the program's table. No document says how this card behaves in
these points. So the program finds out, or does without: only speed is lost. `cx3flash -d DEVICE status`
shows what it found on your card, and how; `--assume NAME=no` or `NAME=yes` decides instead.

| name | what may be | what is public (how sure) | without it |
| --- | --- | --- | --- |
"""

TAIL = """
## What no program can find out alone

| question | what is public | how you find out |
| --- | --- | --- |
| Which contacts of my card reach the chip? | [cards.md](cards.md); for most boards not known | a meter, then `cx3flash scan` |
| Does the chip answer without a host: PERST# low, no reference clock? | not known | `status` on a bench supply, then in a PC's BIOS setup |
| Does it answer on 3.3 V aux alone? | not known | `status` in a PC that is off, its cord plugged in |
| How many commands does an MTUSB-1 bear at once? What are its commands 01 and 02? | the kernel's driver sends up to 62 that write (source); 01 and 02 are named in it and not used: they are never sent | `--verbose` tells the depth that was found; the maker's manual of the U2C-12 |
| How fast may SCL be? | 100 to 400 kHz for switches of the same maker (source) | `selftest` at 100 and at 400 kHz |
| Does it stretch the clock? | not known | a logic analyser; behind an adapter that waits it is only slower; one that gives up tells of a timeout at the first flash command, an FT232H of a low SCL |
| Does its firmware take the semaphore each time that it uses the flash gateway? | the vendor's tool relies on it (source) | a job that writes looks at the registers for 2.5 s before; what uses them more seldom than that, and between the check of an address and its erase, would send that erase elsewhere |
| How often does a host reset it? | a driver that loads, once, after it got the semaphore or has waited for 10 s; a network boot, without asking (source) | the job stops with "was reset" or "is being reset" |
| Are the registers locked over I2C too, where they are over PCIe? | likely (inferred: the vendor's tool expects that answer over I2C) | `status` on a card with a key |
| Does the firmware's command interface (0x80780 to 0x80798, semaphore 0xf03bc) answer over I2C, and on a card that is locked? | over PCIe the vendor's tool uses it for `hw_access`, on a locked card too (source) | `hw_access enable` on a card that is locked, `hw_access disable` on one with a key: both tell what the registers answer after it |
| Is the flash in reach with the flash-not-present pins shorted? | yes (reported, over PCIe) | `status` with the pins shorted |
| Is there a second flash chip? | the vendor's tool used to look for four (source) | `status` asks chip select 1 once |

Each answer is worth a [report](reporting.md), also a "no".
"""


def ways_of_simulated_card(build):
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, XDG_STATE_HOME=folder)
        image = os.path.join(folder, "card.bin")
        subprocess.run([f"{build}/tests/support/mkimage", image, "flash=0x200000"], check=True)
        answer = subprocess.run([f"{build}/src/cli/cx3flash", "-s", "--json", "-d",
                                 f"sim:{image},clock=400k", "status"],
                                env=env, check=True, capture_output=True, text=True)
        return json.loads(answer.stdout)["ways"]


ways = ways_of_simulated_card(sys.argv[1])
names = {way["name"] for way in ways}
if names != PUBLIC.keys():
    sys.exit(f"unknowns.py: the program's ways and these differ: {sorted(names ^ PUBLIC.keys())}")
rows = ["| " + " | ".join([way["name"], way["what"], PUBLIC[way["name"]], way["without"]]) +
        " |\n" for way in ways]
print(HEAD + "".join(rows) + TAIL, end="")
