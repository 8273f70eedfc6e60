#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""mkmfa.py OUT HOW PSID=IMAGE...: a firmware archive, made from the descriptions of the format alone.

HOW is a word of: offset, index, order (how the map points into the table), plain (nothing packed),
little (sizes of sections in the other order of bytes); joined by commas.
"""
import lzma
import struct
import sys
import zlib


def section(kind, data, how):
    packed = "plain" not in how
    if packed:
        data = lzma.compress(data, check=lzma.CHECK_CRC32)
    size = struct.pack("<I" if "little" in how else ">I", len(data))
    return struct.pack(">B2xB", kind, 1 if packed else 0) + size + data


def metadata(psid):
    words = [b"PN", psid[:5], b"DESCRIPTION", b"a board of the tests"]
    return b"\0\0\0\0" + b"\0".join(words).ljust(148, b"\0")


def main():
    out, how = sys.argv[1], sys.argv[2].split(",")
    board_map, table, data = b"", b"", b"\xee" * 100
    for number, word in enumerate(sys.argv[3:]):
        psid, name = word.split("=", 1)
        with open(name, "rb") as file:
            image = file.read()
        psid = psid.encode()
        to = {"offset": 24 * number, "index": number}.get(how[0], 0xFFFF0000)
        meta = metadata(psid)
        board_map += struct.pack(">32sBxH", psid, 1, len(meta)) + meta
        board_map += struct.pack(">IHxB32s", to, 1, 0, b"")
        table += struct.pack(">IIHxB4HHH", len(data), len(image), 1, 3, 2, 42, 5000, 0, 0, 0)
        data += image
    archive = b"MFAR" + struct.pack(">I8x", 1)
    archive += section(1, board_map, how) + section(2, table, how) + section(3, data, how)
    with open(out, "wb") as file:
        file.write(archive + struct.pack("<I", zlib.crc32(archive)))


main()
