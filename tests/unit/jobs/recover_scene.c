/* SPDX-License-Identifier: BSD-2-Clause */
/* Recover on a card that does not boot: the run, and the end. */
#include "recover_scene.h"

#include <stdlib.h>

void recover_scene_end(struct recover_scene *s)
{
	free(s->card);
	free(s->image);
	fixture_delete(&s->b);
}

int recover_scene_run(struct recover_scene *s, const char *card)
{
	s->e.card = card;
	s->what.burn = &s->burn;
	return engine_recover(&s->b, &s->e, s->image, s->len, &s->what, &s->err);
}
