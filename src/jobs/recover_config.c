/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The settings of a card that is recovered, looked at as status does. A burn never changes
 * them; where they do not look like settings, that is told before the question, since the card
 * may run and yet fail the host's tools. Whether they are sane in the firmware's eyes no look
 * can tell: the format is not public.
 */
#include "fs2/config_area.h"
#include "recover.h"

int cx3_recover_config(const struct cx3_input *input, struct cx3_draft *draft,
		       struct cx3_error *err)
{
	const struct cx3_fs2_info *info = &draft->new_info;
	uint32_t sector = cx3_config_sector(info);
	struct cx3_fs2_range area[CX3_CONFIG_AREAS];
	struct cx3_fs2_source src = cx3_shadow_source(input->shadow);
	unsigned areas = cx3_config_areas(info, src.size, area);

	for (unsigned i = 0; i < areas; i++) {
		struct cx3_config_facts facts;
		int rc = cx3_config_look(&src, &area[i], sector, &facts, err);

		if (rc != CX3_OK)
			return rc;
		if (facts.state == CX3_CONFIG_DAMAGED)
			cx3_draft_note(
				draft, CX3_NOTE_CONFIG_DAMAGED,
				"The settings at 0x%06x do not look like settings. They stay "
				"as they are, as a burn keeps them; if the host's tools then "
				"fail on them, erase them by a job of their own.",
				(unsigned)facts.start);
	}
	return CX3_OK;
}
