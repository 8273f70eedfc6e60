/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sick cards by name, in the simulator: what owners have met, and each state of a card alone.
 * For tests of what a look says of them and of what brings them back.
 */
#ifndef CX3_SICK_H
#define CX3_SICK_H

#include "images/fs2_build.h"

#define SICK_FLASH 0x80000u /* bytes of each card's flash but where `flash` says otherwise */

struct sick_scene;

struct sick_card {
	const char *name;    /* "pro-image-on-cx3" */
	const char *story;   /* what happened to it */
	const char *options; /* of the simulated card; "" for none */
	uint32_t flash;	     /* bytes; 0: SICK_FLASH */
	int answer;	     /* the exit code of status */
	/* Changes the healthy flash; NULL: it stays healthy. */
	void (*spoil)(struct sick_scene *scene);
	/* What is run before the look, a command line without device; NULL: nothing. IMAGE is
	 * a newer image for the same board. Its answer does not matter. */
	const char *before;
	const char *before_options; /* of the simulated card meanwhile */

	const char *state;     /* the key of the first finding */
	const char *and_state; /* that of another one; NULL: it does not matter */
	const char *next;      /* the line to copy, without "cx3flash" and the device; NULL: none */
};

extern const struct sick_card sick_cards[];
extern const size_t sick_count;

struct sick_scene {
	struct cx3_fs2_recipe recipe; /* of the image on the card */
	uint8_t *flash;
	uint32_t size;
};

/* Writes the card's flash to `file`, and the newer image to `image` (may be NULL). Exits with a
 * message where that fails. */
void sick_make(const struct sick_card *card, const char *file, const char *image);

#endif
