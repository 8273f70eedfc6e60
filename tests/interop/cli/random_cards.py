#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""random_cards.py FIRST LAST: any command of mstflint on any starting flash, by seed, beside the real
mstflint on a card that is the same. Both refuse or both succeed; what they print of a card is the
same; what they leave is the same image, or the same flash where the command writes bytes.

What differs by design, each told apart in by_design() and counted:
  blank-sg     a ROM or VSD changed in an image with blank GUIDs: mstflint gives their section and the
               image a CRC, so that sg can't fill them in where they are. Ours stay blank
  keeps-rest   erase, ww, wb: the rest of an erased block stays; mstflint's wb and bb leave it blank
  no-erase     wwne, wbne where a bit would have to become 1: mstflint leaves the AND, we refuse
  damaged      an image with a wrong CRC: mstflint changes and reads what we refuse to touch
  protected    a flash that is write-protected: mstflint says so or fails in the middle; we refuse first
  other-chip   the image on the flash is for another chip: mstflint keeps its GUIDs and calls it bootable,
               we do neither
  mac-room     MACs for an image with four entries: mstflint drops them, we refuse
  emt-rom      a ROM for an image with an EMT section: mstflint refuses its own work, or dies
  no-device    an image that does not say its device type: mstflint changes no ROM and VSD of it
  four         checksum of an image with four entries: mstflint leaves out six, and so a part of
               the next section
  old-fw       a ROM changed in firmware with a low version number: mstflint refuses it
A plain query of an image with several ROMs names one of them in mstflint, and all here: those lines
are not compared. --allow-unbootable is given where raw bytes are written.
"""
import difflib
import os
import random
import re
import subprocess
import sys

PROGRAM, MKIMAGE = os.environ["CX3FLASH"], os.environ["MKIMAGE"]
HERE = os.path.dirname(os.path.abspath(__file__))
MSTFLINT = os.path.join(HERE, "../mstflint/run-mstflint")
FLASH = 0x200000
RAW = ("ww", "wwne", "erase", "wb", "wbne")


class Skip(Exception):
    """mstflint can't run here."""


def run(words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("latin-1")


def make_flash(pick):
    """A starting flash, and words that say which."""
    shape = [f"random={pick.randrange(1, 2000)}"]
    if pick.random() < 0.5:
        shape = ["code=60000", f"rom={pick.choice([0, 6000, 30000])}", "psid=MT_1090111019"]
    shape += pick.choice([[], [], ["uids=4"], ["blank=1"], ["blank=0", "uids=6"]])
    shape += pick.choice([[], [], ["home=odd"]]) + [f"flash={FLASH}"]
    if pick.random() < 0.1:
        shape += [f"corrupt={pick.randrange(0x40, 60000)}"]
    code, said = run([MKIMAGE, "card.bin"] + shape)
    if code:  # too big for the flash, or no such mix
        shape = ["code=60000", "rom=6000", f"flash={FLASH}"]
        run([MKIMAGE, "card.bin"] + shape)
    if pick.random() < 0.05:
        with open("card.bin", "wb") as file:
            file.write(b"\xff" * FLASH)
        shape = ["blank flash"]
    return shape


def read_words(pick):
    addr = pick.randrange(0, FLASH - 4096, 4)
    return pick.choice([["query"], ["query", "full"], ["q"], ["verify"], ["v"], ["dc"],
                        ["rb", hex(addr), str(pick.randrange(4, 400, 4))], ["rw", hex(addr)],
                        ["rrom", "out"], ["ri", "out"], ["dc", "out"], ["checksum"]])


def write_words(pick):
    guid = 0x0002C90300000000 | pick.randrange(0, 1 << 24) & ~0xF
    mac = 0x0002C9000000 | pick.randrange(0, 1 << 20) & ~0xF
    word = f"0x{pick.choice([0, 0xFFFFFFFF, pick.randrange(1 << 32)]):08x}"
    addr = hex(pick.randrange(0, FLASH - 4096, 4))
    return pick.choice([
        ["-guid", f"0x{guid:016x}", "sg"], ["-mac", f"0x{mac:012x}", "sg"],
        ["-guid", f"0x{guid:016x}", "-mac", f"0x{mac:012x}", "sg"],
        ["-vsd", "x" * pick.randrange(1, 212), "sv"], ["-allow_rom_change", "brom", "some.rom"],
        ["brom", "some.rom"], ["-allow_rom_change", "drom"], ["drom"],
        ["-i", "image.bin", "-allow_psid_change", "burn"], ["-i", "image.bin", "burn"],
        ["ww", addr, word], ["wwne", addr, word], ["erase", addr], ["wb", "block.bin", addr],
        ["wbne", addr, "8", word, word]])


def squeeze(text):
    """Without progress, and empty lines once."""
    text = re.sub(r"[^\n]*\r", "", text)
    return re.sub(r"\n\n+", "\n\n", text).strip()


def image_of(flash):
    if os.path.exists("ri.img"):
        os.remove("ri.img")
    code, _ = run([MSTFLINT, flash, "-y", "ri", "ri.img"])
    if code or not os.path.exists("ri.img"):
        return None
    with open("ri.img", "rb") as file:
        return file.read()


def bytes_of(name):
    with open(name, "rb") as file:
        return file.read()


def is_damaged():
    code, said = run([MSTFLINT, "before.bin", "v"])
    return code != 0 and "BLANK GUIDS" not in said


def by_design(words, ours, said, theirs, output, state):
    """Why the answers may differ, or None."""
    command = [word for word in words if word in RAW]
    if ours and not theirs and "is for another chip" in said:
        return "other-chip"
    if ours and "no room for" in said and "MACs" in said:
        return "mac-room"
    if {"brom", "drom"} & set(words) and (theirs < 0 or theirs > 127 or "is corrupted: Bad CRC" in output):
        return "emt-rom"
    if theirs and "Unsupported device type 0" in output:
        return "no-device"
    if theirs and "Unsupported Fw version" in output:
        return "old-fw"
    if "status=" in state and words[-1] not in ("query", "full", "q", "v", "verify"):
        return "protected"
    if command and command[0] in ("wwne", "wbne") and ours and "without an erase" in said:
        return "no-erase"
    if is_damaged():
        return "damaged"
    return None


def compare_writes(words, shape):
    if any(word in RAW for word in words):
        before, ours, theirs = (bytes_of(n) for n in ("before.bin", "card.bin", "other.bin"))
        for at, (mine, other, old) in enumerate(zip(ours, theirs, before)):
            if mine != other and not (other == 0xFF and mine == old):
                return f"0x{at:x}: we left {mine:02x}, mstflint {other:02x}, before {old:02x}"
        return "keeps-rest" if ours != theirs else ""
    mine, other = image_of("card.bin"), image_of("other.bin")
    if mine == other:
        return ""
    if "sg" not in words and "blank=1" in shape:
        return "blank-sg"
    return "the images are not the same"


DESIGNED = ("blank-sg", "keeps-rest", "no-erase", "damaged", "protected", "mac-room", "emt-rom",
            "old-fw", "no-device", "four", "other-chip")


def one(seed):
    """'' if all is well, a reason of DESIGNED, or what is wrong."""
    pick = random.Random(seed)
    shape = make_flash(pick)
    run([MKIMAGE, "image.bin", "code=70000", f"rom={pick.choice([0, 9000])}", "fw=2.42.5000"])
    with open("block.bin", "wb") as file:
        file.write(pick.randbytes(pick.randrange(4, 9000, 4)))
    state = pick.choice(["", "", "", ",livefish=1", ",fw=2.30.8000", ",status=0x1c"])
    writes = pick.random() < 0.5
    words = write_words(pick) if writes else read_words(pick)
    for name in ("other.bin", "before.bin"):
        with open(name, "wb") as file:
            file.write(bytes_of("card.bin"))
    for name in ("card.bin.state", "other.bin.state", "before.bin.state", "out", "out.theirs"):
        if os.path.exists(name):
            os.remove(name)
    theirs, output = run([MSTFLINT, f"other.bin{state}", "-y"] + words)
    if theirs == 77:
        raise Skip(output)
    if os.path.exists("out"):
        os.rename("out", "out.theirs")
    mine = ["--no-backup", "--allow-unbootable"] if writes else []
    if any(w in ("sg", "sv", "brom", "drom", "burn") for w in words) or not mine:
        mine = mine[:1]
    ours, said = run([PROGRAM, "-s", "-y", "-d", f"sim:card.bin{state}"] + mine + words)
    print_of = f"{' '.join(shape)} {state} {' '.join(words)[:100]}"
    if (ours != 0) != (theirs != 0):
        why = by_design(words, ours, said, theirs, output, state)
        return why or f"{print_of}: we answer {ours}, mstflint {theirs}: {said[-300:]} | {output[-300:]}"
    if ours:
        return ""
    if writes:
        why = compare_writes(words, shape)
        return why if not why or why in DESIGNED else f"{print_of}: {why}"
    if os.path.exists("out") != os.path.exists("out.theirs"):
        return f"{print_of}: one of the two has written no file"
    if os.path.exists("out"):
        if bytes_of("out") != bytes_of("out.theirs"):
            return f"{print_of}: the files differ"
        return ""
    if "full" not in words:
        said, output = (re.sub(r"Rom Info:[^\n]*\n(  +(type|version_id)=[^\n]*\n)*", "", t) for t in (said, output))
    # of made-up versions mstflint leaves the running one out by a rule that no real one meets
    said, output = (re.sub(r"FW Version\(Running\):[^\n]*\n", "", t) for t in (said, output))
    if words == ["checksum"] and said != output and "uids=6" not in shape:
        return "four"
    if squeeze(said) != squeeze(output):
        lines = difflib.unified_diff(squeeze(said).split("\n"), squeeze(output).split("\n"), "we",
                                     "mstflint", lineterm="", n=0)
        return f"{print_of}: " + " / ".join(lines)
    return ""


def main():
    first, last = int(sys.argv[1]), int(sys.argv[2])
    designed, wrong = {}, 0
    with open("some.rom", "wb") as file:
        file.write(b"\x55\xaa\x89" + b"no mark" * 4000 + b"." * 1)
    for seed in range(first, last + 1):
        try:
            answer = one(seed)
        except Skip as why:
            print(f"skipped: {why}")
            sys.exit(77)
        if answer in DESIGNED:
            designed[answer] = designed.get(answer, 0) + 1
        elif answer:
            wrong += 1
            print(f"FAILED seed {seed}: {answer}\n  again: {sys.argv[0]} {seed} {seed}")
    print(f"{last - first + 1} cases, {wrong} wrong; by design: {designed}")
    sys.exit(wrong > 0)


main()
