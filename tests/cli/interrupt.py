# SPDX-License-Identifier: BSD-2-Clause
"""Ctrl-C at the very moment when a question appears, on a terminal of its own.

interrupt.py TIMES QUESTION COMMAND...: runs the command so often, and fails where it goes on
waiting for an answer.
"""
import os
import pty
import sys
import time


def interrupted(question, command):
    """The exit code and what was printed; None for the code if the command did not end."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    # read without a wait: there are only microseconds between the question and the wait for it
    os.set_blocking(terminal, False)
    seen, sent, ends = b"", False, time.monotonic() + 5
    while time.monotonic() < ends:
        try:
            seen += os.read(terminal, 4096)
        except BlockingIOError:
            continue
        except OSError:
            break
        if not sent and question in seen:
            os.write(terminal, b"\x03")
            sent = True
    else:
        os.kill(child, 9)
        os.waitpid(child, 0)
        return None, seen
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen


for turn in range(int(sys.argv[1])):
    code, printed = interrupted(sys.argv[2].encode(), sys.argv[3:])
    if code is None or b"nothing was written" not in printed:
        sys.exit(f"turn {turn}: ended with {code} after {printed}")
