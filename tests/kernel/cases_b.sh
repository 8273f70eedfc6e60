# SPDX-License-Identifier: BSD-2-Clause
# Which buses there are; every job behind a Diolan U2C-12, the vendor's dongle: through the kernel's
# driver, and through libusb.
. /cases/steps.sh
. /cases/cases_buses.sh
on_small_card diolan 1
for name in look verify backup burn sg restore; do step $name; done
. /cases/cases_mtusb1.sh
