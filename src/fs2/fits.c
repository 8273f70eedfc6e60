/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether an image fits: the chip that it is for, and the room on the flash. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "chips.h"
#include "cx3flash/fs2.h"

#define DEFAULT_SECTOR 0x10000u /* ConnectX-3, where the image does not say */
#define MOST_RESERVED 0x10000u	/* the non-volatile configuration takes no more */

static uint64_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/*
 * The non-volatile configuration lies at the end of each home, and survives a
 * burn. Its size is the larger of what the two images say, its padding what the
 * image on the flash says: that is mstflint's rule, and both tools must agree
 * on what may be burnt.
 */
uint32_t cx3_fs2_max_image(uint32_t flash_size, const struct cx3_fs2_info *old,
			   const struct cx3_fs2_info *fresh)
{
	uint64_t sector = larger(old ? old->sector_size : 0, fresh->sector_size);
	uint64_t reserved = larger(old ? old->config_sectors : 0, fresh->config_sectors);
	uint64_t home = fresh->failsafe ? flash_size / 2 : flash_size;

	if (!sector)
		sector = DEFAULT_SECTOR;
	reserved *= sector;
	if (reserved > MOST_RESERVED)
		reserved = MOST_RESERVED;
	if (!fresh->failsafe)
		reserved *= 2;
	if (old)
		reserved += old->config_pad * sector;
	return reserved < home ? (uint32_t)(home - reserved) : 0;
}

static const char *name_of(uint16_t hw_id)
{
	const struct cx3_chip *chip = cx3_chip_by_hw_id(hw_id);

	return chip ? chip->name : NULL;
}

static void describe(uint16_t hw_id, unsigned rev, char *to, size_t room)
{
	const char *name = name_of(hw_id);

	if (name)
		snprintf(to, room, "%s (revision %u)", name, rev);
	else
		snprintf(to, room, "hardware id 0x%x (revision %u)", hw_id, rev);
}

static int fits_by_ids(const struct cx3_fs2_info *info, uint16_t hw_id, uint8_t hw_rev,
		       struct cx3_error *err)
{
	char mine[64], made_for[256] = "";

	for (unsigned i = 0; i < info->hw_id_count; i++) {
		uint16_t id = (uint16_t)info->hw_id[i];
		uint8_t rev = (uint8_t)(info->hw_id[i] >> 16);
		size_t used = strlen(made_for);

		if (id == hw_id && rev == hw_rev)
			return CX3_OK;
		if (used)
			used += (size_t)snprintf(made_for + used, sizeof(made_for) - used, ", ");
		if (used < sizeof(made_for))
			describe(id, rev, made_for + used, sizeof(made_for) - used);
	}
	describe(hw_id, hw_rev, mine, sizeof(mine));
	return cx3_fail(
		err, CX3_E_WRONG_CARD, mine,
		"The image is for %s, but the card is a %s.\nGet the image made for this card.",
		made_for[0] ? made_for : "no chip at all", mine);
}

int cx3_fs2_fits(const struct cx3_fs2_info *info, uint16_t hw_id, uint8_t hw_rev,
		 struct cx3_error *err)
{
	const char *mine = name_of(hw_id);
	const struct cx3_chip *needs = cx3_chip_by_device(info->device_type);

	if (cx3_fs2_has_tag(info, CX3_FS2_TAG_HW_IDS))
		return fits_by_ids(info, hw_id, hw_rev, err);
	if (!cx3_fs2_has_tag(info, CX3_FS2_TAG_DEVICE_TYPE))
		return cx3_fail(err, CX3_E_WRONG_CARD, mine,
				"The image does not say which chip it is for.\nGet another image.");
	if (needs && needs->hw_id == hw_id)
		return CX3_OK;
	return cx3_fail(err, CX3_E_WRONG_CARD, mine,
			"The image is for device id %u (%s), but the card is a %s.\n"
			"Get the image made for this card.",
			info->device_type, needs ? needs->name : "another family",
			mine ? mine : "chip that is no ConnectX-3");
}

bool cx3_fs2_is_other_chips(const struct cx3_fs2_info *info, uint16_t hw_id)
{
	const struct cx3_chip *needs = cx3_chip_by_device(info->device_type);

	for (unsigned i = 0; i < info->hw_id_count; i++) {
		if ((uint16_t)info->hw_id[i] == hw_id)
			return false;
	}
	if (cx3_fs2_has_tag(info, CX3_FS2_TAG_HW_IDS))
		return true;
	return cx3_fs2_has_tag(info, CX3_FS2_TAG_DEVICE_TYPE) && !(needs && needs->hw_id == hw_id);
}
