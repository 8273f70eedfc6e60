/* SPDX-License-Identifier: BSD-2-Clause */
/* Identities out of a damaged flash: which are sure, which come first, what they bring. */
#include "salvage_scene.h"

static void a_whole_image_comes_first(void **state)
{
	struct scene *s = empty_scene();

	(void)state;
	begin(s, 1);
	s->recipe[0].fw_version[1] = 30;
	lay(s, 0);
	lay(s, 1);
	search(s);
	assert_int_equal(s->found.count, 2);
	/* both whole: the newer firmware, and no choice without a question */
	assert_true(is_of(&s->found.item[0], &s->recipe[1]));
	assert_int_equal(s->found.item[0].rank, CX3_SALVAGE_WHOLE);
	assert_false(cx3_salvage_is_clear(&s->found));
	/* one of them was replaced: its first word is zeroed */
	memset(s->flash + CHUNK, 0, 4);
	search(s);
	assert_int_equal(s->found.count, 2);
	assert_true(is_of(&s->found.item[0], &s->recipe[0]));
	assert_int_equal(s->found.item[1].rank, CX3_SALVAGE_RETIRED);
	assert_true(cx3_salvage_is_clear(&s->found));
	assert_string_equal(s->found.psid, s->recipe[0].psid);
	assert_true(s->found.psid_checked);
	/* a wrong CRC elsewhere: it can be read, and still comes before the other */
	s->flash[0x8000] ^= 1;
	search(s);
	assert_int_equal(s->found.item[0].rank, CX3_SALVAGE_READABLE);
	assert_true(is_of(&s->found.item[0], &s->recipe[0]));
	free(s);
}

static void a_damaged_section_is_mended_but_not_sure(void **state)
{
	struct scene *s = empty_scene();
	uint32_t at;

	(void)state;
	begin(s, 2);
	lay(s, 0);
	at = uids_of(s, 0);
	s->flash[at + 8 + 3] ^= 0x40;  /* port 1's GUID */
	s->flash[at + 40 + 7] ^= 0x11; /* port 2's MAC */
	search(s);
	assert_int_equal(s->found.count, 1);
	assert_false(s->found.item[0].identity.checked);
	assert_true(is_of(&s->found.item[0], &s->recipe[0]));
	assert_int_equal(s->found.item[0].addr, at);
	assert_false(cx3_salvage_is_clear(&s->found));
	/* the header of the section is lost as well: what lies there still looks like it */
	begin(s, 2);
	lay(s, 0);
	memset(s->flash + at - 16, 0xff, 16);
	search(s);
	assert_int_equal(s->found.count, 1);
	assert_false(s->found.item[0].identity.checked);
	assert_true(is_of(&s->found.item[0], &s->recipe[0]));
	/* no two GUIDs agree: nothing is made up */
	for (unsigned i = 0; i < 3; i++)
		s->flash[at + 8 * i + 6] ^= (uint8_t)(0x21 << i);
	search(s);
	assert_int_equal(s->found.count, 0);
	free(s);
}

static void what_is_no_identity(void **state)
{
	struct scene *s = empty_scene();

	(void)state;
	begin(s, 3);
	s->recipe[0].blank_uids = true;
	s->recipe[1].uid[4] = UINT64_C(0x0102c9000001); /* a multicast address */
	lay(s, 0);
	lay(s, 1);
	search(s);
	assert_int_equal(s->found.checked, 0);
	/* the GUIDs of published image files */
	begin(s, 3);
	cx3_fs2_guids_from_base(UINT64_C(0x0002c9000100d050), s->recipe[0].uid);
	lay(s, 0);
	search(s);
	assert_int_equal(s->found.count, 1);
	assert_true(s->found.item[0].published);
	assert_false(cx3_salvage_is_clear(&s->found));
	free(s);
}

/* An Ethernet card: GUIDs are all ones, MACs are real, and so is the CRC. */
static void an_ethernet_card(void **state)
{
	struct scene *s = empty_scene();

	(void)state;
	begin(s, 4);
	memset(s->recipe[0].uid, 0xff, 32);
	lay(s, 0);
	memset(s->flash, 0, 16);
	search(s);
	assert_int_equal(s->found.count, 1);
	assert_true(is_of(&s->found.item[0], &s->recipe[0]));
	assert_true(cx3_salvage_is_clear(&s->found));
	free(s);
}

/* Moved so that a chunk ends in the middle of its section. */
static void a_section_over_the_end_of_a_chunk(void **state)
{
	struct scene *s = empty_scene();

	(void)state;
	begin(s, 5);
	for (uint32_t split = 4; split < 68; split += 4) {
		uint32_t at;

		memset(s->flash, 0xff, SIZE);
		lay(s, 1);
		at = uids_of(s, 1) - 16;
		memmove(s->flash + CHUNK - split, s->flash + at, split);
		memmove(s->flash + 2 * CHUNK, s->flash + at + split, 68 - split);
		memset(s->flash + at, 0, 68);
		search(s);
		assert_int_equal(s->found.count, 1);
		assert_true(is_of(&s->found.item[0], &s->recipe[1]));
		assert_true(s->found.item[0].identity.checked);
	}
	free(s);
}

static void psid_of_a_damaged_image_info(void **state)
{
	struct scene *s = empty_scene();
	struct cx3_salvaged *item;
	uint32_t at;

	(void)state;
	begin(s, 6);
	lay(s, 0);
	at = uids_of(s, 0);
	memset(s->flash, 0xff, 64);
	search(s);
	item = item_of(s, 0);
	assert_non_null(item);
	assert_int_equal(item->rank, CX3_SALVAGE_LOOSE);
	assert_string_equal(item->identity.psid, s->recipe[0].psid);
	assert_string_equal(item->identity.vsd, s->recipe[0].vsd);
	assert_true(s->found.psid_checked);
	/* the Image Info follows the GUIDs; its first tag is damaged */
	s->flash[at + 48 + 4 + 16 + 6] ^= 1;
	search(s);
	assert_string_equal(s->found.psid, s->recipe[0].psid);
	assert_false(s->found.psid_checked);
	assert_false(item_of(s, 0)->has_info);
	free(s);
}

static void empty_and_small_contents(void **state)
{
	static uint8_t bytes[256];
	struct cx3_salvage found;

	(void)state;
	for (uint32_t size = 0; size <= sizeof(bytes); size++) {
		memset(bytes, size % 3 ? 0xff : 0, sizeof(bytes));
		assert_int_equal(cx3_salvage(bytes, size, &found, NULL), CX3_OK);
		assert_int_equal(found.count, 0);
		assert_string_equal(found.psid, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_image_comes_first),
		cmocka_unit_test(a_damaged_section_is_mended_but_not_sure),
		cmocka_unit_test(what_is_no_identity),
		cmocka_unit_test(an_ethernet_card),
		cmocka_unit_test(a_section_over_the_end_of_a_chunk),
		cmocka_unit_test(psid_of_a_damaged_image_info),
		cmocka_unit_test(empty_and_small_contents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
