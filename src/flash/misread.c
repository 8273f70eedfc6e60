/* SPDX-License-Identifier: BSD-2-Clause */
/* Is it the flash that has changed, or do the wires read the same bytes wrong each time? */
#include "flash_priv.h"

#include <string.h>

#include "bytes.h"

int cx3_flash_misreads(struct cx3_flash *flash, const uint8_t *is, const uint8_t *seen, bool *so,
		       struct cx3_error *err)
{
	uint32_t words[GW_BLOCK_WORDS], back[GW_BLOCK_WORDS] = {0};
	uint8_t bytes[GW_BLOCK];
	int rc = cx3_gw_begin(flash->gw, 0, err);

	*so = false;
	if (rc)
		return rc;
	for (unsigned i = 0; i < GW_BLOCK_WORDS; i++)
		words[i] = be32(is + 4 * i);
	rc = cx3_gw_echo(flash->gw, words, back, err);
	for (unsigned i = 0; i < GW_BLOCK_WORDS; i++)
		put_be32(bytes + 4 * i, back[i]);
	*so = rc == CX3_OK && memcmp(is, seen, GW_BLOCK) != 0 && memcmp(bytes, seen, GW_BLOCK) == 0;
	return cx3_gw_end(flash->gw, rc, err);
}
