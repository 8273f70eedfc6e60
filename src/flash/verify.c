/* SPDX-License-Identifier: BSD-2-Clause */
#include "flash_priv.h"

#include <string.h>

#define SECOND_LOOKS 2u

/* Is the block that holds addr right, looked at the plain way? */
static int second_look(struct cx3_flash *flash, uint32_t addr, const uint8_t *expected,
		       uint32_t len, uint32_t *wrong, struct cx3_error *err)
{
	uint32_t words[GW_BLOCK_WORDS], skip = addr % GW_BLOCK;
	int rc = cx3_flash_begin(flash, 0, err);

	if (rc)
		return rc;
	rc = cx3_flash_read_plain(flash, addr - skip, words, 1, err);
	*wrong = 0;
	while (!rc && *wrong < len && cx3_byte_of(words, skip + *wrong) == expected[*wrong])
		++*wrong;
	return cx3_flash_end(flash, rc, err);
}

/* I2C has no checksum: a byte is believed wrong only if it is so three times. */
static int check_block(struct cx3_flash *flash, uint32_t addr, const uint8_t *expected,
		       const uint8_t *read, uint32_t len, struct cx3_error *err)
{
	uint32_t wrong = 0;

	if (memcmp(expected, read, len) == 0)
		return CX3_OK;
	for (unsigned i = 0; i < SECOND_LOOKS; i++) {
		int rc = second_look(flash, addr, expected, len, &wrong, err);

		if (rc || wrong == len)
			return rc;
	}
	return cx3_fail(err, CX3_E_VERIFY, cx3_flash_place(flash, addr + wrong).text,
			"The flash reads back wrong at 0x%x (0x%02x was to be there), three times "
			"over: write it again, and if it stays wrong, the flash is worn out.",
			(unsigned)(addr + wrong), expected[wrong]);
}

int cx3_flash_verify(struct cx3_flash *flash, uint32_t addr, const void *expected, uint32_t len,
		     uint32_t *wrong, struct cx3_error *err)
{
	const uint8_t *bytes = expected;
	uint32_t most = cx3_flash_read_chunk(flash);

	while (len > 0) {
		uint32_t now = len < most ? len : most;
		int rc = cx3_flash_read(flash, addr, flash->scratch, now, err);

		for (uint32_t i = 0; !rc && i < now;) {
			uint32_t part = GW_BLOCK - (addr + i) % GW_BLOCK;

			part = part < now - i ? part : now - i;
			rc = check_block(flash, addr + i, bytes + i, flash->scratch + i, part, err);
			if (rc == CX3_E_VERIFY && wrong)
				*wrong = addr + i;
			i += part;
		}
		if (rc)
			return rc;
		bytes += now;
		addr += now;
		len -= now;
	}
	return CX3_OK;
}
