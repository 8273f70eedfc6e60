# SPDX-License-Identifier: BSD-2-Clause
# Sourced by run and ft232h_run: the guest's kernel and modules, its common files,
# and how it is started. They set $here, $build, $work and $most_seconds before.
# CX3FLASH_CACHE: where kernel and headers are kept (~/.cache/cx3flash).
cache=${CX3FLASH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/cx3flash}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)/kernel # the headers' makefile names it
root=$work/root
cards=$root/cards
PATH=$PATH:/usr/sbin

# Skipped where something is missing, but never in CI.
skip() {
	echo "skipped: $*"
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

need_tools() {
	for tool in qemu-system-x86_64 busybox cpio dpkg-deb apt-get make flock udevadm "$@"; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
	[ "$(uname -m)" = x86_64 ] || skip "the guest's kernel is for x86-64"
}

modules='usb-common usbcore i2c-dev i2c-tiny-usb i2c-diolan-u2c i2c-smbus i2c-piix4 usbserial ftdi_sio'

download() {
	(cd "$work/deb" && apt-get -q download "$@" >"$work/apt.log" 2>&1) ||
		skip "$* can't be downloaded: $(tail -1 "$work/apt.log")"
}

# Debian's kernel and what its modules are built with; nothing is installed.
fetch_kernel() {
	package=$(apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/.*Depends: \(linux-image-[0-9].*-amd64\)$/\1/p' | head -1)
	[ -n "$package" ] || skip "apt knows no linux-image-amd64"
	headers=linux-headers-${package#linux-image-}
	mkdir -p "$work/deb" "$work/kernel/modules"
	# shellcheck disable=SC2046
	download "$package" "$headers" $(apt-cache depends "$headers" |
		sed -n 's/.*Depends: \(linux-headers-.*\|linux-kbuild-.*\)$/\1/p')
	for deb in "$work"/deb/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar x -C "$work/deb"
	done
	mv "$work"/deb/boot/vmlinuz-* "$work/kernel/vmlinuz"
	for module in $modules; do
		find "$work/deb/lib/modules" -name "$module.ko*" -exec mv {} "$work/kernel/modules/" \;
	done
	for module in "$work"/kernel/modules/*.xz; do
		[ ! -e "$module" ] || xz -d "$module"
	done
	mv "$work/deb/usr" "$work/kernel/usr"
	ln -s "usr/src/$headers" "$work/kernel/headers"
	sed -i "s,/usr/src/,$cache/usr/src/," "$work/kernel/headers/Makefile"
	echo "$package" >"$work/kernel/package"
	# Whole or not at all.
	rm -rf "$cache.new" && cp -r "$work/kernel" "$cache.new" && rm -rf "$cache" &&
		mv "$cache.new" "$cache"
	rm -rf "$work/deb" "$work/kernel"
}

# The module that emulated USB devices are plugged into, for that kernel.
build_module() {
	mkdir -p "$build/tests/kernel/hcd"
	cp -pu "$here"/hcd/* "$build/tests/kernel/hcd/"
	make -C "$cache/headers" M="$build/tests/kernel/hcd" modules >"$work/make.log" 2>&1 || {
		tail -20 "$work/make.log"
		echo "not ok - the module lean_hcd can't be built"
		exit 1
	}
}

# Both under a lock: two tests may begin at once.
prepare_kernel() {
	exec 9>"$cache.lock"
	flock 9
	[ -e "$cache/headers/Makefile" ] || fetch_kernel
	build_module
	exec 9>&-
}

mkimage() {
	"$build/tests/support/mkimage" "$@"
}

add_libraries() {
	ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$root$(dirname "$library")"
		cp -Lu "$library" "$root$library"
	done
}

add_programs() {
	for program in "$@"; do
		install -m 755 "$program" "$root/bin/"
		add_libraries "$program"
	done
}

# All but the cases themselves.
make_root() {
	mkdir -p "$root/bin" "$root/lib" "$root/modules" "$root/cases" "$root/cards" "$root/etc"
	add_programs "$(command -v busybox)" "$build/src/cli/cx3flash"
	cp "$cache"/modules/* "$build/tests/kernel/hcd/lean_hcd.ko" "$root/modules/"
	cp "$here/steps.sh" "$root/cases/"
	cp "$here/guest_lib.sh" "$root/cases/lib.sh"
	install -m 755 "$here/guest_init" "$root/init"
	# Two ordinary users; one is in the groups of the udev rules.
	{
		echo 'root:x:0:0::/tmp:/bin/sh'
		echo 'user:x:1000:1000::/tmp:/bin/sh'
		echo 'member:x:1001:1001::/tmp:/bin/sh'
	} >"$root/etc/passwd"
	printf '%s\n' root:x:0: plugdev:x:46:member i2c:x:114:member user:x:1000: member:x:1001: \
		>"$root/etc/group"
	add_programs "$(readlink -f "$(command -v udevadm)")"
	cp "$here/../../hardware-notes/70-cx3flash.rules" "$root/cases/"
}

# The steps of steps.sh on a copy of a card through sim:, noted in cases/sums.
#   by_sim PREFIX NEW-IMAGE CARD STEP...
by_sim() (
	. "$here/steps.sh"
	SUMS=$1 NEW=$2 W=$work/sim CARD=$work/sim/card.bin
	export XDG_STATE_HOME="$work/sim/state"
	mkdir -p "$W"
	cp "$3" "$CARD"
	rm -f "$CARD.state"
	cx() { "$build/src/cli/cx3flash" -d "sim:$CARD" "$@" 2>>"$W/err"; }
	mark() { echo "$SUMS$1 $(sha256sum <"$2" | cut -d' ' -f1)" >>"$root/cases/sums"; }
	shift 3
	for step in "$@"; do
		"step_$step" || { cat "$W/err" "$W/$step.txt"; echo "$step fails through sim:"; exit 1; }
	done
)

# judged CARD: what boots from it, and with which identity.
judged() {
	"$build/tests/support/judge_flash" "$1"
}

# The cards of ways.sh, and in cases/ways_judged what boots from them before and after a job:
# from made-up flashes that are as the jobs are to leave them.
make_ways_cards() {
	recipe='code=1024 rom=0 chunk=16 psid=MT_1200111023'
	identity='guid=0002c90300112230 mac=0002c9112230'
	other='guid=0002c90300445566 mac=0002c9445566'
	made=$work/made.bin
	# shellcheck disable=SC2086 # they are words
	{
		mkimage "$cards/ways.bin" seed=5 $recipe fw=2.36.5000 $identity flash=524288
		mkimage "$cards/ways_new.bin" seed=6 $recipe fw=2.42.5000
		echo "old $(judged "$cards/ways.bin")"
		mkimage "$made" seed=6 $recipe fw=2.42.5000 $identity flash=524288
		echo "burnt $(judged "$made")"
		mkimage "$made" seed=6 $recipe fw=2.42.5000 $other flash=524288
		echo "set $(judged "$made")"
	} >"$root/cases/ways_judged"
	by_sim ways_ "$cards/ways_new.bin" "$cards/ways.bin" burn sg
	add_programs "$build/tests/support/judge_flash"
	cp "$here/ways.sh" "$root/cases/"
}

# make_sick_cards NAME...: the cards of sick.sh, the image that is burnt, whose own identity is
# another, and what boots once they are well: the firmware of that image or of the card, with the
# card's identity.
make_sick_cards() {
	mkimage "$cards/sick_new.bin" psid=MT_1090111019 fw=2.42.5000 guid=0002c9000100d050 \
		mac=0002c9000001 code=24000 rom=4096 chunk=16
	make_sick stock-card
	for name in "$@"; do
		make_sick "$name"
		echo "$name $(judged "$cards/sick_stock-card.bin")"
	done | sed '/^conf-\|^killed-tool-/! s/ 2\.36 / 2.42 /' >"$root/cases/sick_judged"
	add_programs "$build/tests/support/judge_flash"
	cp "$here/sick.sh" "$root/cases/"
}

make_sick() {
	"$build/tests/support/mksick" "$1" "$cards/sick_$1.bin" "$root/cases/sick_$1.facts"
}

# Spares an emulated CPU what a test needs no protection from, and accounting that
# nobody reads.
cheap='mitigations=off preempt=none init_on_alloc=0 hardened_usercopy=off
	randomize_kstack_offset=off apparmor=0 selinux=0 audit=0 psi=0 cgroup_disable=memory
	noautogroup kfence.sample_interval=0 tsc=reliable clocksource=tsc'

# boot CASES MODULES PARAMETERS: a guest of its own runs cases_CASES.sh; its console
# goes to $work/CASES/console. Does not return: call it in the background.
boot() {
	mkdir -p "$work/$1"
	cp -r "$root" "$work/$1/root"
	echo "$2" >"$work/$1/root/modules/order"
	(cd "$work/$1/root" && find . | cpio -o -H newc --quiet -R 0:0) >"$work/$1/initrd"
	rm -rf "$work/$1/root"
	# shellcheck disable=SC2086
	exec timeout "$most_seconds" qemu-system-x86_64 -accel tcg -cpu qemu64 -m 1024 -no-reboot -nodefaults \
		-display none -serial stdio -kernel "$cache/vmlinuz" -initrd "$work/$1/initrd" \
		-append "$(echo console=ttyS0 quiet panic=-1 $cheap $3 cases=$1)" \
		</dev/null >"$work/$1/console" 2>&1
}

# Tells what the guest printed; false if a case failed or the end is missing.
judge() {
	tr -d '\r' <"$work/$1/console" | sed -n 's/^.*@@ //p' >"$work/$1/results"
	cat "$work/$1/results"
	if ! grep -qx end "$work/$1/results"; then
		echo "not ok - guest $1 did not come to its end:"
		tail -25 "$work/$1/console"
		return 1
	fi
	! grep -q '^not ok' "$work/$1/results"
}
