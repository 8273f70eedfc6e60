/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device: adapter, card, flash and what is known of its content, opened in that
 * order as far as one needs them, and closed backwards.
 *
 * Threads: one handle, one thread. A device, and all that was opened from it or got from it, is
 * used by one thread at a time; nothing in it is locked. Different devices are independent, and
 * different threads may use them at once, jobs that write included. What they have in common the
 * library guards: the locks of the adapters, the folders of backups and journals, and the
 * manifest of a backup that cards with the same content share. Callbacks (watch, log, a
 * job's caller) run in the thread that made the call; what several threads' callbacks share is for
 * their program to guard. An image (cx3_image_open) is not changed by its use, and may be used by
 * several threads. The environment (HOME, XDG_STATE_HOME) and the locale must not be changed
 * meanwhile.
 */
#ifndef CX3FLASH_DEVICE_H
#define CX3FLASH_DEVICE_H

#include "cx3flash/card.h"
#include "cx3flash/flash.h"
#include "cx3flash/link.h"
#include "cx3flash/shadow.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct cx3_device;

struct cx3_device_options {
	size_t size;			       /* sizeof, or 0: cx3flash/version.h */
	const struct cx3_log *log;	       /* may be NULL; must outlive the device */
	const struct cx3_watch *watch;	       /* may be NULL; must outlive the device */
	const struct cx3_card_options *card;   /* NULL: all 0. Copied, as `flash` is */
	const struct cx3_flash_options *flash; /* NULL: all 0 */
	/* clock=auto: the bus clock is proven on CX3_LINK_SHORT_PROOF bits, not on
	 * CX3_LINK_PROOF. For a program that only takes a short look. */
	bool short_proof;
	/* A card that does not acknowledge is asked again for 3 s: it may be starting. */
	bool patient;
};

enum cx3_device_depth { CX3_OPEN_ADAPTER, CX3_OPEN_CARD, CX3_OPEN_FLASH, CX3_OPEN_SHADOW };

/*
 * Opens and locks the adapter that `name` names (see cx3_adapter_open): nobody else can
 * use the card until the device is closed (CX3_E_IN_USE tells who does). `options` may
 * be NULL. *out is the caller's until cx3_device_close. Errors as cx3_adapter_open; CX3_E_USAGE
 * for the size of a struct, too (cx3flash/version.h).
 */
int cx3_device_open(const char *name, const struct cx3_device_options *options,
		    struct cx3_device **out, struct cx3_error *err);

/*
 * Opens down to `depth`. What is open stays open, after a failure too. With the card comes a
 * link test of a tenth of a second; where the adapter's clock is ours to choose, that is
 * done then, with its errors: see cx3_link_choose_clock. A wrong bit is logged as a
 * warning and is no failure: only what writes refuses above the limit.
 */
int cx3_device_deepen(struct cx3_device *device, enum cx3_device_depth depth,
		      struct cx3_error *err);

/* NULL is allowed. Frees the flash semaphore if it is held. */
void cx3_device_close(struct cx3_device *device);

/* What is open, else NULL. All stay the device's. */
struct cx3_adapter *cx3_device_adapter(const struct cx3_device *device);
struct cx3_card *cx3_device_card(const struct cx3_device *device);
struct cx3_flash *cx3_device_flash(const struct cx3_device *device);
struct cx3_shadow *cx3_device_shadow(const struct cx3_device *device);

/* What was read of the wires so far, at the clock that is set; to be added to by who reads
 * more. No bits before the card is open. */
struct cx3_link *cx3_device_link(struct cx3_device *device);

/* Reads of registers and flash that were sent again since the device was opened, because the
 * bus failed or what arrived could not be right. */
uint64_t cx3_device_repeats(const struct cx3_device *device);

/*
 * Call with the result `rc` of an fs2 function on this device's content; the shadow must be open.
 * Answers `rc`, or the code of what makes it doubtful: CX3_E_NOISE (the wires), CX3_E_GATEWAY
 * (others used the gateway), CX3_E_CHANGED (the chip was reset), a bus error. May watch the card
 * for 2.5 s, also after CX3_OK. See cx3_shadow_verdict.
 */
int cx3_device_verdict(const struct cx3_device *device, int rc, struct cx3_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
