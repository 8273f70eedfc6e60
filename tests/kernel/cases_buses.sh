# SPDX-License-Identifier: BSD-2-Clause
# Which buses there are, and who may use them.
PIIX4=$(node_of SMBus)

id_by_i2ctransfer() {
	[ "$(i2ctransfer -y ${1#/dev/i2c-} w4@0x48 0x00 0x0f 0x00 0x14 r4)" = "0x00 0x00 0x01 0xf7" ]
}

psid_is() {
	$X -d "$1" query >$W/out && grep -q "PSID: *$2" $W/out
}

fails "an SMBus-only adapter is refused" 3 "knows only SMBus" $X -d $PIIX4 query
fails "a bus that is not there" 3 "There is no bus i2c-9" $X -d /dev/i2c-9 query
fails "a name that no adapter has" 3 "No I2C bus fits this name" $X -d i2c:name=cp2112 query

plug tiny-usb 0 /cards/small.bin
TINY=$NODE
plug diolan 1 /cards/other.bin
DIOLAN=$NODE
check "i2cdetect sees the card behind the i2c-tiny-usb" \
	sh -c "i2cdetect -y ${TINY#/dev/i2c-} 0x48 0x48 | grep -q '40:.*48'"
check "i2cdetect sees the card behind the Diolan" \
	sh -c "i2cdetect -y ${DIOLAN#/dev/i2c-} 0x48 0x48 | grep -q '40:.*48'"
check "i2ctransfer reads its id behind the i2c-tiny-usb" id_by_i2ctransfer $TINY
check "i2ctransfer reads its id behind the Diolan" id_by_i2ctransfer $DIOLAN

$X scan >$W/scan.txt 2>&1
cp $W/scan.txt $W/out
check "scan finds two cards" test "$(grep -c 'ConnectX-3 Pro (id 0x1f7' $W/scan.txt)" = 2
check "scan leaves the mainboard's SMBus alone" \
	sh -c "grep -A1 SMBus $W/scan.txt | grep -q 'left alone.*-d $PIIX4 scan'"
check "scan --json tells the same" \
	sh -c "$X --json scan | tr -d '\n\t ' | grep -q '\"cards\":2[,}]'"
check "i2c:name= tells two adapters apart (i2c-tiny-usb)" psid_is i2c:name=tiny CX_1200111023
check "i2c:name= tells two adapters apart (Diolan)" psid_is i2c:name=diolan DEL1100001019
check "i2c:usb= finds one by its port" psid_is i2c:usb=1-2 DEL1100001019
fails "a name that fits two" 2 "I2C buses fit this name" $X -d i2c:name=i2c query
check "join=0: one transfer an ioctl, the same answers" psid_is $TINY,join=0 CX_1200111023
fails "another address" 4 "Nothing answers at address 0x4a" $X -d $TINY,addr=0x4a,retries=1 query
chmod 600 $TINY
fails "no permission" 3 "Only root may open.*70-cx3flash.rules" \
	su user -s /bin/sh -c "$X -d $TINY query"
chgrp i2c $TINY
chmod 660 $TINY
fails "no permission, with a group" 3 "usermod -aG i2c" su user -s /bin/sh -c "$X -d $TINY query"
unplug tiny-usb 0
unplug diolan 1
clean "i2c-tiny-usb" 0
clean "Diolan" 1
