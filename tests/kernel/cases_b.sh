# SPDX-License-Identifier: BSD-2-Clause
# Everything else, on small cards: several adapters, every job, every fault.
. /cases/steps.sh
. /cases/cases_b_buses.sh
. /cases/cases_b_faults.sh

CARD_OPTIONS= PORT=2 FREE=1 NEW=/cards/small_new.bin SUMS=small_
ADAPTER=tiny-usb CARD=/cards/small.bin
cp $CARD $W/backup.bin # cases_a.sh takes a backup through the kernel
for name in look verify burn sg restore; do step $name; done
# Each byte that a Diolan reads is two USB requests, and an emulated CPU takes 40 us
# for one: the rest is for CX3FLASH_KERNEL_LONG.
ADAPTER=diolan CARD=/cards/small2.bin
for name in look verify burn; do step $name; done
