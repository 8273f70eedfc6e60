/* SPDX-License-Identifier: BSD-2-Clause */
/* Is it still the card that was opened, in the state that it had? */
#include "card_priv.h"

#include <string.h>

/* True if the register answers that nobody has it, though we do. Then it is ours again. */
static int reads_free(struct cx3_card *card, const struct semaphore *sem, bool *is_free,
		      struct cx3_error *err)
{
	uint32_t value = 1;
	int rc = CX3_OK;

	if (sem->depth > 0 && !sem->none && sem->sticks)
		rc = cx3_card_read(card, sem->reg, &value, err);
	*is_free = rc == CX3_OK && value == 0;
	return rc;
}

int cx3_card_lost_semaphore(struct cx3_card *card, bool *lost, struct cx3_error *err)
{
	return reads_free(card, &card->flash_sem, lost, err);
}

/* One of the two alone may be a flipped bit, or somebody who has freed it by force. */
int cx3_card_check_reset(struct cx3_card *card, struct cx3_error *err)
{
	bool flash, tools;
	int rc = reads_free(card, &card->flash_sem, &flash, err);

	if (rc != CX3_OK || !flash)
		return rc;
	rc = reads_free(card, &card->tools_sem, &tools, err);
	if (rc != CX3_OK || !tools)
		return rc;
	return cx3_fail(
		err, CX3_E_CHANGED, card->adapter->label,
		"The card was reset meanwhile: both semaphores that this tool holds (0xf03fc and "
		"0xf03a0) read as free. A host's driver or firmware, its power, the card itself or a "
		"message that noisy wires have damaged did that.\n"
		"Keep the host's driver away from the card (unload it, or hold the host in its "
		"setup), check the wires, and run the command again.");
}

int cx3_card_recheck(struct cx3_card *card, struct cx3_error *err)
{
	const struct cx3_card_id before = card->id;
	const uint32_t id_word = card->id_word;
	struct cx3_card_id now;
	int rc = cx3_card_identify(card, err);

	now = card->id;
	card->id = before;
	card->id_word = id_word;
	if (rc != CX3_OK)
		return rc;
	if (now.hw_id != before.hw_id || now.hw_rev != before.hw_rev)
		return cx3_fail(
			err, CX3_E_CHANGED, card->adapter->label,
			"Another card answers: hardware id 0x%x, revision 0x%x, where 0x%x, "
			"revision 0x%x was.\n"
			"Look at what is connected, and run the command again.",
			now.hw_id, now.hw_rev, before.hw_id, before.hw_rev);
	if (now.state != before.state ||
	    memcmp(now.running_fw, before.running_fw, sizeof(now.running_fw)) != 0)
		return cx3_fail(err, CX3_E_CHANGED, card->adapter->label,
				"The card was reset since it was opened, or another card answers.\n"
				"Keep the host's driver away from it, and run the command again.");
	return CX3_OK;
}
