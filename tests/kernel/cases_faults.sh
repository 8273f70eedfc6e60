# SPDX-License-Identifier: BSD-2-Clause
# Faults, behind real drivers. The message numbers lie well inside the jobs.
on_small_card tiny-usb 0

sum_is() {
	grep -q "^$1 $(sha256sum <$W/card.bin | cut -d' ' -f1)" /cases/sums
}

burn_by_cx() {
	cx -s -y -i $NEW --allow-psid-change --no-backup "$@" burn
}

for ADAPTER in tiny-usb diolan; do
	fresh_card small ,nack-burst=40:3
	# A Diolan has the rest of its packet queued when an ACK is missing, and runs it.
	[ $ADAPTER = diolan ] && FORGIVE="read without an address"
	check "$ADAPTER: three missing ACKs are overcome" cx query
	fresh_card small ,nack-from=40
	# The usual patience, once.
	[ $ADAPTER = diolan ] && DEVICE_OPTIONS=,retries=2
	fails "$ADAPTER: no ACK for ever" 4 "Nothing answers at address 0x48\|failed (Input/output" cx query
	FORGIVE= DEVICE_OPTIONS=
done
ADAPTER=tiny-usb

for limit in 32 8; do
	fresh_card small
	export CX3_IOCTL_LIMIT=$limit
	check "an adapter that refuses over $limit bytes: query" cx query full
	if [ $limit = 8 ]; then
		check "an adapter that refuses over 8 bytes: it did" grep -q 'refused=[1-9]' $W/ioctls
	else
		check "an adapter that refuses over 32 bytes: burn" burn_by_cx
		check "an adapter that refuses over 32 bytes: burnt right" sum_is small_burn
	fi
	unset CX3_IOCTL_LIMIT
done

fresh_card small
export CX3_IOCTL_LIMIT=7
fails "an adapter that can't write a register" 3 "8 bytes in one write" cx query
unset CX3_IOCTL_LIMIT
check "and it was refused before the semaphore was taken" cx query

for ADAPTER in diolan tiny-usb; do
	fresh_card small ,gone=900
	rm -f $W/gone.bin*
	fails "$ADAPTER: unplugged in the middle of a backup" 3 "adapter vanished" cx -s backup $W/gone.bin
	check "$ADAPTER: no half backup is left" test ! -e $W/gone.bin
	fresh_card small ,gone=30000
	fails "$ADAPTER: unplugged in the middle of a burn" 3 "adapter vanished" burn_by_cx
done
CARD_OPTIONS=
fails "plugged in again, the semaphore is still held" 5 "semaphore stayed taken" burn_by_cx
check "with -clear_semaphore the burn goes on" burn_by_cx --clear-semaphore
check "and leaves what it should" sum_is small_burn
