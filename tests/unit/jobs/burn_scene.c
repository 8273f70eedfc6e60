/* SPDX-License-Identifier: BSD-2-Clause */
/* What several tests of the engine begin with: a card, and an image to burn to it. */
#include "burn_scene.h"

#include <stdlib.h>
#include <string.h>

void scene_begin(struct scene *s, const char *psid)
{
	struct cx3_fs2_recipe fresh;

	memset(s, 0, sizeof(*s));
	fixture_with_image(&s->b, psid, &s->recipe);
	engine_home(&s->b);
	fixture_small_recipe(&fresh, psid, 42);
	s->image = fixture_image(&fresh, &s->len);
	s->before = fixture_get(&s->b);
}

void scene_end(struct scene *s)
{
	free(s->image);
	free(s->before);
	fixture_delete(&s->b);
}

int scene_burn(struct scene *s)
{
	const struct cx3_burn_options plain = {0};

	return engine_burn(&s->b, &s->e, s->image, s->len, &plain, &s->err);
}
