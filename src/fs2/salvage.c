/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose card a damaged flash is of. GUID sections are collected from the whole content; each
 * is weighed by what it lies in (an image that is whole, one that was replaced, none), and
 * gets the PSID and VSD of the Image Info that belongs to it.
 */
#include "fs2/salvage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fs2/header.h"
#include "fs2/walk.h"

/* A hostile content can hold as many as fit it; a card has two. */
#define MOST_INFOS 16u

/* A place where an image starts or has started. */
struct home {
	enum cx3_salvage_rank rank;
	uint32_t start;
	bool layout_known, failsafe;
	unsigned log2_chunk;
	uint32_t uids_at; /* flash address of its first GUID; readable images only */
	struct cx3_fs2_info info;
};

struct search {
	struct fs2_content flash;
	unsigned home_count, info_count;
	struct home home[CX3_FS2_MAX_STARTS];
	struct fs2_found_info info[MOST_INFOS];
	struct cx3_salvage *out;
};

/* --- Homes --- */

/* A retired image has lost the first word of its signature and nothing else. */
static bool is_retired(const uint8_t *at)
{
	uint8_t whole[CX3_FS2_SIGNATURE_SIZE];

	fs2_put_magic(whole);
	return be32(at) == 0 && memcmp(at + 4, whole + 4, sizeof(whole) - 4) == 0;
}

static void take_layout(const uint8_t *at, struct home *home)
{
	uint32_t word = be32(at + CX3_FS2_OFF_FAILSAFE);

	home->layout_known = fs2_with_checksum(word) == word;
	home->failsafe = word & 8;
	home->log2_chunk = (word & 7) + 16;
	if (home->start && (!home->failsafe || home->start != UINT32_C(1) << home->log2_chunk))
		home->layout_known = false;
}

static void judge_home(const struct search *s, struct home *home)
{
	struct cx3_fs2_source src = cx3_fs2_memory(s->flash.data, s->flash.size);

	if (cx3_fs2_query_at(&src, home->start, CX3_FS2_STRIPED, CX3_FS2_QUICK, &home->info,
			     NULL) != CX3_OK)
		return;
	home->rank = CX3_SALVAGE_READABLE;
	home->uids_at = cx3_fs2_addr(&home->info, home->info.guid_ptr);
	if (cx3_fs2_verify_at(&src, home->start, CX3_FS2_STRIPED, &home->info, NULL, NULL, NULL) ==
	    CX3_OK)
		home->rank = CX3_SALVAGE_WHOLE;
}

static void find_homes(struct search *s)
{
	uint32_t start = 0;

	for (unsigned i = 0; i < CX3_FS2_MAX_STARTS; i++, start = cx3_fs2_next_start(start)) {
		struct home *home = &s->home[s->home_count];
		const uint8_t *at = s->flash.data + start;

		if (s->flash.size < CX3_FS2_HEADER_SIZE ||
		    start > s->flash.size - CX3_FS2_HEADER_SIZE)
			return;
		if (!fs2_is_magic(at) && !is_retired(at))
			continue;
		*home = (struct home){.start = start, .uids_at = UINT32_MAX};
		home->rank = fs2_is_magic(at) ? CX3_SALVAGE_SIGNED : CX3_SALVAGE_RETIRED;
		take_layout(at, home);
		if (home->rank == CX3_SALVAGE_SIGNED)
			judge_home(s, home);
		s->home_count++;
	}
}

static bool lies_in(const struct home *home, uint32_t addr)
{
	if (!home->layout_known)
		return false;
	return !home->failsafe || (addr >> home->log2_chunk & 1) == (home->start != 0);
}

/* The home that most speaks for what lies at `addr`; NULL if it is in none. */
static const struct home *home_of(const struct search *s, uint32_t addr,
				  enum cx3_salvage_rank *rank)
{
	const struct home *best = NULL;

	*rank = CX3_SALVAGE_LOOSE;
	for (unsigned i = 0; i < s->home_count; i++) {
		const struct home *home = &s->home[i];
		enum cx3_salvage_rank own = home->rank;

		/* what an image does not point to was left by an older one */
		if (own >= CX3_SALVAGE_READABLE && home->uids_at != addr)
			own = CX3_SALVAGE_RETIRED;
		if (!lies_in(home, addr) || own <= *rank)
			continue;
		best = home;
		*rank = own;
	}
	return best;
}

/* --- What belongs to an identity --- */

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* An image that can be read says which Image Info is its own. Of another, it is the nearest:
 * in all images that were seen, the Image Info follows the GUIDs at once. */
static void take_info(const struct search *s, const struct home *home, struct cx3_salvaged *item)
{
	const struct fs2_found_info *nearest = NULL;

	if (item->rank >= CX3_SALVAGE_READABLE && home->info.info_ptr) {
		item->info = home->info;
		item->has_info = true;
		return;
	}
	for (unsigned i = 0; i < s->info_count; i++) {
		const struct fs2_found_info *one = &s->info[i];

		if (!nearest ||
		    distance(one->addr, item->addr) < distance(nearest->addr, item->addr))
			nearest = one;
	}
	item->has_info = nearest != NULL;
	if (nearest)
		item->info = nearest->info;
}

static void say_where(const struct home *home, struct cx3_salvaged *item)
{
	static const char *const words[] = {
		[CX3_SALVAGE_LOOSE] = "a GUID section of no image that can be told",
		[CX3_SALVAGE_RETIRED] = "the GUID section of an image that was replaced",
		[CX3_SALVAGE_SIGNED] = "the GUID section of an image that can't be read",
		[CX3_SALVAGE_READABLE] = "the damaged image",
		[CX3_SALVAGE_WHOLE] = "the image",
	};
	bool image = item->identity.checked && item->rank >= CX3_SALVAGE_READABLE;

	snprintf(item->identity.where, sizeof(item->identity.where), "%s at 0x%" PRIx32,
		 item->identity.checked ? words[item->rank]
					: "damaged GUIDs, mended by the usual rule,",
		 image ? home->start : item->addr);
}

static void describe(const struct search *s, const struct fs2_found_uids *found,
		     struct cx3_salvaged *item)
{
	const struct home *home = home_of(s, found->addr, &item->rank);
	struct cx3_fs2_info info;

	item->addr = found->addr;
	item->len = found->count * 8;
	item->copies = 1;
	take_info(s, home, item);
	info = item->info;
	info.uid_count = found->count;
	info.blank_uids = false;
	info.start = home ? home->start : 0;
	memcpy(info.uid, found->uid, sizeof(info.uid));
	cx3_identity_from_info(&info, CX3_IDENTITY_SALVAGED, NULL, &item->identity);
	item->identity.checked = found->checked;
	item->published = cx3_identity_is_published(&item->identity);
	say_where(home, item);
}

/* --- The list --- */

static unsigned version(const struct cx3_fs2_info *info)
{
	return info->fw_version[0] * 1000000u + info->fw_version[1] * 10000u + info->fw_version[2];
}

/* Most telling first. */
static int by_weight(const void *left, const void *right)
{
	const struct cx3_salvaged *a = left, *b = right;
	unsigned va = a->has_info ? version(&a->info) : 0;
	unsigned vb = b->has_info ? version(&b->info) : 0;

	if (a->identity.checked != b->identity.checked)
		return a->identity.checked ? -1 : 1;
	if (a->published != b->published)
		return a->published ? 1 : -1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	if (va != vb)
		return va > vb ? -1 : 1;
	return a->addr < b->addr ? -1 : 1;
}

static struct cx3_salvaged *same_in(struct cx3_salvage *out, const struct cx3_salvaged *item)
{
	for (unsigned i = 0; i < out->count; i++) {
		if (cx3_identity_equal(&out->item[i].identity, &item->identity))
			return &out->item[i];
	}
	return NULL;
}

/* Where the list is full, the least telling one goes. */
static void add(struct search *s, const struct fs2_found_uids *found)
{
	struct cx3_salvage *out = s->out;
	struct cx3_salvaged item = {.copies = 1}, *same;

	describe(s, found, &item);
	same = same_in(out, &item);
	if (same) {
		/* the same bytes are found by their header and by their looks */
		item.copies = same->copies + (item.identity.checked && same->identity.checked);
		if (by_weight(&item, same) < 0)
			*same = item;
		else
			same->copies = item.copies;
	} else if (out->count < CX3_SALVAGE_MOST) {
		out->item[out->count++] = item;
	} else if (by_weight(&item, &out->item[out->count - 1]) < 0) {
		out->item[out->count - 1] = item;
	}
	qsort(out->item, out->count, sizeof(out->item[0]), by_weight);
}

static void find_uids(struct search *s)
{
	struct fs2_found_uids found;

	for (uint32_t addr = 0; fs2_next_uids(&s->flash, &addr, &found);) {
		if (found.checked || fs2_mend_uids(found.uid, found.count))
			add(s, &found);
	}
}

static void find_infos(struct search *s)
{
	uint32_t addr = 0;

	while (s->info_count < MOST_INFOS &&
	       fs2_next_info(&s->flash, &addr, &s->info[s->info_count]))
		s->info_count++;
}

/* That of the best identity, of the newest Image Info, or of a damaged one. */
static void choose_psid(const struct search *s)
{
	struct cx3_salvage *out = s->out;
	const struct cx3_fs2_info *info = NULL;
	uint32_t addr = 0;

	if (out->count && out->item[0].identity.checked && out->item[0].has_info)
		info = &out->item[0].info;
	for (unsigned i = 0; !info && i < s->home_count; i++) {
		if (s->home[i].rank >= CX3_SALVAGE_READABLE)
			info = &s->home[i].info;
	}
	for (unsigned i = 0; i < s->info_count; i++) {
		if (!info || (!info->psid[0] && s->info[i].info.psid[0]))
			info = &s->info[i].info;
	}
	if (info && info->psid[0]) {
		memcpy(out->psid, info->psid, sizeof(out->psid));
		out->psid_checked = true;
	} else if (!fs2_next_psid(&s->flash, &addr, out->psid)) {
		out->psid[0] = '\0';
	}
}

int cx3_salvage(const uint8_t *flash, uint32_t size, struct cx3_salvage *out, struct cx3_error *err)
{
	struct search *s = calloc(1, sizeof(*s));

	memset(out, 0, sizeof(*out));
	if (!s)
		return cx3_fail(err, CX3_E_NO_MEMORY, "flash",
				"There is no memory for the search for GUIDs.\n"
				"Close other programs and try again.");
	s->flash = (struct fs2_content){.data = flash, .size = size / 4 * 4};
	s->out = out;
	find_homes(s);
	find_infos(s);
	find_uids(s);
	choose_psid(s);
	for (unsigned i = 0; i < out->count; i++)
		out->checked += out->item[i].identity.checked;
	free(s);
	return CX3_OK;
}

bool cx3_salvage_is_clear(const struct cx3_salvage *salvage)
{
	const struct cx3_salvaged *best = &salvage->item[0];

	if (!salvage->count || !best->identity.checked || best->published)
		return false;
	/* a damaged one of a home that counts for more may be the card's, and this one an old one
	 */
	for (unsigned i = salvage->checked; i < salvage->count; i++) {
		const struct cx3_salvaged *item = &salvage->item[i];

		if (!item->identity.checked && !item->published && item->rank >= best->rank &&
		    !cx3_identity_equal(&item->identity, &best->identity))
			return false;
	}
	return salvage->count < 2 || !best[1].identity.checked || best[1].published ||
	       best[1].rank < best->rank;
}
