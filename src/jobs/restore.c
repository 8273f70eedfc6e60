/* SPDX-License-Identifier: BSD-2-Clause */
/* restore: a raw content back onto the flash, as content.c plans it, once restore_guard.c has let
 * it through. */
#include <string.h>

#include "restore_priv.h"

static void note_key(struct cx3_draft *draft)
{
	if (draft->has_new && draft->new_info.access_key)
		cx3_draft_note(
			draft, "access_key",
			"The backup's image has a hardware access key (secure host): as soon as "
			"it runs it closes the card's registers. After that only the "
			"flash-not-present jumper opens them.");
}

int cx3_draft_restore(const struct cx3_input *input, const uint8_t *content, uint32_t size,
		      const struct cx3_restore_options *options, struct cx3_draft *draft,
		      struct cx3_error *err)
{
	struct cx3_restore_job job = {
		.options = options,
		.size = size,
		.content = {.input = input,
			    .draft = draft,
			    .noun = "restore",
			    .bytes = content,
			    .no_image = "The backup holds no image",
			    .damaged = "The image in the backup that boots is damaged"},
	};
	const uint8_t *now;
	int rc;

	memset(draft, 0, sizeof(*draft));
	rc = cx3_restore_check_content(&job, err);
	if (rc == CX3_OK)
		rc = cx3_content_look(&job.content, err);
	if (rc == CX3_OK)
		rc = cx3_restore_check_card(&job, err);
	if (rc == CX3_OK)
		rc = cx3_shadow_read_all(input->shadow, &now, err);
	/* judged again: now every CRC can be checked */
	if (rc == CX3_OK)
		rc = cx3_content_look(&job.content, err);
	if (rc == CX3_OK)
		rc = cx3_restore_check_left(&job, err);
	if (rc == CX3_OK)
		rc = cx3_content_plan(&job.content, err);
	if (rc == CX3_OK) {
		cx3_draft_changes(draft);
		note_key(draft);
	} else {
		cx3_draft_free(draft);
	}
	return rc;
}
