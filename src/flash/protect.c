/* SPDX-License-Identifier: BSD-2-Clause */
/* Which area the status register protects (see enum cx3_flash_protect_scheme). */
#include "flash_priv.h"

#define KIB 1024ull
#define TB 0x20u
#define BIT6 0x40u
#define CMP 0x40u /* status register 2 */
#define SWP 0x0cu /* AT25DF: how much is protected */
#define MOST_SECTORS (32 * KIB)

static bool has_tb(const struct cx3_flash_part *part)
{
	return part->protect == CX3_PROTECT_BP3_TB || part->protect == CX3_PROTECT_BP3_TB_SEC ||
	       part->protect == CX3_PROTECT_BP4_TB;
}

/* The BP bits' value. */
static unsigned bp_value(const struct cx3_flash_part *part, uint8_t status)
{
	unsigned low = status >> 2 & 7u;

	if (part->protect == CX3_PROTECT_BP4_TB)
		return low | (status & BIT6 ? 8u : 0);
	if (part->protect == CX3_PROTECT_BP4)
		return status >> 2 & 15u;
	return low;
}

static uint32_t area(const struct cx3_flash_part *part, uint8_t status)
{
	unsigned value = bp_value(part, status);
	uint64_t unit = part->size / 64 > 64 * KIB ? part->size / 64 : 64 * KIB;
	uint64_t most = part->size, len;

	if (value == 0)
		return 0;
	if (part->protect == CX3_PROTECT_BP4 && value >= 8)
		return part->size;
	if (part->protect == CX3_PROTECT_BP4_TB)
		unit = 64 * KIB;
	if (part->protect == CX3_PROTECT_BP3_TB_SEC && (status & BIT6)) {
		if (value >= 6)
			return part->size;
		unit = 4 * KIB;
		most = MOST_SECTORS;
	}
	len = unit << (value - 1);
	return (uint32_t)(len < most ? len : most);
}

bool cx3_flash_power_on_protected(const struct cx3_flash_part *part)
{
	return part->protect == CX3_PROTECT_GLOBAL || part->byte_program;
}

void cx3_flash_protected_area(const struct cx3_flash_part *part, const uint8_t status[2],
			      uint32_t *start, uint32_t *len)
{
	bool bottom = has_tb(part) && (status[0] & TB);

	if (part->protect == CX3_PROTECT_GLOBAL)
		*len = status[0] & SWP ? part->size : 0;
	else
		*len = area(part, status[0]);
	if (part->protect == CX3_PROTECT_BP3_TB_SEC && (status[1] & CMP)) {
		*len = part->size - *len;
		bottom = !bottom;
	}
	*start = bottom || *len == 0 ? 0 : part->size - *len;
}
