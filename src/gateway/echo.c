/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What do the wires bring back of a block of data? The data registers hold what is written into
 * them and do nothing, so the flash has no part in the answer. Edges that rise late are read wrong
 * in the same way each time: two equal readings do not show that.
 */
#include "gateway_priv.h"

int cx3_gw_echo(struct cx3_gateway *gw, const uint32_t words[GW_BLOCK_WORDS],
		uint32_t back[GW_BLOCK_WORDS], struct cx3_error *err)
{
	cx3_gw_start(gw);
	cx3_gw_write(gw, GW_DATA, words, GW_BLOCK_WORDS);
	cx3_gw_read(gw, GW_DATA, back, GW_BLOCK_WORDS);
	return cx3_gw_run(gw, CX3_REPEATABLE, NULL, err);
}
