/* SPDX-License-Identifier: BSD-2-Clause */
/* Made-up cases: what lies on the flash, which image is burnt, with which options. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "burns.h"

/* xorshift64: Marsaglia, "Xorshift RNGs" */
static uint64_t next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

enum way {
	WAY_PLAIN,
	WAY_PSID,
	WAY_GUID,
	WAY_MAC,
	WAY_BOTH,
	WAY_BLANK,
	WAY_IMAGE_GUIDS,
	WAY_IMAGE_PS,
	WAY_VSD,
	WAY_NOFS,
	WAY_NOFS_OTHER_CHUNK,
	WAY_NOFS_EMPTY,
	WAY_SG,
	WAY_SG_BLANK,
	WAY_WILD,
	WAYS
};

static const char *const way_names[WAYS] = {
	"plain", "psid", "guid",       "mac",	     "both", "blank",	 "image-guids", "image-ps",
	"vsd",	 "nofs", "nofs-chunk", "nofs-empty", "sg",   "sg-blank", "wild",
};

static void say(struct burn_case *c, const char *text)
{
	size_t at = strlen(c->arguments);

	snprintf(c->arguments + at, sizeof(c->arguments) - at, " %s", text);
}

static void give_guid(struct burn_case *c, uint64_t base)
{
	char text[64];

	c->options.guid_count = 1;
	c->options.guid[0] = base;
	snprintf(text, sizeof(text), "-guid 0x%016llx", (unsigned long long)base);
	say(c, text);
}

static void give_macs(struct burn_case *c, uint64_t first, uint64_t second)
{
	char text[64];

	c->options.mac_count = 2;
	c->options.mac[0] = first;
	c->options.mac[1] = second;
	snprintf(text, sizeof(text), "-macs %012llx,%012llx", (unsigned long long)first,
		 (unsigned long long)second);
	say(c, text);
}

static void give_psid(struct burn_case *c)
{
	c->options.allow_psid_change = true;
	say(c, "-allow_psid_change");
}

static void choose_options(struct burn_case *c, enum way way, uint64_t *x)
{
	uint64_t guid = UINT64_C(0x0002c90300000000) | (next(x) & 0xfffff0);
	uint64_t mac = UINT64_C(0x0002c9000000) | (next(x) & 0xfffff0);

	/* mstflint asks for neither */
	c->options.allow_other_board = c->options.allow_access_key = true;
	if (way != WAY_PLAIN && way != WAY_WILD && way != WAY_SG && way != WAY_SG_BLANK)
		give_psid(c);
	if (way == WAY_GUID || way == WAY_BOTH || way == WAY_NOFS_EMPTY || way == WAY_SG ||
	    way == WAY_SG_BLANK)
		give_guid(c, guid);
	if (way == WAY_MAC || way == WAY_BOTH || way == WAY_NOFS_EMPTY || way == WAY_SG_BLANK ||
	    (way == WAY_SG && next(x) % 2))
		give_macs(c, mac, mac + 5);
	if (way == WAY_BLANK) {
		c->options.blank_guids = true;
		say(c, "-blank_guids");
	}
	if (way == WAY_IMAGE_GUIDS) {
		c->options.use_image_guids = true;
		say(c, "-use_image_guids");
	}
	if (way == WAY_IMAGE_PS || way == WAY_NOFS_EMPTY) {
		c->options.use_image_ps = true;
		say(c, "-use_image_ps");
	}
	if (!c->set_guids && next(x) % 3 == 0) {
		bool image = next(x) % 2 != 0;

		c->options.use_image_rom = image;
		c->options.use_dev_rom = !image;
		say(c, image ? "-use_image_rom" : "-use_dev_rom");
	}
	if (way == WAY_VSD) {
		c->options.vsd = "another VSD";
		say(c, "-vsd 'another VSD'");
	}
	if (way == WAY_NOFS || way == WAY_NOFS_OTHER_CHUNK || way == WAY_NOFS_EMPTY) {
		c->options.non_failsafe = true;
		say(c, "-nofs");
	}
}

/* The two images fit each other, but for what the way of this case is about. */
static void match(struct burn_case *c, enum way way)
{
	struct cx3_fs2_recipe *old = &c->old_recipe, *fresh = &c->new_recipe;

	if (way == WAY_WILD)
		return;
	fresh->failsafe = old->failsafe;
	fresh->log2_chunk = old->log2_chunk;
	fresh->config_pad = old->config_pad;
	fresh->config_sectors = old->config_sectors;
	if (way == WAY_NOFS_OTHER_CHUNK) {
		old->failsafe = fresh->failsafe = true;
		old->log2_chunk = 16 + fresh->log2_chunk % 3;
		fresh->log2_chunk = old->log2_chunk == 16 ? 18 : 16;
	}
	if (way == WAY_PLAIN)
		memcpy(fresh->psid, old->psid, sizeof(old->psid));
	if (way == WAY_SG_BLANK)
		old->blank_uids = true;
	else if (way != WAY_GUID && way != WAY_BOTH && way != WAY_BLANK)
		old->blank_uids = false;
}

static uint32_t reach(const uint8_t *image, uint32_t len)
{
	unsigned word = image[0x2b];
	uint32_t chunk = 1u << ((word & 7) + 16);

	if (!(word & 8))
		return len + (128u << 10);
	return 2 * ((len + chunk - 1) / chunk) * chunk < 2 * (len + (64u << 10))
		       ? 2 * (len + (64u << 10))
		       : 2 * ((len + chunk - 1) / chunk) * chunk;
}

/* What lies outside of the images: leftovers of older ones, the configuration areas. */
static void litter(struct burn_case *c, uint64_t *x)
{
	uint32_t size = c->flash_size;

	memset(c->content, 0xff, size);
	for (uint32_t at = 0; at < size; at += 4096) {
		if (next(x) % 3)
			continue;
		for (uint32_t i = 0; i < 4096; i++)
			c->content[at + i] = (uint8_t)next(x);
	}
}

/* One in four has a part that erases nothing smaller than 64 KiB. */
static const char *part(const struct burn_case *c, uint64_t seed)
{
	if (seed % 4 != 3)
		return "";
	switch (c->flash_size >> 20) {
	case 2:
		return ",part=M25P16";
	case 4:
		return ",part=M25P32";
	case 8:
		return ",part=M25P64";
	default:
		return "";
	}
}

static void choose_card(struct burn_case *c, uint64_t seed)
{
	struct cx3_fs2_source src = cx3_fs2_memory(c->image, c->len);
	struct cx3_fs2_info info;
	struct cx3_error err;
	bool pro;
	unsigned rev = 0;

	if (cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &info, &err) != CX3_OK)
		abort();
	if (info.hw_id_count)
		rev = info.hw_id[0] >> 16 & 0xff;
	pro = cx3_fs2_fits(&info, 0x1f7, (uint8_t)rev, NULL) == CX3_OK;
	snprintf(c->card, sizeof(c->card), "chip=%s,rev=%u%s", pro ? "cx3pro" : "cx3", rev,
		 part(c, seed));
}

void burn_case_make(struct burn_case *c, uint64_t seed)
{
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	enum way way = (enum way)(seed % WAYS);
	uint32_t old_len, need;
	uint8_t *old;

	memset(c, 0, sizeof(*c));
	snprintf(c->name, sizeof(c->name), "seed %llu (%s)", (unsigned long long)seed,
		 way_names[way]);
	cx3_fs2_recipe_random(&c->old_recipe, 2 * seed);
	cx3_fs2_recipe_random(&c->new_recipe, 2 * seed + 1);
	match(c, way);
	c->set_guids = way == WAY_SG || way == WAY_SG_BLANK;
	c->image = fixture_image(&c->new_recipe, &c->len);
	old = fixture_image(&c->old_recipe, &old_len);
	need = reach(c->image, c->len);
	if (need < reach(old, old_len))
		need = reach(old, old_len);
	for (c->flash_size = 2u << 20; c->flash_size < need;)
		c->flash_size *= 2;
	c->content = malloc(c->flash_size);
	litter(c, &x);
	c->has_old = way != WAY_NOFS_EMPTY;
	c->old_odd = c->old_recipe.failsafe && next(&x) % 2;
	if (c->has_old)
		fixture_lay(c->content, c->flash_size, old, old_len, c->old_odd);
	free(old);
	choose_options(c, way, &x);
	choose_card(c, seed);
}

bool burn_case_real(struct burn_case *c)
{
	uint32_t old_len;
	uint8_t *old;
	uint64_t x = 99;

	memset(c, 0, sizeof(*c));
	snprintf(c->name, sizeof(c->name), "the real image");
	c->image = fixture_real_image(&c->len);
	if (!c->image)
		return false;
	cx3_fs2_recipe_default(&c->old_recipe);
	snprintf(c->old_recipe.psid, sizeof(c->old_recipe.psid), "HP_1230110019");
	old = fixture_image(&c->old_recipe, &old_len);
	c->flash_size = 2u << 20;
	c->content = malloc(c->flash_size);
	litter(c, &x);
	fixture_lay(c->content, c->flash_size, old, old_len, false);
	c->has_old = true;
	free(old);
	give_psid(c);
	choose_card(c, 0);
	return true;
}

void burn_case_free(struct burn_case *c)
{
	free(c->content);
	free(c->image);
}
