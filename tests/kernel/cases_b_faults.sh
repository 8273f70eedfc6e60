# SPDX-License-Identifier: BSD-2-Clause
# Faults, behind real drivers. The message numbers lie well inside the jobs.
ADAPTER=tiny-usb PORT=3 FREE=1
NEW=/cards/small_new.bin

# fresh [OPTIONS]: the small card as it was, with these faults.
fresh() {
	cp /cards/faulty.bin $W/card.bin
	rm -f $W/card.bin.state
	CARD=$W/card.bin CARD_OPTIONS=$1
}

sum_is() {
	grep -q "^$1 $(sha256sum <$W/card.bin | cut -d' ' -f1)" /cases/sums
}

burn_by_cx() {
	cx -s -y -i $NEW --allow-psid-change --no-backup "$@" burn
}

for ADAPTER in tiny-usb diolan; do
	fresh ,nack-burst=40:3
	# A Diolan has the rest of its packet queued when an ACK is missing, and runs it.
	[ $ADAPTER = diolan ] && FORGIVE="read without an address"
	check "$ADAPTER: three missing ACKs are overcome" cx query
	fresh ,nack-from=40
	fails "$ADAPTER: no ACK for ever" 4 "Nothing answers at address 0x48\|failed (Input/output" cx query
	FORGIVE=
done
ADAPTER=tiny-usb

for limit in 32 8; do
	fresh
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

for ADAPTER in diolan tiny-usb; do
	fresh ,gone=900
	rm -f $W/gone.bin*
	fails "$ADAPTER: unplugged in the middle of a backup" 3 "adapter vanished" cx -s backup $W/gone.bin
	check "$ADAPTER: no half backup is left" test ! -e $W/gone.bin
	fresh ,gone=5000
	fails "$ADAPTER: unplugged in the middle of a burn" 3 "adapter vanished" burn_by_cx
done
CARD_OPTIONS=
fails "plugged in again, the semaphore is still held" 5 "semaphore stays taken" burn_by_cx
check "with -clear_semaphore the burn goes on" burn_by_cx --clear-semaphore
check "and leaves what it should" sum_is small_burn
