/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The USB side that libusb is for a real dongle, with a model of a full-speed bus: frames of 1 ms
 * with at most 19 bulk packets each, of OUT and IN together. The host learns of what has happened
 * at the end of a frame. Reads are always waiting, so that an answer takes the next packet that is
 * free, whatever the host does.
 */
#ifndef CX3_TEST_U2C_HOST_H
#define CX3_TEST_U2C_HOST_H

#include "diolan/u2c.h"
#include "u2c_dongle.h"

/* What the Linux driver i2c-diolan-u2c would need for the same commands: it sends what it has
 * collected before each byte that is read, at each STOP and when 124 bytes are full, waits for
 * that and then for each answer, one after the other. */
struct u2c_linux {
	uint64_t transfers; /* each waited for: a frame */
	size_t bytes, answers;
};

struct u2c_host {
	struct u2c_usb usb; /* for diolan_attach(); close() frees nothing */
	struct dongle dongle;
	uint64_t now_ns;		  /* the host's clock; the card's is its own */
	uint64_t bus_ns;		  /* up to here the bus's packets are given away */
	uint64_t seen_ns[DONGLE_ANSWERS]; /* when the host has the dongle's answers; a ring as
					     theirs */
	uint64_t packets, outs, ins, answers;
	uint64_t waits; /* times the host had nothing to do but wait for a frame's end */
	struct u2c_linux linux_driver;
	uint64_t fail_at; /* the n-th answer fails, and all after it until a restart; 0: none */
	bool failed;
	/* From the n-th answer on that is asked for, none comes for a time; 0: never. */
	uint64_t still_at, still_us, still_until_ns;
	uint64_t stale_at; /* ahead of the n-th answer comes one of no command: that it is done */
	uint64_t gone_at;  /* with the n-th OUT the plug is pulled; 0: never */
	bool closed;
};

/* The card stays the caller's. */
void u2c_host_init(struct u2c_host *host, struct simcard *card, unsigned queue);

#endif
