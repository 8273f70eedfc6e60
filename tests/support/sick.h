/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sick cards by name, in the simulator: what owners have met, each state of a card alone, and
 * pairs of states. For tests of what a look says of them and of what brings them back.
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
	/* What is run before the look, command lines without device between " ; "; NULL: nothing.
	 * IMAGE is a newer image for the same board. Their answers do not matter. */
	const char *before;
	const char *before_options; /* of the simulated card meanwhile, for the last of them */
	void (*spoil_after)(struct sick_scene *scene); /* what befalls it after that; or NULL */

	const char *state;     /* the key of the first finding */
	const char *and_state; /* that of another one; NULL: it does not matter */
	const char *next;      /* the line to copy, without "cx3flash" and the device; NULL: none */

	/* The simulated card's options when what status says was done by hand (wires, power,
	 * jumper), where recover reaches nothing before that; NULL: nothing helps. */
	const char *mended;
	/* The way of recover: "back", behind what it took: "advice" (see mended), "unprotect",
	 * "label" (GUID and MAC were asked for); "lost": it can't; NULL: "back". */
	const char *recovery;
};

extern const struct sick_card sick_cards[];
extern const size_t sick_count;

struct sick_scene {
	struct cx3_fs2_recipe recipe; /* of the image on the card */
	uint8_t *flash;
	uint32_t size;
};

/* What is the card's own, whatever has befallen it. */
struct sick_own {
	char psid[CX3_FS2_PSID_LEN + 1];
	unsigned uid_count; /* GUIDs, then MACs; 0: they were never set */
	uint64_t uid[6];
};

/* The bytes of each configuration area: the last ones of both homes. */
#define SICK_CONFIG 0x2000u
#define SICK_CHUNK 0x10000u

/* Writes the card's flash to `file`, and to `image` (NULL: none) a newer image for its board, with
 * GUIDs as published images have them. Exits with a message where that fails. */
void sick_make(const struct sick_card *card, const char *file, const char *image,
	       struct sick_own *own);

/* What befalls it after its `before`, done to the flash in `file`. */
void sick_spoil_after(const struct sick_card *card, const char *file);

#endif
