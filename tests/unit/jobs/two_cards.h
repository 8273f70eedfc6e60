/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two cards of one make that differ in GUIDs and MACs. Each has an image that is not
 * fail-safe, and a burn of the same file goes over it.
 */
#ifndef TWO_CARDS_H
#define TWO_CARDS_H

#include "jobs_engine.h"

#define TWO_CARDS_SIZE (512u << 10)

struct two_cards {
	struct fixture b;
	struct cx3_fs2_recipe recipe[2];
	uint8_t *before[2], *torn[2]; /* whole; as the interrupted burn has left it */
	uint8_t *image;
	uint32_t len;
	const struct cx3_burn_options *what;
	struct engine e;
	struct cx3_error err;
};

/* Images with `code_size` bytes of code. */
void two_cards_begin(struct two_cards *s, uint32_t code_size, const struct cx3_burn_options *what);
void two_cards_end(struct two_cards *s);

/* Burns the file onto what the fixture's flash holds; `card`: options of the simulated card. */
int two_cards_burn(struct two_cards *s, const char *card);

/* The power goes when `percent` of the writing of card `i` are done. */
void two_cards_interrupt(struct two_cards *s, unsigned i, unsigned percent);

/* Ends the test unless the new firmware boots, with the GUIDs and MACs of card `i`. */
void two_cards_expect(const struct two_cards *s, unsigned i);

#endif
