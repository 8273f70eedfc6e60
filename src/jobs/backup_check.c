/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a backup what the flash holds? I2C has no checksum. The images' sections have CRCs:
 * those that are right vouch for their bytes. All else (other content, the configuration
 * areas, blank space, a section whose CRC is wrong) is read a second time.
 */
#include "backup_priv.h"

#include <stdlib.h>
#include <string.h>

struct coverage {
	const struct cx3_fs2_info *info; /* of the image that is being verified */
	bool *covered;			 /* one for each grain of the flash */
	uint32_t size;
};

/* Logical [addr, addr + len), whole grains only. */
static void cover(struct coverage *c, uint32_t addr, uint32_t len)
{
	uint32_t end = addr + len;

	for (uint32_t at = (addr + CX3_SHADOW_GRAIN - 1) / CX3_SHADOW_GRAIN * CX3_SHADOW_GRAIN;
	     at + CX3_SHADOW_GRAIN <= end; at += CX3_SHADOW_GRAIN) {
		uint32_t phys = cx3_fs2_addr(c->info, at);

		if (phys < c->size)
			c->covered[phys / CX3_SHADOW_GRAIN] = true;
	}
}

static void on_section(void *user, const struct cx3_fs2_section *section)
{
	struct coverage *c = user;

	if (section->check == CX3_FS2_CHECK_OK && !section->whole_image)
		cover(c, section->addr, section->size);
}

/* Marks what the right CRCs of the image at `start` vouch for. */
static int cover_image(const struct cx3_fs2_source *src, uint32_t start, struct coverage *c,
		       struct cx3_error *err)
{
	struct cx3_fs2_info layout, info;
	int rc = cx3_fs2_header_layout(src, start, &layout, err);

	c->info = &layout;
	if (rc == CX3_OK)
		rc = cx3_fs2_verify_at(src, start, CX3_FS2_STRIPED, &info, on_section, c, err);
	c->info = NULL;
	return cx3_fs2_is_verdict(rc) ? CX3_OK : rc;
}

static int cover_all(const struct cx3_fs2_source *src, struct coverage *c, struct cx3_error *err)
{
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count;
	int rc = cx3_fs2_locate(src, start, &count, err);

	for (unsigned i = 0; i < count && rc == CX3_OK; i++)
		rc = cover_image(src, start[i], c, err);
	return rc;
}

/* The stretches of the flash and what vouches for each, for the manifest. */
static void list_ranges(const bool *covered, uint32_t size, struct cx3_backup_checked *checked)
{
	uint32_t grains = size / CX3_SHADOW_GRAIN;

	checked->count = 0;
	for (uint32_t g = 0, stop; g < grains; g = stop) {
		for (stop = g + 1; stop < grains && covered[stop] == covered[g];)
			stop++;
		if (checked->count == CX3_BACKUP_RANGES) {
			checked->range[checked->count - 1].hi = size;
			checked->range[checked->count - 1].by_crc = false;
			return;
		}
		checked->range[checked->count].lo = g * CX3_SHADOW_GRAIN;
		checked->range[checked->count].hi = stop * CX3_SHADOW_GRAIN;
		checked->range[checked->count++].by_crc = covered[g];
	}
}

/* With every byte settled: is there an image, and is it right? */
static int look_at_image(const struct cx3_fs2_source *src, struct cx3_backup_checked *checked,
			 struct cx3_error *err)
{
	int rc = cx3_fs2_verify(src, CX3_FS2_STRIPED, &checked->info, NULL, NULL, err);

	checked->image_ok = rc == CX3_OK;
	if (rc != CX3_OK && !cx3_fs2_is_verdict(rc))
		return rc;
	rc = cx3_fs2_query(src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &checked->info, err);
	checked->has_image = rc == CX3_OK;
	return cx3_fs2_is_verdict(rc) ? CX3_OK : rc;
}

int cx3_backup_check(struct cx3_shadow *shadow, struct cx3_meter *meter,
		     struct cx3_backup_checked *checked, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	bool *covered = calloc(shadow->size / CX3_SHADOW_GRAIN, sizeof(*covered));
	struct coverage c = {.covered = covered, .size = shadow->size};
	int rc;

	memset(checked, 0, sizeof(*checked));
	if (!covered)
		return cx3_fail(err, CX3_E_NO_MEMORY, "backup",
				"There is no memory to check the backup.\n"
				"Close other programs and try again.");
	rc = cover_all(&src, &c, err);
	if (rc == CX3_OK)
		rc = cx3_shadow_settle(shadow, covered, &checked->settled, meter, err);
	if (rc == CX3_OK)
		list_ranges(covered, shadow->size, checked);
	free(covered);
	return rc == CX3_OK ? look_at_image(&src, checked, err) : rc;
}

/* What the images' CRCs are going to vouch for is not read twice: about their size. */
static uint32_t twice_estimate(const struct cx3_shadow *shadow, const struct cx3_homes *homes)
{
	uint32_t size = shadow->size;

	for (unsigned i = 0; i < homes->count; i++) {
		const struct cx3_home *home = &homes->home[i].home;

		if (home->readable && home->info.image_size < size)
			size -= home->info.image_size;
	}
	return size;
}

struct cx3_flash_cost cx3_backup_cost(const struct cx3_shadow *shadow,
				      const struct cx3_homes *homes)
{
	struct cx3_flash_cost first = cx3_shadow_missing_cost(shadow);
	struct cx3_flash_cost again = cx3_flash_read_cost(shadow->flash,
							  twice_estimate(shadow, homes));

	return (struct cx3_flash_cost){.wire_bytes = first.wire_bytes + again.wire_bytes,
				       .us = first.us + again.us};
}
