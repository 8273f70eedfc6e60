# SPDX-License-Identifier: BSD-2-Clause
# -d mtusb1: jobs behind a Diolan U2C-12 through libusb, which takes the kernel's driver off and
# puts it back. Some of them, in guest b; all with: tests/kernel/run BUILD mtusb1
. /cases/steps.sh
[ "${cases:-}" != mtusb1 ] || jobs_mtusb1='look verify backup burn sg restore'
ADAPTER=mtusb1 PORT=1 NEW=/cards/small_new.bin SUMS=small_
fresh_card small

# cx ARGUMENTS: as a user would, with the card in $CARD.
cx() {
	local code
	plug mtusb1 1 $CARD$CARD_OPTIONS
	$X -d mtusb1,clock=400k "$@" 2>$W/err
	code=$?
	wait_for 5 has_node i2c-diolan || { echo "the kernel's driver was not put back" >>$W/err; code=97; }
	unplug mtusb1 1
	grep -q violations=0 $W/counts.1 || { cat $W/counts.1 >>$W/err; return 98; }
	return $code
}
for name in ${jobs_mtusb1-look}; do step $name; done

# Dongles with a short queue, of which what is beyond is lost without a word, and one that loses
# answers behind a missing ACK.
variants() {
	local dongle
	for dongle in queue=1 queue=16 queue=64,loses=1; do
		echo "@@ # $dongle"
		fresh_card small ,$dongle
		SUMS=fresh_
		for name in look verify sg; do step $name; done
	done
	SUMS=small_
}
[ "${cases:-}" != mtusb1 ] || variants

fresh_card small
plug mtusb1 1 $CARD
check "scan lists the dongle" sh -c "$X scan | grep -q 'mtusb1:usb=1-2'"
# Another run of the tool is at work on the bus of the kernel's driver: it is left to it.
$X -d $NODE -s backup $W/held.bin >/dev/null 2>&1 &
holder=$!
usleep 2000000
fails "a dongle whose bus is in use" 3 "in use" $X -d mtusb1 query
kill $holder
wait $holder 2>/dev/null
check "and then it is free" $X -d mtusb1 query
# A run that is killed puts nothing back, not the semaphore either. The next one finds the dongle in
# step, and the driver is there after it.
killed() {
	$X -d mtusb1,clock=400k -s backup $W/held.bin >/dev/null 2>&1 &
	holder=$!
	wait_for 30 has_no_node i2c-diolan
	usleep 8000000
	kill -9 $holder
	wait $holder 2>/dev/null
	usleep 500000
	check "a killed run leaves the dongle without a driver" has_no_node i2c-diolan
	echo 1-2:1.0 >/sys/bus/usb/drivers/i2c-diolan-u2c/bind
	check "bind puts it back" wait_for 5 has_node i2c-diolan
	echo 1-2:1.0 >/sys/bus/usb/drivers/i2c-diolan-u2c/unbind
	fails "a dongle without a driver, and a semaphore left taken" 5 "semaphore stayed taken" $X -d mtusb1 query
	check "it has a driver after that" wait_for 5 has_node i2c-diolan
}
[ "${cases:-}" != mtusb1 ] || killed
unplug mtusb1 1
fails "no dongle" 3 "There is no MTUSB-1" $X -d mtusb1 query
