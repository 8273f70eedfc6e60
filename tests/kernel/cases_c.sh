# SPDX-License-Identifier: BSD-2-Clause
# The udev rules; faults; then every job behind an i2c-tiny-usb.
. /cases/steps.sh
. /cases/cases_udev.sh
. /cases/cases_faults.sh
on_small_card tiny-usb 0
for name in look verify backup burn sg restore; do step $name; done
