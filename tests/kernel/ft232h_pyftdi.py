# SPDX-License-Identifier: BSD-2-Clause
"""pyftdi's own I2C driver on the emulated board: what it reads must be what
cx3flash reads, and the pins' judge must find nothing."""
import struct

from pyftdi.ftdi import Ftdi
from pyftdi.i2c import I2cController, I2cNackError

controller = I2cController()
controller.configure('ftdi://0x403:0x6014/1', frequency=400000)
print('clock', controller.frequency)
port = controller.get_port(0x48)


def read(register, count=1):
    data = port.exchange(struct.pack('>I', register), 4 * count)
    return struct.unpack('>%dI' % count, bytes(data))


def write(register, *words):
    port.write(struct.pack('>%dI' % (1 + len(words)), register, *words))


card_id = read(0xf0014)[0]
print('id %08x' % card_id)
assert card_id & 0xffff == 0x1f7

# The semaphore, then 16 bytes of the flash through the gateway: the image's magic.
assert read(0xf03fc)[0] == 0
assert read(0xf03fc)[0] != 0
write(0xf0404, 0)
assert read(0xf0404)[0] == 0
# busy, opcode 03, flash enable, 2^4 bytes, data, address, opcode, read
write(0xf0400, 0x4003241d)
while read(0xf0400)[0] & 0x40000000:
    pass
magic = read(0xf0410, 4)
print('flash', ' '.join('%08x' % word for word in magic))
assert magic[0] == 0x4D544657 and magic[1] == 0x8CDFD000
write(0xf0410, 1, 2, 3, 4)
assert read(0xf0410, 4) == (1, 2, 3, 4)
write(0xf03fc, 0)

controller.set_retry_count(1)
try:
    controller.get_port(0x30).read(1)
    raise SystemExit('0x30 answered')
except I2cNackError:
    print('0x30: no ACK')
controller.close()
print('done')
