# SPDX-License-Identifier: BSD-2-Clause
# The udev rules; faults; every job behind an i2c-tiny-usb; other cards, and a sick one.
. /cases/steps.sh
. /cases/cases_udev.sh
. /cases/cases_faults.sh
on_small_card tiny-usb 0
for name in look verify backup burn sg restore; do step $name; done
# The rest of both: ctest -L long.
jobs=query
. /cases/cases_nack.sh
jobs='query burn'
. /cases/cases_ways.sh
. /cases/sick.sh
on_small_card tiny-usb 0
DEVICE=/dev/i2c-0
sick signature-lost
