/* SPDX-License-Identifier: BSD-2-Clause */
/* A card with a small image, a newer image for it, and the flash as it was. */
#ifndef CX3_BURN_SCENE_H
#define CX3_BURN_SCENE_H

#include "jobs_engine.h"

struct scene {
	struct fixture b;
	struct cx3_fs2_recipe recipe; /* of the image on the card */
	uint8_t *image, *before;
	uint32_t len; /* of `image` */
	struct engine e;
	struct cx3_error err;
};

void scene_begin(struct scene *s, const char *psid);
void scene_end(struct scene *s);

/* Burns the newer image, without an option; s->err has the error. */
int scene_burn(struct scene *s);

#endif
