/* SPDX-License-Identifier: BSD-2-Clause */
/* The emulated USB adapters: descriptors and callbacks. When the card's fault plan
 * pulls the plug (gone=N), they say GADGET_UNPLUG. */
#ifndef CX3_TEST_EMUL_H
#define CX3_TEST_EMUL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/simcard.h"
#include "u2c_dongle.h"
#include "usb_gadget.h"

/* The card's time: what the wire takes at its clock, and the real time between. */
struct emul_clock {
	struct simcard *card;
	uint64_t last_us;
};

/* Before each START: the waits of the program under test are real ones. */
void emul_pass_time(struct emul_clock *clock);

/* i2c-tiny-usb; `user` is a struct tiny_usb. */
extern const struct gadget_device tiny_usb_device;

struct tiny_usb {
	struct simcard *card;
	struct emul_clock clock;
	uint8_t status; /* of the last message */
};

/* Diolan U2C-12; `user` is a struct diolan. */
extern const struct gadget_device diolan_device;

struct diolan {
	struct dongle dongle;
	struct emul_clock clock;
};
void diolan_init(struct diolan *d, struct simcard *card);

#endif
