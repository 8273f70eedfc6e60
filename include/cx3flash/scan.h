/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3FLASH_SCAN_H
#define CX3FLASH_SCAN_H

#include "cx3flash/card.h"

#pragma GCC visibility push(default)

/*
 * Which I2C buses this machine has, and on which of them a card answers.
 * Sensors and DACs live at the card's address too, and asking for a register
 * means writing four address bytes. So only the id is read, and a bus where that
 * may do harm is left alone unless the user names it.
 */

enum cx3_bus_finding {
	CX3_BUS_CARD,	    /* a card answers: `id` is valid */
	CX3_BUS_NOTHING,    /* no ACK at the address */
	CX3_BUS_OTHER,	    /* something answers that is no card of ours */
	CX3_BUS_LEFT_ALONE, /* not touched; `words` say why, and how to ask for it */
	CX3_BUS_FAILED	    /* could not be asked; `code` says why */
};

struct cx3_bus {
	char device[24];   /* what -d takes: "/dev/i2c-3" */
	char by_name[72];  /* the same, found again after a replug: "i2c:usb=1-2.3"; may be empty */
	char name[64];	   /* the adapter's own name */
	char driver[48];   /* its kernel driver; may be empty */
	char usb[32];	   /* USB port "1-2.3"; empty: not on USB */
	unsigned clock_hz; /* 0: not known */
	bool plain_i2c;	   /* false: SMBus only, or not known since it may not be opened */
	enum cx3_bus_finding finding;
	enum cx3_code code;
	struct cx3_card_id id;
	char words[512]; /* a sentence for a person */
};

struct cx3_scan_options {
	const char *device; /* a device name whose bus is asked whatever it is; NULL: none */
};

/*
 * All I2C buses in the order of their numbers, malloc'd; with options->device
 * only that one. What happens on a bus is told in its entry and is no failure of
 * the scan. `options` and `log` may be NULL.
 */
int cx3_scan(const struct cx3_scan_options *options, const struct cx3_log *log,
	     struct cx3_bus **buses, size_t *count, struct cx3_error *err);

/* The finding's name for programs ("card", "nothing", ...): stable. */
const char *cx3_bus_finding_name(enum cx3_bus_finding finding);

/*
 * How to raise the bus clock of the adapter behind a bus, where one knows; a
 * sentence for a person. False if there is nothing to say (the clock is high
 * already, or it is not an I2C adapter of the kernel's).
 */
bool cx3_scan_speed_hint(const struct cx3_adapter *adapter, char *words, size_t size);

#pragma GCC visibility pop

#endif
