/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the same start, our burn leaves the flash as mstflint's does.
 *
 *   burns FIRST LAST [real]    seeds FIRST to LAST, and the published image
 *
 * Differences by design, each told apart below:
 *
 * rest      Behind the image's end, in its last 64 KiB, mstflint's erase leaves
 *           ones. We erase no sector that holds nothing of the image, and keep
 *           what does not have to go: each byte is as it was, or 0xff.
 * crc       If the GUIDs in the image file are blank, mstflint fills them in but
 *           leaves the full-image CRC blank, and calls it wrong afterwards. Ours
 *           is right.
 * macs      -guid on a flash whose MACs are all ones: mstflint refuses. Ours makes
 *           the MACs of the GUIDs that were given, as both do of the flash's.
 * zero-macs -guid on a card without MACs, for an image with room for them: mstflint leaves them 0.
 *           Ours makes them of the GUIDs.
 * vsd-room  -vsd for an image without a VSD tag: mstflint drops it. Ours refuses it.
 * no-vsd    An image without a VSD tag: mstflint clears bytes that are no VSD, and
 *           may die. Ours leaves such an image as it is; it must verify.
 * blank-rom mstflint gives blank GUIDs a CRC when it puts a ROM into the image, so
 *           that they are not blank any more. Ours stay blank.
 * no-chip   An image that does not say which chip it is for: mstflint burns it.
 *           Ours does not: firmware of the other chip bricks a card.
 * others    The image on the flash is for another chip: mstflint keeps its GUIDs. Ours does not
 * call them the card's own. mac-room  A MAC for an image with four entries, which has no room for
 * it: mstflint drops it. Ours refuses it. dev-rom   -use_dev_rom where card and image both have a
 * ROM: mstflint burns the image's all the same. Ours keeps the card's, as the option says; mstflint
 * must verify it. emt-rom   mstflint can't put a ROM into an image with an EMT section, whose size
 *           is in bytes; it refuses its own work or dies. Ours can.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "burns.h"
#include "said.h"

static unsigned compared, refused, excused;

static void put_file(const char *path, const uint8_t *data, size_t len)
{
	struct cx3_error err;

	if (cx3_file_write(path, data, len, true, &err) != CX3_OK) {
		fprintf(stderr, "%s\n", said(&err));
		abort();
	}
}

/* Ours. */
static int our_job(struct fixture *b, const struct burn_case *c, struct cx3_error *err)
{
	struct cx3_draft burn = {0};
	int rc = fixture_try_open(b, c->card, NULL, err);

	if (rc == CX3_OK)
		rc = c->set_guids ? fixture_draft_set_guids(b->shadow, &c->options, &burn, err)
				  : fixture_draft_burn(b->shadow, c->image, c->len, &c->options,
						       &burn, err);
	if (rc == CX3_OK)
		rc = cx3_plan_run(burn.plan, b->shadow, NULL, NULL, err);
	cx3_draft_free(&burn);
	fixture_close(b);
	return rc;
}

static int their_job(const struct fixture *b, const struct burn_case *c, char *output, size_t size)
{
	char image[400], arguments[1200];

	snprintf(image, sizeof(image), "%s/image.bin", b->folder);
	put_file(image, c->image, c->len);
	if (c->set_guids)
		snprintf(arguments, sizeof(arguments), "-y %s sg", c->arguments);
	else
		snprintf(arguments, sizeof(arguments), "-y -i %s %s b", image, c->arguments);
	return run_mstflint(b->file, c->card, arguments, output, size);
}

struct place {
	struct cx3_fs2_info info;
	uint32_t last_lo, last_hi; /* the image's last chunk on flash, up to its end */
};

static bool find_image(const uint8_t *content, uint32_t size, struct place *p,
		       struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_fs2_memory(content, size);
	uint32_t last;

	if (cx3_fs2_verify(&src, CX3_FS2_STRIPED, &p->info, NULL, NULL, err) != CX3_OK)
		return false;
	last = p->info.end - 1;
	p->last_lo = p->info.failsafe ? cx3_fs2_phys(last, p->info.log2_chunk, p->info.start != 0)
				      : last;
	p->last_hi = p->last_lo + 1;
	return true;
}

static bool is_at(const struct place *p, uint32_t logical, uint32_t addr)
{
	uint32_t phys = p->info.failsafe
				? cx3_fs2_phys(logical, p->info.log2_chunk, p->info.start != 0)
				: logical;

	return addr >= phys && addr < phys + 4;
}

/* In the MACs, their section's CRC or the image's, where mstflint's MACs are 0. */
static bool is_zero_mac(const struct burn_case *c, const struct place *p, uint32_t addr,
			uint8_t theirs)
{
	uint32_t macs = p->info.guid_ptr + 32;

	if (!c->options.guid_count || c->options.mac_count || p->info.uid_count < 6)
		return false;
	for (uint32_t at = macs; at < macs + 16; at += 4) {
		if (is_at(p, at, addr))
			return theirs == 0;
	}
	return is_at(p, 0x20, addr) || is_at(p, macs + 16, addr);
}

/* The reason why this byte may differ, or NULL. */
static const char *excuse(const struct burn_case *c, const struct place *p, uint32_t addr,
			  uint8_t ours, uint8_t theirs)
{
	uint32_t block_end = (p->last_hi + 0xffff) & ~UINT32_C(0xffff);

	if (addr >= p->last_hi && addr < block_end && theirs == 0xff && ours == c->content[addr])
		return "rest";
	if (c->new_recipe.blank_uids && !c->set_guids && !p->info.blank_uids &&
	    (addr == p->info.start + 0x22 || addr == p->info.start + 0x23) && theirs == 0xff)
		return "crc";
	if (p->info.blank_uids && p->info.has_rom && !c->new_recipe.rom_size &&
	    (is_at(p, 0x20, addr) || is_at(p, p->info.guid_ptr + 8 * p->info.uid_count, addr)))
		return "blank-rom";
	if (is_zero_mac(c, p, addr, theirs))
		return "zero-macs";
	if (!p->info.vsd_offset && !c->options.use_image_ps && !c->set_guids)
		return "no-vsd";
	return NULL;
}

static bool same_flash(const struct burn_case *c, const uint8_t *ours, const uint8_t *theirs)
{
	struct cx3_error err = {0};
	struct place p;
	bool found = find_image(ours, c->flash_size, &p, &err);
	const char *last = "";

	if (!found) {
		printf("FAILED %s: what we left does not verify: %s\n", c->name, said(&err));
		return false;
	}
	for (uint32_t a = 0; a < c->flash_size; a++) {
		const char *why;

		if (ours[a] == theirs[a])
			continue;
		why = excuse(c, &p, a, ours[a], theirs[a]);
		if (!why) {
			printf("FAILED %s: 0x%x: we left %02x, mstflint %02x, before %02x\n",
			       c->name, a, ours[a], theirs[a], c->content[a]);
			return false;
		}
		if (strcmp(why, last) != 0)
			excused++;
		last = why;
	}
	return true;
}

/* The option's own meaning decides, not mstflint's. */
static bool is_dev_rom(const struct burn_case *c)
{
	return c->options.use_dev_rom && c->has_old && c->old_recipe.rom_size &&
	       c->new_recipe.rom_size;
}

static uint8_t *rom_on(const uint8_t *flash, uint32_t size, uint32_t *len)
{
	struct cx3_fs2_source src = cx3_fs2_memory(flash, size);
	uint8_t *rom = NULL;

	if (cx3_fs2_rom_data(&src, CX3_FS2_STRIPED, &rom, len, NULL) != CX3_OK)
		*len = 0;
	return rom;
}

static bool same_rom(const struct burn_case *c, const uint8_t *ours)
{
	uint32_t before_len, after_len;
	uint8_t *before = rom_on(c->content, c->flash_size, &before_len);
	uint8_t *after = rom_on(ours, c->flash_size, &after_len);
	bool same = before_len && before_len == after_len && !memcmp(before, after, after_len);

	free(before);
	free(after);
	if (!same)
		printf("FAILED %s: the card's ROM was not kept\n", c->name);
	excused++;
	return same;
}

static bool both_done(struct fixture *b, const struct burn_case *c, const uint8_t *ours,
		      const uint8_t *theirs)
{
	char output[20000];
	int status;

	compared++;
	if (is_dev_rom(c) ? !same_rom(c, ours) : !same_flash(c, ours, theirs))
		return false;
	fixture_put(b, ours);
	status = run_mstflint(b->file, c->card, "v", output, sizeof(output));
	/* blank GUIDs are what was asked for; mstflint then says that it won't boot */
	if (c->options.blank_guids || c->new_recipe.blank_uids)
		status = status != 0 && !strstr(output, "BLANK GUIDS");
	if (status != 0 || strstr(output, "wrong CRC")) {
		printf("FAILED %s: mstflint does not verify our card: %s\n", c->name, output);
		return false;
	}
	return true;
}

#define TAG(n) (UINT32_C(1) << (n))

/* Why one of the two may refuse what the other does, or NULL. */
static const char *split(const struct burn_case *c, int rc, int status, const char *output)
{
	const struct cx3_fs2_recipe *fresh = &c->new_recipe;

	if (rc == CX3_OK && c->options.guid_count && !c->options.mac_count &&
	    strstr(output, "Bad mac (ffffffffffffffff) found on flash"))
		return "macs";
	if (rc == CX3_OK && status >= 128 && fresh->omit_tags & TAG(5))
		return "no-vsd";
	if (rc == CX3_E_WRONG_CARD && status == 0 && fresh->omit_tags & TAG(3) &&
	    (fresh->omit_tags & TAG(10) || !fresh->hw_id_count))
		return "no-chip";
	if (rc == CX3_E_IDENTITY && status == 0 && c->options.mac_count &&
	    (c->set_guids ? &c->old_recipe : fresh)->uid_count == 4)
		return "mac-room";
	if (rc == CX3_E_IMAGE && status == 0 && c->options.vsd && fresh->omit_tags & TAG(5))
		return "vsd-room";
	if (rc == CX3_OK && fresh->emt && !fresh->rom_size && c->old_recipe.rom_size &&
	    (status >= 128 || strstr(output, "after integrating ROM failed")))
		return "emt-rom";
	return NULL;
}

static bool one_refuses(const struct burn_case *c, int rc, const struct cx3_error *err, int status,
			const char *output)
{
	if (rc != CX3_OK && status != 0) {
		refused++;
		return true;
	}
	if (split(c, rc, status, output) ||
	    (rc == CX3_E_IDENTITY && status == 0 && strstr(said(err), "is for another chip"))) {
		excused++;
		return true;
	}
	printf("FAILED %s: ours: %s (%s); mstflint: %d %s\n", c->name, cx3_code_name(rc), said(err),
	       status, output);
	return false;
}

static bool run_case(const struct burn_case *c, bool *skipped)
{
	struct cx3_error err = {0};
	uint8_t *ours, *theirs;
	char output[20000];
	struct fixture b;
	int rc, status;
	bool ok;

	fixture_new(&b, c->flash_size);
	fixture_put(&b, c->content);
	status = their_job(&b, c, output, sizeof(output));
	*skipped = status == 77;
	theirs = fixture_get(&b);
	fixture_put(&b, c->content);
	rc = our_job(&b, c, &err);
	ours = fixture_get(&b);
	ok = *skipped || fixture_violations(&b) == 0;
	if (*skipped)
		printf("%s", output);
	else if (rc != CX3_OK || status != 0)
		ok = one_refuses(c, rc, &err, status, output) &&
		     (rc == CX3_OK || memcmp(ours, c->content, c->flash_size) == 0);
	else
		ok = both_done(&b, c, ours, theirs) && ok;
	free(ours);
	free(theirs);
	fixture_delete(&b);
	return ok;
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	uint64_t last = argc > 2 ? strtoull(argv[2], NULL, 10) : first;
	bool ok = true, skipped = false;
	struct burn_case c;

	if (argc > 3 && burn_case_real(&c)) {
		ok = run_case(&c, &skipped);
		burn_case_free(&c);
	}
	for (uint64_t seed = first; seed <= last && !skipped; seed++) {
		burn_case_make(&c, seed);
		ok = run_case(&c, &skipped) && ok;
		burn_case_free(&c);
	}
	if (skipped)
		return 77;
	printf("%u flashes compared, %u refused by both, differences by design: %u\n", compared,
	       refused, excused);
	return ok ? 0 : 1;
}
