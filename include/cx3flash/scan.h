/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which adapters this machine has, and behind which of them a card answers.
 * Sensors and DACs live at the card's address too, and asking for a register
 * means writing four address bytes. So only the id is read, and a bus where that
 * may do harm is left alone unless the user names it. So is a USB board, which
 * may be somebody's serial port.
 */
#ifndef CX3FLASH_SCAN_H
#define CX3FLASH_SCAN_H

#include "cx3flash/card.h"

#pragma GCC visibility push(default)

#ifdef __cplusplus
extern "C" {
#endif

enum cx3_bus_finding {
	CX3_BUS_CARD,	    /* a card answers: `id` is valid */
	CX3_BUS_NOTHING,    /* no ACK at the address */
	CX3_BUS_OTHER,	    /* something answers that is no card of ours */
	CX3_BUS_LEFT_ALONE, /* not touched; `words` say why, and how to ask for it */
	CX3_BUS_FAILED	    /* could not be asked; `code` says why: CX3_E_IN_USE and others */
};

struct cx3_bus {
	char device[72];   /* what cx3_adapter_open() takes: "/dev/i2c-3" */
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
	size_t size;	    /* sizeof, or 0: cx3flash/version.h */
	const char *device; /* a device name whose bus is asked whatever it is; NULL: none */
	bool ask_boards;    /* USB boards are asked too: they are taken from whoever uses them */
};

/*
 * All USB boards in the order of their ports and all I2C buses in the order of their
 * numbers; with options->device only that one. *buses is the caller's to free();
 * NULL if *count is 0. What happens on a bus, one that another process uses too, is
 * told in its entry and is no failure of the scan. `options` and `log` may be NULL.
 * CX3_E_NO_MEMORY; CX3_E_USAGE (options->size); for a device that is named: CX3_E_USAGE,
 * CX3_E_NO_DEVICE.
 */
int cx3_scan(const struct cx3_scan_options *options, const struct cx3_log *log,
	     struct cx3_bus **buses, size_t *count, struct cx3_error *err);

/* The finding's name for programs ("card", "nothing", ...): stable. */
const char *cx3_bus_finding_name(enum cx3_bus_finding finding);

/*
 * How to raise the bus clock of an open adapter, as sentences for a person in `words`
 * of `size` bytes. False if there is nothing to say: the clock is high already, or it
 * is not known how.
 */
bool cx3_scan_speed_hint(struct cx3_adapter *adapter, char *words, size_t size);

#ifdef __cplusplus
}
#endif

#pragma GCC visibility pop

#endif
