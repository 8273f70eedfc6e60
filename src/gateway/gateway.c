/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening and closing a gateway, and what its files need of the adapter. */
#include "gateway_priv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_HOLD_MS 500u
/* Two steps for each block of a stream, four for one of a group; address, echo, bare head
 * and end around them. */
#define OPS (2u * GW_MAX_BLOCKS + 8u)
_Static_assert(2u * GW_MAX_GROUP >= GW_MAX_BLOCKS, "a stream's echoes have room in the group");
_Static_assert(4u * GW_MAX_GROUP <= 2u * GW_MAX_BLOCKS, "a group has room in the script");

uint64_t cx3_gw_now_us(const struct cx3_gateway *gw)
{
	struct cx3_adapter *adapter = cx3_card_adapter(gw->card);

	return adapter->ops->now_us(adapter);
}

void cx3_gw_wait_us(const struct cx3_gateway *gw, uint64_t us)
{
	struct cx3_adapter *adapter = cx3_card_adapter(gw->card);

	adapter->ops->wait_us(adapter, us);
}

const char *cx3_gw_label(const struct cx3_gateway *gw)
{
	return cx3_card_adapter(gw->card)->label;
}

struct cx3_flash_place cx3_gw_place(const struct cx3_gateway *gw, uint32_t addr)
{
	struct cx3_flash_place place;

	snprintf(place.text, sizeof(place.text), "flash 0x%06x on %.70s", (unsigned)addr,
		 cx3_gw_label(gw));
	return place;
}

int cx3_gw_open(struct cx3_card *card, const struct cx3_flash_options *options,
		struct cx3_gateway **out, struct cx3_error *err)
{
	int rc = options ? cx3_ways_check(&options->assume, err) : CX3_OK;
	struct cx3_gateway *gw;

	assert(card && out);
	*out = NULL;
	if (rc != CX3_OK)
		return rc;
	gw = calloc(1, sizeof(*gw));
	if (gw) {
		gw->ops = calloc(OPS, sizeof(*gw->ops));
		gw->group = calloc((size_t)2 * GW_MAX_GROUP, sizeof(*gw->group));
	}
	if (!gw || !gw->ops || !gw->group) {
		if (gw)
			free(gw->ops);
		free(gw);
		return cx3_fail(err, CX3_E_NO_MEMORY, cx3_card_adapter(card)->label,
				"There is no memory to open the flash.\n"
				"Close other programs and try again.");
	}
	gw->card = card;
	gw->ops_room = OPS;
	if (options)
		gw->options = *options;
	if (gw->options.max_hold_ms == 0)
		gw->options.max_hold_ms = DEFAULT_HOLD_MS;
	cx3_ways_init(gw);
	if (cx3_card_identity(card)->state == CX3_CARD_LIVEFISH) {
		rc = cx3_gw_lock(gw, err);
		gw->locked_from_open = rc == CX3_OK;
	}
	if (rc) {
		cx3_gw_close(gw);
		return rc;
	}
	*out = gw;
	return CX3_OK;
}

void cx3_gw_close(struct cx3_gateway *gw)
{
	if (!gw)
		return;
	/* What fails here is tried once more, and logged, when the card is closed. */
	if (gw->holding)
		(void)cx3_gw_let_go(gw, NULL);
	if (gw->locked_from_open)
		(void)cx3_card_unlock(gw->card, NULL);
	free(gw->group);
	free(gw->ops);
	free(gw);
}
