# SPDX-License-Identifier: BSD-2-Clause
# typed_key.py PROGRAM ARGS...: runs it on a terminal and types a key: for set_key twice, and yes.
# Ends with 1 unless the program is content and the terminal has shown nothing of the key.
import os
import pty
import select
import sys
import time

KEY = b"abcd1234"
DIALOGUE = ((b"Enter Key", KEY), (b"Verify Key", KEY), (b"[n] :", b"y"))


def read_until(fd, wanted, shown):
    end = time.time() + 20
    start = len(shown)
    while wanted not in shown[start:] and time.time() < end:
        if not select.select([fd], [], [], 1)[0]:
            continue
        try:
            data = os.read(fd, 4096)
        except OSError:
            break
        shown += data
    return shown


pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
for question, answer in DIALOGUE if "set_key" in sys.argv else DIALOGUE[:1]:
    seen = read_until(terminal, question, seen)
    os.write(terminal, answer + b"\n")
seen = read_until(terminal, b"Changed" if "set_key" in sys.argv else b"revision", seen)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(seen.decode("utf-8", "replace"))
sys.exit(status != 0 or KEY in seen)
