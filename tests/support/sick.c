/* SPDX-License-Identifier: BSD-2-Clause */
/* Sick cards by name: see sick.h. */
#include "sick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_LOG2 16u
#define CHUNK SICK_CHUNK
/* The configuration areas of both homes: the last two sectors of 4 KiB. */
#define SECTOR 0x1000u
#define CONFIG_LEN SICK_CONFIG
/* As in published images (see cx3_identity_is_published). */
#define PUBLISHED_GUID UINT64_C(0x0002c9000100d050)
#define PUBLISHED_MAC UINT64_C(0x0002c9000001)

static void die(const char *what)
{
	fprintf(stderr, "sick: %s\n", what);
	exit(1);
}

static uint8_t *build(const struct cx3_fs2_recipe *recipe, uint32_t *len)
{
	uint8_t *image;

	if (cx3_fs2_build(recipe, &image, len, NULL) != CX3_OK)
		die("no image can be made");
	return image;
}

static void lay(struct sick_scene *s, bool odd)
{
	uint32_t len;
	uint8_t *image = build(&s->recipe, &len);

	if (cx3_fs2_stripe(image, len, CHUNK_LOG2, odd, s->flash, s->size, NULL) != CX3_OK)
		die("the image does not fit the flash");
	free(image);
}

static void blank(struct sick_scene *s)
{
	memset(s->flash, 0xff, s->size);
}

/* --- what befalls them --- */

static void zeroed(struct sick_scene *s)
{
	memset(s->flash, 0, s->size);
}

static void garbage(struct sick_scene *s)
{
	uint32_t x = 2463534242u;

	for (uint32_t i = 0; i < s->size; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		s->flash[i] = (uint8_t)x;
	}
}

/* The signature is there, and behind it nothing makes sense. */
static void garbage_behind_signature(struct sick_scene *s)
{
	uint8_t first[16];

	memcpy(first, s->flash, sizeof(first));
	garbage(s);
	memcpy(s->flash, first, sizeof(first));
}

static void one_bit(struct sick_scene *s)
{
	s->flash[0x3000] ^= 0x10;
}

static void half_burnt(struct sick_scene *s)
{
	memset(s->flash + 0x2000, 0xff, CHUNK - 0x2000);
}

static void no_signature(struct sick_scene *s)
{
	memset(s->flash, 0, 4);
}

static void two_homes(struct sick_scene *s)
{
	lay(s, true);
}

static void lower_damaged(struct sick_scene *s)
{
	lay(s, true);
	one_bit(s);
}

static void upper_damaged(struct sick_scene *s)
{
	lay(s, true);
	s->flash[CHUNK + 0x3000] ^= 0x10;
}

static void again(struct sick_scene *s)
{
	blank(s);
	lay(s, false);
}

static void upper_only(struct sick_scene *s)
{
	blank(s);
	lay(s, true);
}

static void cx3_image(struct sick_scene *s)
{
	s->recipe.device_type = 4099;
	s->recipe.hw_id[0] = 0x1f5;
	again(s);
}

/* An image for chip revision 1, as those are that "A0" refuses. */
static void newer_revision(struct sick_scene *s)
{
	s->recipe.device_type = 4099;
	s->recipe.hw_id[0] = 0x1f5 | 1u << 16;
	again(s);
}

static void board(struct sick_scene *s, const char *psid, const char *ini)
{
	snprintf(s->recipe.psid, sizeof(s->recipe.psid), "%s", psid);
	s->recipe.config_text = ini;
	again(s);
}

static void hp_flr(struct sick_scene *s)
{
	board(s, "HP_1380110017", "[PS_INFO]\nName = 764285-B21_Ax\nDescription = 544+FLR-QSFP\n");
}

/* A revision A image on a board of revision C. */
static void revision_a_image(struct sick_scene *s)
{
	board(s, "MT_1090120019", "[PS_INFO]\nName = MCX354A-FCB_A2-A5\n");
}

static void access_key(struct sick_scene *s)
{
	s->recipe.omit_tags &= ~(1u << CX3_FS2_TAG_ACCESS_KEY);
	s->recipe.access_key = 0x1122334455667788;
	again(s);
}

static void blank_guids(struct sick_scene *s)
{
	s->recipe.blank_uids = true;
	again(s);
}

static void ethernet(struct sick_scene *s)
{
	for (unsigned i = 0; i < 4; i++)
		s->recipe.uid[i] = UINT64_MAX;
	again(s);
}

static void four_guids(struct sick_scene *s)
{
	s->recipe.uid_count = 4;
	again(s);
}

/* The areas of both homes: the even one ends a chunk before the odd one. */
static void config(struct sick_scene *s, uint8_t first, uint32_t from, uint32_t len)
{
	memset(s->flash + s->size - CONFIG_LEN + from, first, len);
	memset(s->flash + s->size - CHUNK - CONFIG_LEN + from, first, len);
}

static void config_used(struct sick_scene *s)
{
	config(s, 0x12, 0, 200);
}

static void config_zeroed(struct sick_scene *s)
{
	config(s, 0, 0, CONFIG_LEN);
}

static void config_begins_blank(struct sick_scene *s)
{
	config(s, 0x12, 0, 200);
	config(s, 0x34, SECTOR + 64, 100);
}

static void config_garbage(struct sick_scene *s)
{
	for (uint32_t i = 0; i < CONFIG_LEN; i++)
		s->flash[s->size - CONFIG_LEN + i] = (uint8_t)(i * 31 + 7);
}

static void config_has_image(struct sick_scene *s)
{
	memcpy(s->flash + s->size - CONFIG_LEN, s->flash, SECTOR);
}

static void key_and_config(struct sick_scene *s)
{
	access_key(s);
	config_zeroed(s);
}

static void both_damaged(struct sick_scene *s)
{
	lower_damaged(s);
	s->flash[CHUNK + 0x3000] ^= 0x10;
}

static void damaged_and_config(struct sick_scene *s)
{
	one_bit(s);
	config_garbage(s);
}

/* A tool that keeps no second image has begun to write it anew: what is left of the old one's
 * GUIDs are the last entries. */
static void half_burnt_in_the_guids(struct sick_scene *s)
{
	uint8_t guid[8];

	for (unsigned i = 0; i < 8; i++)
		guid[i] = (uint8_t)(s->recipe.uid[0] >> (56 - 8 * i));
	for (uint32_t at = 0; at + 8 <= CHUNK; at += 4) {
		if (memcmp(s->flash + at, guid, sizeof(guid)) == 0) {
			memset(s->flash, 0xff, at + 16);
			return;
		}
	}
	die("there are no GUIDs to spoil");
}

const struct sick_card sick_cards[] = {
#define CARD(n, s, ...) {.name = (n), .story = (s), __VA_ARGS__},
#include "sick_cards.def"
#undef CARD
};

const size_t sick_count = sizeof(sick_cards) / sizeof(sick_cards[0]);

static void write_out(const char *path, const uint8_t *bytes, uint32_t len)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		die(path);
}

static void chip_of(const struct sick_card *card, struct cx3_fs2_recipe *recipe)
{
	bool pro = !card->options || !strstr(card->options, "chip=cx3,");

	recipe->device_type = pro ? 4103 : 4099;
	recipe->hw_id_count = 1;
	recipe->hw_id[0] = pro ? 0x1f7 : 0x1f5;
}

/* What one gets for the card's board, from its maker: right in all, whatever is on the card. */
static void make_image(const struct sick_card *card, struct cx3_fs2_recipe recipe, const char *path)
{
	uint8_t *bytes;
	uint32_t len;

	chip_of(card, &recipe);
	recipe.fw_version[1] = 42;
	recipe.omit_tags |= 1u << CX3_FS2_TAG_ACCESS_KEY;
	recipe.blank_uids = false;
	recipe.uid_count = 6;
	cx3_fs2_guids_from_base(PUBLISHED_GUID, recipe.uid);
	cx3_fs2_macs_from_base(PUBLISHED_MAC, recipe.uid + 4);
	bytes = build(&recipe, &len);
	write_out(path, bytes, len);
	free(bytes);
}

static void begin(const struct sick_card *card, struct sick_scene *s)
{
	memset(s, 0, sizeof(*s));
	s->size = card->flash ? card->flash : SICK_FLASH;
	cx3_fs2_recipe_default(&s->recipe);
	s->recipe.log2_chunk = CHUNK_LOG2;
	s->recipe.code_size = 24000;
	s->recipe.rom_size = 4096;
	s->recipe.fw_version[1] = 36;
	s->recipe.config_sectors = CONFIG_LEN / SECTOR;
	snprintf(s->recipe.psid, sizeof(s->recipe.psid), "MT_1090111019");
	s->flash = malloc(s->size);
	if (!s->flash)
		die("no memory");
}

void sick_make(const struct sick_card *card, const char *file, const char *image,
	       struct sick_own *own)
{
	struct sick_scene s;

	begin(card, &s);
	again(&s);
	if (card->spoil)
		card->spoil(&s);
	write_out(file, s.flash, s.size);
	free(s.flash);
	if (image)
		make_image(card, s.recipe, image);
	memset(own, 0, sizeof(*own));
	memcpy(own->psid, s.recipe.psid, sizeof(own->psid));
	own->uid_count = s.recipe.blank_uids ? 0 : s.recipe.uid_count;
	memcpy(own->uid, s.recipe.uid, sizeof(own->uid));
}

void sick_spoil_after(const struct sick_card *card, const char *path)
{
	struct sick_scene s;
	FILE *file = fopen(path, "rb");

	if (!card->spoil_after) {
		if (file)
			fclose(file);
		return;
	}
	begin(card, &s);
	if (!file || fread(s.flash, 1, s.size, file) != s.size || fclose(file) != 0)
		die(path);
	card->spoil_after(&s);
	write_out(path, s.flash, s.size);
	free(s.flash);
}
