/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flash that has stopped answering looks blank: its data line floats high. So a stream
 * that ends blank proves nothing alone. After it, something is read that is not blank: by
 * read.c the last blocks that differ or, where there are none, the anchor, a block that
 * is known not to be blank. If that still reads as it did, the flash has answered all the
 * time, and what looked blank is blank.
 */
#include "gateway_priv.h"

#include <string.h>

#define TRIES 3u

void cx3_gw_drop_anchor(struct cx3_gateway *gw)
{
	gw->anchored = false;
}

void cx3_gw_take_anchor(struct cx3_gateway *gw, uint32_t addr, const uint32_t *words)
{
	if (cx3_gw_is_blank(words))
		return;
	gw->anchor_addr = addr;
	memcpy(gw->anchor, words, sizeof(gw->anchor));
	gw->anchored = true;
}

bool cx3_gw_blank_is_sure(const struct cx3_gateway *gw)
{
	return gw->anchored && cx3_gw_streams(gw) && cx3_way_works(gw, CX3_WAY_COMMAND_ECHO) &&
	       !gw->read_plain;
}

/* A status register of all ones is one that does not answer. */
static int lost(struct cx3_gateway *gw, struct cx3_error *err)
{
	struct cx3_flash_place place = cx3_gw_place(gw, gw->anchor_addr);
	uint32_t status = 0;
	int rc = cx3_gw_exec(gw, GW_OP(SPI_READ_STATUS) | GW_READ | GW_HAS_DATA | GW_LOG2_BYTES(0),
			     NULL, &status, 1, err);

	if (rc)
		return rc;
	if (status >> 24 == 0xff)
		return cx3_fail(
			err, CX3_E_GATEWAY, place.text,
			"The flash reads as all ones, also where it held data a moment ago: "
			"it has stopped answering.\n"
			"Check the wires and the card's power, and switch it off and on.");
	return cx3_fail(
		err, CX3_E_CHANGED, place.text,
		"The flash does not read as it did a moment ago: another card is on the "
		"wires, or something else writes to it.\n"
		"Look at what is connected, keep other tools and the host's driver away, and "
		"run the command again.");
}

int cx3_gw_check_anchor(struct cx3_gateway *gw, const uint32_t *last, struct cx3_error *err)
{
	uint32_t words[GW_BLOCK_WORDS] = {0};

	if (!gw->anchored || !cx3_gw_is_blank(last))
		return CX3_OK;
	for (unsigned i = 0; i < TRIES; i++) {
		struct cx3_gw_stream stream = {0};
		int rc = cx3_gw_read_stream(gw, gw->anchor_addr, words, 1, &stream, err);

		if (rc)
			return rc;
		gw->counts.bytes_read -= stream.sure * GW_BLOCK; /* not asked for */
		if (!stream.suspect && memcmp(words, gw->anchor, sizeof(words)) == 0)
			return CX3_OK;
	}
	return lost(gw, err);
}
