# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the guest: boards that are plugged in, and cx3flash on a card behind one.
ADAPTER=ft232h DEVICE=ft232h,clock=400k

boards() {
	grep -l 6014 /sys/bus/usb/devices/*/idProduct 2>/dev/null | wc -l
}

has_boards() {
	[ "$(boards)" -eq "$1" ]
}

has_ttys() {
	[ "$(ls /dev/ttyUSB* 2>/dev/null | wc -l)" -eq "$1" ]
}

# plug_board PORT FILE[,options] [key=value...]: with the kernel's serial driver bound.
plug_board() {
	port=$1 file=$2
	before=$(boards)
	shift 2
	ft232h_card $port $file $W/report.$port "$@" 2>$W/card.err &
	eval "pid_$port=$!"
	wait_for 20 has_boards $((before + 1)) && wait_for 20 has_ttys $((before + 1)) || {
		echo "@@ not ok - no board in port $port"
		sed 's/^/@@ #   /' $W/card.err
		dmesg | tail -8 | sed 's/^/@@ #   /'
	}
}

unplug_board() {
	before=$(boards)
	eval "kill \$pid_$1 2>/dev/null; wait \$pid_$1"
	# A board that pulled its own plug is gone already.
	[ "$before" -eq 0 ] || wait_for 20 has_boards $((before - 1))
}

# on_card ARGUMENTS: cx3flash with the card in $CARD behind a board of its own, as a user would.
# $FORGIVE: violations of the model, the first of which is this one, that the case brings about.
on_card() {
	local code
	plug_board 0 $CARD$CARD_OPTIONS
	$X "$@" 2>$W/err
	code=$?
	wait_for 5 has_ttys 1 || { echo "the serial driver was not put back" >>$W/err; code=97; }
	unplug_board 0
	grep -q "violations=0${FORGIVE:+\\|$FORGIVE}" $W/report.0 || { cat $W/report.0 >>$W/err; return 98; }
	return $code
}

# cx ARGUMENTS: the same, with the device's name.
cx() {
	on_card -d $DEVICE "$@"
}

# fresh_card NAME [OPTIONS]: `cx` gets a copy of this card, with these options of sim:.
fresh_card() {
	CARD=$W/card.bin CARD_OPTIONS=$2
	cp /cards/$1.bin $CARD
	rm -f $CARD.state
}
