# SPDX-License-Identifier: BSD-2-Clause
# An image of real size onto a card behind each adapter.
. /cases/steps.sh
on_big_card diolan 0
step burn
on_big_card tiny-usb 0
step burn
