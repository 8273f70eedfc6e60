/* SPDX-License-Identifier: BSD-2-Clause */
/* Two cards of one make, and burns of them that are cut off. */
#include "two_cards.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void make_card(struct two_cards *s, unsigned i, uint32_t code_size)
{
	struct cx3_fs2_recipe *r = &s->recipe[i];
	uint32_t len;
	uint8_t *image;

	fixture_small_recipe(r, "MT_TWOCARDS_1", 36);
	r->failsafe = false;
	r->code_size = code_size;
	for (unsigned u = 0; u < 6; u++)
		r->uid[u] ^= 0x10000 * (i + 1);
	image = fixture_image(r, &len);
	s->before[i] = malloc(TWO_CARDS_SIZE);
	memset(s->before[i], 0xff, TWO_CARDS_SIZE);
	fixture_lay(s->before[i], TWO_CARDS_SIZE, image, len, false);
	free(image);
}

void two_cards_begin(struct two_cards *s, uint32_t code_size, const struct cx3_burn_options *what)
{
	struct cx3_fs2_recipe fresh;

	memset(s, 0, sizeof(*s));
	fixture_new(&s->b, TWO_CARDS_SIZE);
	engine_home(&s->b);
	make_card(s, 0, code_size);
	make_card(s, 1, code_size);
	fresh = s->recipe[0];
	fresh.seed = 9;
	fresh.fw_version[1] = 42;
	for (unsigned u = 0; u < 6; u++)
		fresh.uid[u] ^= 0x990000;
	s->image = fixture_image(&fresh, &s->len);
	s->what = what;
}

void two_cards_end(struct two_cards *s)
{
	for (unsigned i = 0; i < 2; i++) {
		free(s->before[i]);
		free(s->torn[i]);
	}
	free(s->image);
	fixture_delete(&s->b);
}

int two_cards_burn(struct two_cards *s, const char *card)
{
	s->e.card = card;
	return engine_burn(&s->b, &s->e, s->image, s->len, s->what, &s->err);
}

/* An undisturbed run tells where the writing begins and ends: with journals of other cards
 * the job reads more before it. */
void two_cards_interrupt(struct two_cards *s, unsigned i, unsigned percent)
{
	uint64_t first;
	char card[64];

	fixture_put(&s->b, s->before[i]);
	fixture_ok(two_cards_burn(s, ""), &s->err);
	first = s->e.writes_before;
	snprintf(card, sizeof(card), "power-cut=%" PRIu64,
		 first + (s->e.reg_writes - first) * percent / 100);
	fixture_put(&s->b, s->before[i]);
	assert_int_not_equal(two_cards_burn(s, card), CX3_OK);
	s->e.card = "";
	assert_true(s->e.writing);
	free(s->torn[i]);
	s->torn[i] = fixture_get(&s->b);
	assert_memory_not_equal(s->torn[i], s->before[i], TWO_CARDS_SIZE);
}

void two_cards_expect(const struct two_cards *s, unsigned i)
{
	struct cx3_fs2_info info;

	fixture_booting(&s->b, &info);
	assert_int_equal(info.fw_version[1], 42);
	assert_memory_equal(info.uid, s->recipe[i].uid, sizeof(s->recipe[i].uid));
}
