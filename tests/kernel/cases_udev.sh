# SPDX-License-Identifier: BSD-2-Clause
# The udev rules, by the real udevd: i2c-dev is loaded, and the group may use the bus.
start_udevd

for adapter in diolan tiny-usb; do
	plug $adapter 0 /cards/small.bin
	udevadm settle
	check "$adapter: plugging it in loads i2c-dev and gives its bus to the group i2c" \
		test "$(stat -c '%U:%G %a' $NODE)" = "root:i2c 660"
	check "$adapter: a member of i2c may use it" \
		su member -s /bin/sh -c "$X -d $NODE query"
	fails "$adapter: others may not" 3 "usermod -aG i2c" \
		su user -s /bin/sh -c "$X -d $NODE query"
	unplug $adapter 0
done
udevadm control --exit
