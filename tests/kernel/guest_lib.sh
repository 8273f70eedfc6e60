# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the guest's first process. Results are lines that begin with @@.
W=/tmp/w
X=/bin/cx3flash
mkdir -p $W

ok() {
	echo "@@ ok - $*"
}

bad() {
	echo "@@ not ok - $*"
	for file in $W/out $W/err; do
		[ -s $file ] && sed "s/^/@@ #   /" $file | tail -12
	done
}

# check NAME COMMAND...: the command must succeed.
check() {
	local what=$1
	shift
	if "$@" >$W/out 2>$W/err; then ok "$what"; else bad "$what (exit $?)"; fi
}

# fails NAME EXIT-CODE WORDS COMMAND...: must end with this code and these words.
fails() {
	local what=$1 want=$2 words=$3 got
	shift 3
	"$@" >$W/out 2>$W/err
	got=$?
	if [ $got -ne "$want" ]; then
		bad "$what: exit code $got, not $want"
	elif ! cat $W/out $W/err | tr '\n' ' ' | grep -q "$words"; then
		bad "$what: without the words \"$words\""
	else
		ok "$what: \"$(grep -h -o "$words" $W/out $W/err | head -1)\""
	fi
}

# wait_for SECONDS COMMAND...
wait_for() {
	local tries=$(($1 * 20))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		usleep 50000
	done
}

# The node of the bus whose adapter's name begins like this.
node_of() {
	for name in /sys/class/i2c-dev/*/name; do
		[ -e $name ] || continue
		case $(cat $name) in
		"$1"*) basename $(dirname $name) | sed 's,^,/dev/,' ;;
		esac
	done | head -1
}

has_node() {
	[ -n "$(node_of "$1")" ]
}

has_no_node() {
	[ -z "$(node_of "$1")" ]
}

adapter_name() {
	case $1 in
	tiny-usb) echo i2c-tiny-usb ;;
	*) echo i2c-diolan-u2c ;;
	esac
}

# plug ADAPTER PORT FILE[,options]: a card behind an adapter, in a process of its
# own; sets NODE.
plug() {
	usb_card $1 $2 $3 $W/counts.$2 2>$W/card.err &
	eval "pid_$2=$!"
	if ! wait_for 10 has_node $(adapter_name $1); then
		echo "@@ not ok - $1 in port $2 did not appear"
		sed 's/^/@@ #   /' $W/card.err
		dmesg | tail -5 | sed 's/^/@@ #   /'
	fi
	NODE=$(node_of $(adapter_name $1))
}

# unplug ADAPTER PORT: ends it; its card's file is written back.
unplug() {
	eval "kill \$pid_$2 2>/dev/null; wait \$pid_$2"
	wait_for 10 has_no_node $(adapter_name $1)
}

# The card saw nothing that real hardware might not forgive.
clean() {
	if grep -q 'violations=0' $W/counts.$2; then
		ok "$1: the card saw no violation"
	else
		bad "$1: $(cat $W/counts.$2)"
	fi
}

# With our rules alone.
start_udevd() {
	mkdir -p /run /lib/udev/rules.d
	cp /cases/70-cx3flash.rules /lib/udev/rules.d/
	ln -s /bin/udevadm /bin/systemd-udevd
	systemd-udevd --daemon 2>/dev/null
}

# on_card ARGUMENTS: cx3flash with the card in $CARD behind $ADAPTER, served inside the
# program (see usb_card_inside.c); counts its ioctls. $FORGIVE: one violation of the model
# that the case brings about itself.
on_card() {
	local code
	CX3_USB_CARD="$ADAPTER $PORT $CARD$CARD_OPTIONS $W/counts.$PORT /dev/i2c-$FREE" \
		CX3_IOCTL_COUNTS=$W/ioctls \
		LD_PRELOAD="/lib/usb_card_inside.so /lib/ioctl_shim.so" \
		$X "$@" 2>$W/err
	code=$?
	wait_for 10 has_no_node $(adapter_name $ADAPTER)
	if ! grep -q "violations=0${FORGIVE:+\\|violations=1 .*$FORGIVE}" $W/counts.$PORT; then
		cat $W/counts.$PORT >>$W/err
		return 98
	fi
	return $code
}

# cx ARGUMENTS: the same, with the device's name. $DEVICE_OPTIONS: behind that.
cx() {
	on_card -d /dev/i2c-$FREE$DEVICE_OPTIONS "$@"
}

# fresh_card NAME [OPTIONS]: `cx` gets a copy of this card, with these options of sim:.
fresh_card() {
	CARD=$W/card.bin CARD_OPTIONS=$2
	cp /cards/$1.bin $CARD
	rm -f $CARD.state
}

# on_small_card ADAPTER NUMBER: what `cx` and `step` use next; its bus will be i2c-NUMBER.
on_small_card() {
	ADAPTER=$1 PORT=0 FREE=$2 NEW=/cards/small_new.bin SUMS=small_
	fresh_card small
}

# The same with flash and image of real size.
on_big_card() {
	ADAPTER=$1 PORT=0 FREE=$2 NEW=/cards/big_new.bin SUMS=big_
	# A part that erases fast: its waits are real time here.
	fresh_card big ,part=W25Q16JV-M
}

# mark NAME FILE: the same content as through sim:.
mark() {
	sum=$(sha256sum <$2 | cut -d' ' -f1)
	grep -q "^$SUMS$1 $sum" /cases/sums
}

# step NAME: one of steps.sh, its result told.
step() {
	begin=$(cut -d' ' -f1 /proc/uptime)
	rm -f $W/ioctls
	if step_$1; then
		seconds=$(cut -d' ' -f1 /proc/uptime | awk "{ printf \"%.1f\", \$1 - $begin }")
		ok "$ADAPTER: $1, the same as through sim: ($seconds s)"
	else
		cp $W/$1.txt $W/out 2>/dev/null
		bad "$ADAPTER: $1 failed or differs from sim: $(cat $W/counts.$PORT)"
	fi
	[ -s $W/ioctls ] && echo "@@ table $ADAPTER $1 $(cat $W/ioctls)"
}
