/* SPDX-License-Identifier: BSD-2-Clause */
/* Is it still the card that was opened, in the state that it had? */
#include "card_priv.h"

#include <string.h>

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
