# SPDX-License-Identifier: BSD-2-Clause
# An image and a flash of real size, behind an i2c-tiny-usb.
. /cases/steps.sh
# A part that erases fast: its waits are real time here.
ADAPTER=tiny-usb PORT=0 FREE=0 CARD_OPTIONS=,part=W25Q16JV-M
CARD=/cards/big.bin NEW=/cards/big_new.bin SUMS=big_
step burn
step backup
if grep -q long=1 /proc/cmdline; then
	for name in look verify sg restore; do step $name; done
	ADAPTER=diolan CARD=/cards/big2.bin
	for name in look verify backup burn sg restore; do step $name; done
fi
