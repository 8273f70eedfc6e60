# SPDX-License-Identifier: BSD-2-Clause
# cx3flash -d ft232h on an emulated board: every job; then pyftdi.
. /cases/steps.sh
. /cases/ft232h_lib.sh
CARD=/cards/small.bin NEW=/cards/small_new.bin SUMS=

mark() {
	grep -q "^$1 $(sha256sum <$2 | cut -d' ' -f1)" /cases/sums
}

for name in look verify backup burn sg restore; do
	begin=$(cut -d' ' -f1 /proc/uptime)
	if step_$name; then
		ok "ft232h: $name, the same as through sim: ($(cut -d' ' -f1 /proc/uptime |
			awk "{ printf \"%.1f\", \$1 - $begin }") s; $(cat $W/report.0))"
	else
		cp $W/$name.txt $W/out 2>/dev/null
		bad "ft232h: $name failed or differs from sim: $(cat $W/report.0)"
	fi
done

# --- pyftdi -------------------------------------------------------------------

if [ -e /cases/ft232h_pyftdi.py ]; then
	# It reckons with 500 ns a command: on such a chip its times are right.
	cp /cards/small.bin $W/py.bin
	plug_board 0 $W/py.bin ns=500
	check "pyftdi reads and writes the card's registers" \
		env LD_LIBRARY_PATH=/lib/x86_64-linux-gnu python3 /cases/ft232h_pyftdi.py
	sed 's/^/@@ #   /' $W/out
	unplug_board 0
	cat $W/report.0 | sed 's/^/@@ #   /'
	check "pyftdi's signals are right" grep -q violations=0 $W/report.0
else
	echo "@@ skipped - pyftdi (python3-ftdi, python3-usb) is not installed"
fi
