/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening and closing a card. */
#include "card_priv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "sized.h"

/* How long retries may last while a card is looked for. One that is there answers its
 * address, but for a moment when it is busy, and perhaps for the first seconds after power-on
 * (cards of the same maker do not). A place without a card should not take the usual 5 s. */
#define SHORT_PATIENCE_US 60000u
#define LOOKING_PATIENCE_US 2000000u

struct place cx3_card_place(const struct cx3_card *card, uint32_t reg)
{
	struct place place;

	snprintf(place.text, sizeof(place.text), "register 0x%x on %.70s", (unsigned)reg,
		 card->adapter->label);
	return place;
}

int cx3_card_open(struct cx3_adapter *adapter, const struct cx3_card_options *options,
		  struct cx3_card **out, struct cx3_error *err)
{
	struct cx3_card *card;
	int rc;

	assert(adapter && out);
	*out = NULL;
	card = calloc(1, sizeof(*card));
	if (!card)
		return cx3_fail(err, CX3_E_NO_MEMORY, adapter->label,
				"There is no memory to open a card.\n"
				"Close other programs and try again.");
	rc = CX3_TAKE(cx3_card_options, &card->options, options, err);
	if (rc != CX3_OK) {
		free(card);
		return rc;
	}
	card->adapter = adapter;
	cx3_card_semaphores_init(card);
	card->patience_us = card->options.short_look ? SHORT_PATIENCE_US : LOOKING_PATIENCE_US;
	rc = cx3_card_identify(card, err);
	card->patience_us = PATIENCE_US;
	if (rc) {
		cx3_card_close(card);
		return rc;
	}
	cx3_card_note_boot_address(card);
	*out = card;
	return CX3_OK;
}

void cx3_card_close(struct cx3_card *card)
{
	if (!card)
		return;
	cx3_card_restore_boot_address(card);
	cx3_card_abandon_lock(card);
	free(card->xfer);
	free(card->piece);
	free(card->wire);
	free(card);
}

const struct cx3_card_id *cx3_card_identity(const struct cx3_card *card)
{
	return &card->id;
}

uint64_t cx3_card_repeats(const struct cx3_card *card)
{
	return card->repeats;
}

struct cx3_adapter *cx3_card_adapter(struct cx3_card *card)
{
	return card->adapter;
}

struct cx3_card_manners *cx3_card_manners(struct cx3_card *card)
{
	return &card->manners;
}
