# SPDX-License-Identifier: BSD-2-Clause
# Sick cards behind i2c-dev.
. /cases/sick.sh
on_small_card tiny-usb 0
DEVICE=/dev/i2c-0
sick signature-lost
sick livefish-and-protected
sick conf-corrupt-zeroes
