/* SPDX-License-Identifier: BSD-2-Clause */
/* An open MTUSB-1 adapter on the emulated dongle, with the simulated card as its slave. */
#ifndef DONGLE_FIXTURE_H
#define DONGLE_FIXTURE_H

#include "diolan/diolan_priv.h"
#include "u2c_host.h"

struct dongle_fixture {
	char path[64]; /* of the card's flash */
	struct simcard *card;
	struct u2c_host host;
	struct cx3_adapter *adapter;
};

/* A blank flash of 512 KiB; `card`: options of the simulated card, or "". */
void dongle_make(struct dongle_fixture *f, const char *card, unsigned queue);
int dongle_open(struct dongle_fixture *f, unsigned hz, struct cx3_error *err);
/* Ends the test if the card has seen anything that it would reject. */
void dongle_clean(const struct dongle_fixture *f);
void dongle_remove(struct dongle_fixture *f);

/* Reads `count` (at most 64) words of `reg`, as transfers of one batch. */
int dongle_read(struct dongle_fixture *f, uint32_t reg, uint32_t *word, size_t count,
		struct cx3_progress_mark *mark, struct cx3_error *err);
unsigned dongle_depth(const struct dongle_fixture *f);

#endif
