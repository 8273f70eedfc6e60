/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is a backup what the flash holds? I2C has no checksum. The images' sections have CRCs:
 * those that are right vouch for their bytes. All else (other content, the configuration
 * areas, blank space, a section whose CRC is wrong) is read a second time.
 */
#include "backup.h"

#include <string.h>

#include "flash/flash.h"

/* Outside of images one byte in so many is in use: settings, remains of older images. */
#define SELDOM_USED 8u

int cx3_backup_vouch(struct cx3_shadow *shadow, uint32_t start, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	struct cx3_fs2_info info;
	int rc = cx3_fs2_verify_at(&src, start, CX3_FS2_STRIPED, &info, NULL, NULL, err);

	return cx3_fs2_is_verdict(rc) ? CX3_OK : rc;
}

static int vouch_all(struct cx3_shadow *shadow, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count;
	int rc = cx3_fs2_locate(&src, start, &count, err);

	for (unsigned i = 0; i < count && rc == CX3_OK; i++)
		rc = cx3_backup_vouch(shadow, start[i], err);
	return rc;
}

/* The stretches of the flash and why each is believed, for the manifest. */
static void list_ranges(const struct cx3_shadow *shadow, struct cx3_backup_checked *checked)
{
	uint32_t grains = shadow->size / CX3_SHADOW_GRAIN;

	checked->count = 0;
	for (uint32_t g = 0, stop; g < grains; g = stop) {
		for (stop = g + 1; stop < grains && shadow->trust[stop] == shadow->trust[g];)
			stop++;
		if (checked->count == CX3_BACKUP_RANGES) {
			checked->range[checked->count - 1].hi = shadow->size;
			checked->range[checked->count - 1].trust = CX3_TRUST_ONCE;
			return;
		}
		checked->range[checked->count].lo = g * CX3_SHADOW_GRAIN;
		checked->range[checked->count].hi = stop * CX3_SHADOW_GRAIN;
		checked->range[checked->count++].trust = (enum cx3_trust)shadow->trust[g];
	}
}

/* With an image for another chip before this chip's own, it is that one that says which card the
 * backup is of. */
static void name_own(const struct cx3_fs2_source *src, uint16_t hw_id, struct cx3_fs2_info *info)
{
	const struct cx3_judged *best;
	struct cx3_homes homes;

	if (!cx3_fs2_is_other_chips(info, hw_id) || cx3_homes_judge(src, &homes, NULL) != CX3_OK)
		return;
	cx3_homes_know_chip(&homes, hw_id);
	best = cx3_homes_best(&homes);
	if (best)
		*info = best->home.info;
}

/* With every byte settled: is there an image, and is it right? */
static int look_at_image(const struct cx3_fs2_source *src, const struct cx3_card_id *id,
			 struct cx3_backup_checked *checked, struct cx3_error *err)
{
	int rc = cx3_fs2_verify(src, CX3_FS2_STRIPED, &checked->info, NULL, NULL, err);

	checked->image_ok = rc == CX3_OK;
	if (rc != CX3_OK && !cx3_fs2_is_verdict(rc))
		return rc;
	rc = cx3_fs2_query(src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &checked->info, err);
	checked->has_image = rc == CX3_OK;
	checked->unfit = checked->has_image &&
			 cx3_fs2_fits(&checked->info, id->hw_id, id->hw_rev, NULL) != CX3_OK;
	if (checked->has_image)
		name_own(src, id->hw_id, &checked->info);
	return cx3_fs2_is_verdict(rc) ? CX3_OK : rc;
}

int cx3_backup_check(struct cx3_shadow *shadow, bool once, struct cx3_meter *meter,
		     struct cx3_backup_checked *checked, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	unsigned differences = shadow->differences;
	uint32_t bytes = shadow->bytes_twice;
	int rc = vouch_all(shadow, err);

	memset(checked, 0, sizeof(*checked));
	if (rc == CX3_OK && !once)
		rc = cx3_shadow_settle(shadow, meter, err);
	if (rc != CX3_OK)
		return rc;
	checked->differences = shadow->differences - differences;
	checked->bytes_twice = shadow->bytes_twice - bytes;
	list_ranges(shadow, checked);
	return look_at_image(&src, cx3_card_identity(cx3_flash_card(shadow->flash)), checked, err);
}

static uint32_t beside_images(const struct cx3_shadow *shadow, const struct cx3_homes *homes)
{
	uint32_t size = shadow->size;

	for (unsigned i = 0; i < homes->count; i++) {
		const struct cx3_home *home = &homes->home[i].home;

		if (home->readable && home->info.image_size < size)
			size -= home->info.image_size;
	}
	return size;
}

/*
 * About how much is going to be read twice: what no image's CRCs will vouch for. Where
 * blank blocks need no second reading, most of that is expected to be blank.
 */
static uint32_t twice_estimate(const struct cx3_shadow *shadow, const struct cx3_homes *homes)
{
	uint32_t size = beside_images(shadow, homes);

	return cx3_flash_blank_is_sure(shadow->flash) ? size / SELDOM_USED : size;
}

struct cx3_flash_cost cx3_backup_reading_cost(const struct cx3_shadow *shadow,
					      const struct cx3_homes *homes, bool once)
{
	struct cx3_flash_cost first = cx3_shadow_missing_cost(shadow);
	struct cx3_flash_cost again = {0, 0};

	if (!once)
		again = cx3_flash_read_cost(shadow->flash, twice_estimate(shadow, homes));
	return (struct cx3_flash_cost){.wire_bytes = first.wire_bytes + again.wire_bytes,
				       .us = first.us + again.us};
}

/* What no image fills is expected to be blank, which is proven while it is read. */
struct cx3_flash_cost cx3_backup_cost(const struct cx3_shadow *shadow,
				      const struct cx3_homes *homes, bool once)
{
	struct cx3_flash_cost cost = cx3_backup_reading_cost(shadow, homes, once);
	uint32_t rest = beside_images(shadow, homes), missing = cx3_shadow_missing(shadow);
	struct cx3_flash_cost proof = {0, 0};

	if (!once)
		proof = cx3_flash_proof_cost(shadow->flash, rest < missing ? rest : missing);
	return (struct cx3_flash_cost){.wire_bytes = cost.wire_bytes + proof.wire_bytes,
				       .us = cost.us + proof.us};
}
