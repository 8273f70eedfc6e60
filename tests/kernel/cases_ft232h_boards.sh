# SPDX-License-Identifier: BSD-2-Clause
# Boards behind ft232h: who may use them, which one is meant, faults; other cards, a sick one.
. /cases/ft232h_lib.sh
NEW=/cards/small_new.bin

# --- the udev rules, by the real udevd ------------------------------------------

start_udevd
cp /cards/small.bin $W/one.bin
plug_board 0 $W/one.bin
udevadm settle
device=$(dirname $(grep -l 6014 /sys/bus/usb/devices/*/idProduct))
node=$(printf /dev/bus/usb/%03d/%03d $(cat $device/busnum) $(cat $device/devnum))
check "plugging it in gives it to the group plugdev" \
	test "$(stat -c '%U:%G %a' $node)" = "root:plugdev 660"
check "a member of plugdev may use it" \
	su member -s /bin/sh -c "$X -d ft232h,clock=400k --qq status"
fails "others may not" 3 "udev rule" su user -s /bin/sh -c "$X -d ft232h status"
unplug_board 0
udevadm control --exit

# --- boards -------------------------------------------------------------------

fails "no board" 3 "no FT232H, FT2232H or FT4232H on USB" $X -d ft232h status
cp /cards/small.bin $W/one.bin
cp /cards/small.bin $W/two.bin
plug_board 0 $W/one.bin serial=FIRST
plug_board 1 $W/two.bin serial=SECOND
fails "two boards" 2 "2 boards are attached.*usb=1-[12].*usb=1-[12]" $X -d ft232h status
fails "a board that is not there" 3 "no board with serial=THIRD" $X -d ft232h:serial=THIRD status
check "listing detaches nothing" has_ttys 2
check "one of two by serial=" $X -d ft232h:serial=SECOND,clock=400k --qq status
check "its serial driver is back" has_ttys 2
usb=$(basename $(dirname $(grep -l FIRST /sys/bus/usb/devices/*/serial)))
check "one of two by usb=$usb" $X -d ft232h:usb=$usb,clock=400k --qq status
check "by vid= and pid=" $X -d ft232h:vid=0x0403,pid=0x6014,serial=FIRST,clock=400k --qq status
chmod 600 /dev/bus/usb/*/*
fails "no permission" 3 "udev rule" su user -s /bin/sh -c "$X -d ft232h:usb=$usb status"
unplug_board 1
check "the clock is chosen" $X -d ft232h:serial=FIRST --qq status
grep -q 'bits wrong at 400 kHz (clock=auto)' $W/out || bad "another clock than 400 kHz was chosen"
check "selftest" $X -d ft232h,clock=400k selftest
sed 's/^/@@ #   /' $W/out
fails "nothing at the address" 4 "nothing acknowledges address 0x49" \
	$X -d ft232h:serial=FIRST,addr=0x49,retries=0 status
unplug_board 0

# --- lines --------------------------------------------------------------------

for line in scl sda; do
	plug_board 0 $W/one.bin $line-low
	[ $line = scl ] && words="SCL is low" || words="SDA stays low"
	fails "$line low" 4 "$words" $X -d ft232h,clock=400k status
	unplug_board 0
done
plug_board 0 $W/one.bin
check "the next run works" $X -d ft232h,clock=400k status
unplug_board 0

# --- an unplugged board -------------------------------------------------------

# The calls of a whole burn, to spread two places over it.
cp /cards/small.bin $W/burnt.bin
plug_board 0 $W/burnt.bin
$X -d ft232h,clock=400k -s -y -i $NEW --allow-psid-change --no-backup burn >$W/out 2>$W/err ||
	bad "burn"
unplug_board 0
calls=$(sed 's/.*requests_out=\([0-9]*\) .*/\1/' $W/report.0)
calls=$((2 * calls))
cut=1
while [ $cut -le 2 ]; do
	cp /cards/small.bin $W/cut.bin
	rm -f $W/cut.bin.state
	plug_board 0 $W/cut.bin unplug=$((calls * cut / 3))
	fails "unplugged at $cut of 3" 3 "unplugged\|no longer there" \
		$X -d ft232h,clock=400k -s -y -i $NEW --allow-psid-change --no-backup burn
	unplug_board 0
	plug_board 0 $W/cut.bin
	# A card whose power stays on is left with its semaphore taken, as the message says.
	$X -d ft232h,clock=400k -s -y -i $NEW --allow-psid-change --no-backup --clear-semaphore \
		burn >$W/out 2>$W/err
	code=$?
	unplug_board 0
	$X -d sim:$W/cut.bin verify >>$W/out 2>>$W/err || code=1
	if [ $code -eq 0 ] && grep -q 'violations=0' $W/report.0; then
		ok "unplugged at $cut of 3: the next burn completes, and verifies"
	else
		bad "unplugged at $cut of 3: the next burn (exit $code; $(cat $W/report.0))"
	fi
	cut=$((cut + 1))
done

# --- other cards, sick cards: the rest of both by ctest -L long -------------------

jobs=query short_jobs=query
. /cases/cases_ft232h_ways.sh
way write-nack=12 burn
. /cases/sick.sh
sick killed-tool-in-livefish
