/* SPDX-License-Identifier: BSD-2-Clause */
/* A card that does not boot, the image that it is to get, and recover on it. */
#ifndef CX3_RECOVER_SCENE_H
#define CX3_RECOVER_SCENE_H

#include "jobs_engine.h"
#include "judge.h"

struct recover_scene {
	struct fixture b;
	struct cx3_fs2_recipe recipe; /* of the card's image */
	uint8_t *card, *image;
	uint32_t len;
	struct engine e;
	struct cx3_recover_options what;
	struct cx3_burn_options burn; /* of `what` */
	struct cx3_error err;
	unsigned asked, choice; /* choice: of what is known, from 1; 0: none */
	unsigned known;
	struct judged now;
};

/* Frees what it holds. */
void recover_scene_end(struct recover_scene *s);
/* `card`: options of the simulated card. */
int recover_scene_run(struct recover_scene *s, const char *card);

#endif
