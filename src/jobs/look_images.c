/* SPDX-License-Identifier: BSD-2-Clause */
/* What a look finds on the flash: images and the boards that they are for, configuration. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/knowledge.h"
#include "fs2/config_area.h"
#include "look.h"
#include "plan/settle.h"
#include "records/kept.h"

/* What a board with its PSID has for a chip, as far as the table of boards knows. */
static bool is_other_chips(const struct cx3_fs2_info *info, const struct cx3_card_id *id)
{
	const struct cx3_board *board = cx3_board_by_psid(info->psid);

	return board && board->hw_id && board->hw_id != id->hw_id;
}

/* Is the image for this chip, and for this revision of it? */
static enum cx3_fit fit_of(const struct cx3_fs2_info *info, const struct cx3_card_id *id)
{
	if (cx3_fs2_fits(info, id->hw_id, id->hw_rev, NULL) == CX3_OK)
		return CX3_FIT_YES;
	for (unsigned i = 0; i < info->hw_id_count; i++) {
		if ((uint16_t)info->hw_id[i] == id->hw_id)
			return CX3_FIT_REVISION;
	}
	return CX3_FIT_CHIP;
}

/* One bar over all that is going to be read. */
static struct cx3_flash_cost cost_of(const struct cx3_shadow *shadow, const struct cx3_homes *homes,
				     const struct cx3_fs2_range *area, unsigned areas)
{
	uint32_t bytes = 0;

	for (unsigned i = 0; i < homes->count; i++) {
		for (unsigned r = 0; r < homes->home[i].extents.count; r++)
			bytes += homes->home[i].extents.range[r].hi -
				 homes->home[i].extents.range[r].lo;
	}
	for (unsigned i = 0; i < areas; i++)
		bytes += area[i].hi - area[i].lo;
	return cx3_flash_read_cost(shadow->flash, bytes);
}

static int read_all(struct cx3_shadow *shadow, const struct cx3_homes *homes,
		    const struct cx3_fs2_range *area, unsigned areas, struct cx3_error *err)
{
	struct cx3_meter meter;
	int rc = CX3_OK;

	cx3_meter_start(&meter, shadow->watch, cx3_card_adapter(cx3_flash_card(shadow->flash)),
			cost_of(shadow, homes, area, areas));
	for (unsigned i = 0; i < homes->count; i++) {
		const struct cx3_fs2_extents *extents = &homes->home[i].extents;

		for (unsigned r = 0; r < extents->count && rc == CX3_OK; r++)
			rc = cx3_shadow_read_part(shadow, extents->range[r].lo,
						  extents->range[r].hi - extents->range[r].lo,
						  &meter, err);
	}
	for (unsigned i = 0; i < areas && rc == CX3_OK; i++)
		rc = cx3_shadow_read_part(shadow, area[i].lo, area[i].hi - area[i].lo, &meter, err);
	return rc;
}

/* "Damaged" and "none" are verdicts, which noisy wires do not allow. */
static int allow(struct cx3_device *device, const char *verdict, struct cx3_error *err)
{
	struct cx3_error why;
	int rc = cx3_device_verdict(
		device,
		cx3_fail(&why, CX3_E_IMAGE, "flash", "%s.\nLook at the card's backups.", verdict),
		&why);

	if (cx3_fs2_is_verdict(rc))
		return CX3_OK;
	if (err)
		*err = why;
	return rc;
}

static int allow_verdicts(struct cx3_device *device, const struct cx3_homes *homes,
			  const struct cx3_facts *facts, struct cx3_error *err)
{
	int rc = CX3_OK;

	if (homes->count == 0)
		rc = allow(device, "No signature is at any place where an image may start", err);
	for (unsigned i = 0; i < homes->count && rc == CX3_OK; i++) {
		if (homes->home[i].home.health == CX3_HOME_DAMAGED)
			rc = allow(device, homes->home[i].home.problem, err);
	}
	for (unsigned i = 0; i < facts->config_count && rc == CX3_OK; i++) {
		if (facts->config[i].state == CX3_CONFIG_DAMAGED)
			rc = allow(device, "The configuration does not look like one", err);
	}
	return rc;
}

static int take_homes(struct cx3_device *device, const struct cx3_homes *homes,
		      struct cx3_facts *facts, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(cx3_device_shadow(device));
	int rc = allow_verdicts(device, homes, facts, err);

	facts->home_count = homes->count;
	for (unsigned i = 0; i < homes->count && rc == CX3_OK; i++) {
		struct cx3_home_facts *to = &facts->home[i];
		int board;

		to->home = homes->home[i].home;
		if (!to->home.readable)
			continue;
		to->fit = fit_of(&to->home.info, &facts->id);
		to->other_chips_psid = is_other_chips(&to->home.info, &facts->id);
		board = cx3_fs2_board_at(&src, to->home.start, CX3_FS2_STRIPED, &to->board, err);
		/* an image without an INI is no failure */
		if (board != CX3_OK && !cx3_fs2_is_verdict(board))
			rc = board;
	}
	return rc;
}

/* Two homes' areas are at the same places, whichever of their images tells. */
static int read_content(struct cx3_device *device, struct cx3_homes *homes, struct cx3_facts *facts,
			struct cx3_error *err)
{
	struct cx3_shadow *shadow = cx3_device_shadow(device);
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	const struct cx3_judged *best = cx3_homes_best(homes);
	struct cx3_fs2_range area[CX3_CONFIG_AREAS];
	unsigned areas = best ? cx3_config_areas(&best->home.info, shadow->size, area) : 0;
	uint32_t sector = best ? cx3_config_sector(&best->home.info) : 0;
	int rc = read_all(shadow, homes, area, areas, err);

	if (rc == CX3_OK)
		rc = cx3_homes_judge(&src, homes, err);
	facts->config_count = areas;
	for (unsigned i = 0; i < areas && rc == CX3_OK; i++)
		rc = cx3_config_look(&src, &area[i], sector, &facts->config[i], err);
	return rc;
}

static void take_kept(const struct cx3_shadow *shadow, const struct cx3_homes *homes,
		      const char *backup_folder, struct cx3_facts *facts)
{
	struct cx3_kept kept;

	cx3_kept_backups(shadow, homes, backup_folder, &kept);
	facts->backups = kept.sure;
	facts->backups_unsure = kept.unsure;
	memcpy(facts->newest_backup, kept.newest, sizeof(facts->newest_backup));
}

int cx3_look_images(struct cx3_device *device, const char *backup_folder, struct cx3_facts *facts,
		    struct cx3_error *err)
{
	struct cx3_shadow *shadow = cx3_device_shadow(device);
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	struct cx3_homes homes;
	int rc = cx3_homes_judge(&src, &homes, err);

	cx3_homes_know_chip(&homes, facts->id.hw_id);
	if (rc == CX3_OK && !facts->quick)
		rc = read_content(device, &homes, facts, err);
	if (rc == CX3_OK)
		rc = take_homes(device, &homes, facts, err);
	if (rc == CX3_OK)
		take_kept(shadow, &homes, backup_folder, facts);
	return rc;
}
