/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What may have been read right though the flash does not hold it. A card that takes an ACK of ours
 * for none stops sending, and the rest of that message reads all ones: where blank bytes are
 * wanted, that looks right. And so do the same bytes of another place, as the old image's are after
 * an sg, where a bit of the address has flipped.
 */
#include <string.h>

#include "plan_priv.h"

uint32_t cx3_plan_block_end(uint32_t addr, uint32_t end)
{
	uint32_t next = (addr | (CX3_SHADOW_GRAIN - 1)) + 1;

	return next < end ? next : end;
}

/* With one bit of its address flipped, the same bytes would have been read elsewhere. What is not
 * known of the flash counts as the same. */
static bool has_twin(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
		     const uint8_t *wanted)
{
	for (uint32_t bit = 1; bit < shadow->size; bit <<= 1) {
		uint32_t twin = addr ^ bit;

		if (twin + len <= shadow->size &&
		    (!cx3_shadow_known(shadow, twin, len, NULL) ||
		     memcmp(cx3_shadow_bytes(shadow) + twin, wanted, len) == 0))
			return true;
	}
	return false;
}

uint32_t cx3_plan_doubtful(const struct cx3_shadow *shadow, const uint8_t *target, uint32_t addr,
			   uint32_t end)
{
	while (addr < end) {
		uint32_t next = cx3_plan_block_end(addr, end);

		if (!cx3_is_blank(target + addr, next - addr) &&
		    !has_twin(shadow, addr, next - addr, target + addr))
			break;
		addr = next;
	}
	return addr;
}
