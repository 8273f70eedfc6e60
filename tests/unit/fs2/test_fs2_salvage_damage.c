/* SPDX-License-Identifier: BSD-2-Clause */
/* Identities out of flashes that are damaged at random, by seed. */
#include "salvage_scene.h"

#include <inttypes.h>

#include "images/build.h"

#ifdef __SANITIZE_ADDRESS__
#define FLASHES 100u
#else
#define FLASHES 500u
#endif
#define CARDS 8u

static void spoil(struct scene *s, uint64_t *random, unsigned percent)
{
	for (uint32_t left = SIZE / 100 * percent, run; left; left -= run) {
		uint32_t at = fs2_random_below(random, SIZE);

		run = 1 + fs2_random_below(random, 4096);
		run = run < left ? run : left;
		for (uint32_t i = 0; i < run && at + i < SIZE; i++)
			s->flash[at + i] = (uint8_t)fs2_random(random);
	}
}

static void erase_some(struct scene *s, uint64_t *random)
{
	for (uint32_t at = 0; at < SIZE; at += 4096) {
		if (fs2_random_below(random, 2))
			memset(s->flash + at, 0xff, 4096);
	}
}

/* A published image comes over one home, and stops somewhere. */
static void burn_half(struct scene *s, const uint8_t *published, uint64_t *random)
{
	uint32_t end = fs2_random_below(random, SIZE);

	for (uint32_t at = 0; at < end; at++) {
		if (at / CHUNK % 2 == 0)
			s->flash[at] = published[at];
	}
}

/* A restore of a content that lacked its beginning: all from there on has moved. */
static void shift(struct scene *s, uint64_t *random)
{
	uint32_t by = 4 * (1 + fs2_random_below(random, 4096));
	uint32_t from = by + fs2_random_below(random, SIZE - by) / 4 * 4;

	memmove(s->flash + from - by, s->flash + from, SIZE - from);
}

static void damage(struct scene *s, const uint8_t *published, uint64_t seed)
{
	uint64_t random = seed * 977 + 5;

	if (seed % 5 == 0 || seed % 7 == 0)
		spoil(s, &random, 1 + (unsigned)(seed % 60));
	if (seed % 5 == 1 || seed % 11 == 0)
		burn_half(s, published, &random);
	if (seed % 5 == 2)
		erase_some(s, &random);
	if (seed % 5 == 3 || seed % 13 == 0)
		shift(s, &random);
	if (seed % 5 == 4)
		memset(s->flash + fs2_random_below(&random, 2) * CHUNK, 0, 64);
}

static void judge(struct scene *s, uint64_t seed, unsigned *kept)
{
	for (unsigned i = 0; i < s->found.count; i++) {
		const struct cx3_salvaged *item = &s->found.item[i];

		if (item->identity.checked && !was_seen(&s->seen, &item->identity))
			fail_msg("seed %" PRIu64 ": a damaged identity is called sure", seed);
	}
	for (unsigned home = 0; home < 2; home++) {
		struct cx3_identity whole = {.guid_count = 4, .mac_count = 2};
		const struct cx3_salvaged *item = item_of(s, home);

		memcpy(whole.guid, s->recipe[home].uid, sizeof(whole.guid));
		memcpy(whole.mac, s->recipe[home].uid + 4, sizeof(whole.mac));
		if (!was_seen(&s->seen, &whole))
			continue;
		if (!item || !item->identity.checked)
			fail_msg("seed %" PRIu64 ": the identity of home %u was not found", seed,
				 home);
		++*kept;
	}
}

static struct scene *new_scene(uint64_t seed, bool both)
{
	struct scene *s = empty_scene();

	begin(s, seed);
	s->recipe[0].blank_uids = !both;
	lay(s, 0);
	if (both)
		lay(s, 1);
	return s;
}

static void damaged_flashes(void **state)
{
	struct scene *card[CARDS], *s = empty_scene(), *published = new_scene(99, false);
	unsigned kept = 0;

	(void)state;
	assert_non_null(s);
	for (unsigned i = 0; i < CARDS; i++)
		card[i] = new_scene(i, true);
	for (uint64_t seed = 0; seed < FLASHES; seed++) {
		*s = *card[seed % CARDS];
		damage(s, published->flash, seed);
		search(s);
		judge(s, seed, &kept);
	}
	/* the test itself: in many of the flashes something was left, in many nothing was */
	assert_in_range(kept, FLASHES / 2, 2 * FLASHES - FLASHES / 4);
	for (unsigned i = 0; i < CARDS; i++)
		free(card[i]);
	free(published);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_flashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
