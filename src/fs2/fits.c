/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fs2/parse.h"

/* CR-space 0xf0014 [15:0] */
#define HW_CONNECTX3 0x1f5u
#define HW_CONNECTX3_PRO 0x1f7u

const char *cx3_fs2_chip_name(uint16_t hw_id)
{
	switch (hw_id) {
	case HW_CONNECTX3:
		return "ConnectX-3";
	case HW_CONNECTX3_PRO:
		return "ConnectX-3 Pro";
	default:
		return NULL;
	}
}

/* PCI device ids to the chip that shows them; 0 for one of another family. */
static uint16_t hw_of_device(uint16_t type)
{
	if (type == 4103)
		return HW_CONNECTX3_PRO;
	if (type >= 4099 && type <= 4112)
		return HW_CONNECTX3;
	return 0;
}

static void describe(uint16_t hw_id, unsigned rev, char *to, size_t room)
{
	const char *name = cx3_fs2_chip_name(hw_id);

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
	return cx3_fail(err, CX3_E_WRONG_CARD, mine,
			"The image is for %s, but the card is a %s: get the image made for this "
			"card.",
			made_for[0] ? made_for : "no chip at all", mine);
}

int cx3_fs2_fits(const struct cx3_fs2_info *info, uint16_t hw_id, uint8_t hw_rev,
		 struct cx3_error *err)
{
	const char *mine = cx3_fs2_chip_name(hw_id);
	uint16_t needs = hw_of_device(info->device_type);

	if (cx3_fs2_has_tag(info, CX3_FS2_TAG_HW_IDS))
		return fits_by_ids(info, hw_id, hw_rev, err);
	if (!cx3_fs2_has_tag(info, CX3_FS2_TAG_DEVICE_TYPE))
		return cx3_fail(err, CX3_E_WRONG_CARD, mine,
				"The image does not say which chip it is for: get another image.");
	if (needs && needs == hw_id)
		return CX3_OK;
	return cx3_fail(err, CX3_E_WRONG_CARD, mine,
			"The image is for device id %u (%s), but the card is a %s: get the image "
			"made for this card.",
			info->device_type, needs ? cx3_fs2_chip_name(needs) : "another family",
			mine ? mine : "chip that is no ConnectX-3");
}
