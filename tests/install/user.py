# SPDX-License-Identifier: BSD-2-Clause
"""user.py LIBRARY FLASH-FILE: the shared library from Python: a card is opened, its flash read."""
import ctypes
import sys


class Error(ctypes.Structure):
    """struct cx3_error of cx3flash/error.h"""
    _fields_ = [("code", ctypes.c_int), ("place", ctypes.c_char * 96), ("cause", ctypes.c_char * 512),
                ("next", ctypes.c_char * 640)]


class Status(ctypes.Structure):
    """struct cx3_flash_status of cx3flash/flash.h, as far as this program needs it: `size` says so."""
    _fields_ = [("size", ctypes.c_size_t), ("raw", ctypes.c_uint8), ("write_in_progress", ctypes.c_bool)]


library = ctypes.CDLL(sys.argv[1])
library.cx3_version_text.restype = ctypes.c_char_p
library.cx3_device_flash.restype = ctypes.c_void_p
library.cx3_device_flash.argtypes = [ctypes.c_void_p]
library.cx3_device_close.argtypes = [ctypes.c_void_p]
library.cx3_device_deepen.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(Error)]
library.cx3_flash_read.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_uint32,
                                   ctypes.POINTER(Error)]
library.cx3_flash_status.argtypes = [ctypes.c_void_p, ctypes.POINTER(Status), ctypes.POINTER(Error)]

FLASH = 2  # CX3_OPEN_FLASH
device = ctypes.c_void_p()
err = Error()
code = library.cx3_device_open(b"sim:" + sys.argv[2].encode(), None, ctypes.byref(device), ctypes.byref(err))
if code == 0:
    code = library.cx3_device_deepen(device, FLASH, ctypes.byref(err))
data = ctypes.create_string_buffer(256)
if code == 0:
    code = library.cx3_flash_read(library.cx3_device_flash(device), 0x1000, data, 256, ctypes.byref(err))
status = Status(size=ctypes.sizeof(Status), raw=0xff, write_in_progress=True)
if code == 0:
    code = library.cx3_flash_status(library.cx3_device_flash(device), ctypes.byref(status), ctypes.byref(err))
library.cx3_device_close(device)
if code != 0:
    sys.exit(f"{err.place.decode()}: {err.cause.decode()}")
if status.raw != 0 or status.write_in_progress:
    sys.exit(f"the status register is told as 0x{status.raw:02x}")
with open(sys.argv[2], "rb") as file:
    file.seek(0x1000)
    if data.raw != file.read(256):
        sys.exit("what was read is not what the flash holds")
print(f"Python: version {library.cx3_version_text().decode()}, 256 bytes read")
