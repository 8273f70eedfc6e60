/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PCI expansion ROM in outline (PCI Firmware Specification): 0x55 0xaa, the
 * first image's length in 512 bytes, at 0x18 the offset of the PCI data. The
 * marks with the versions: the last one at the end of the ROM, as in published
 * images, the others from MARKS on.
 */
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "images/build.h"

#define PCI_POINTER 0x18u
#define PCI_DATA 0x40u
#define MARKS 0x80u
#define MARK_ROOM 48u
#define VENDOR_MELLANOX 0x15b3u
#define FREE_TEXT 0xfu
#define SPARE 6u /* a byte that makes the checksum right */

uint32_t fs2_rom_least(const struct cx3_fs2_recipe *recipe)
{
	return MARKS + MARK_ROOM * recipe->rom_count;
}

static uint32_t mark_size(const struct cx3_fs2_rom *rom)
{
	if (rom->product_id == FREE_TEXT)
		return 24 + ((uint32_t)strnlen(rom->text, sizeof(rom->text)) + 3) / 4 * 4;
	return rom->product_id < 0x10 ? 16 : 20;
}

static void put_free_text(uint8_t *to, const struct cx3_fs2_rom *rom)
{
	uint32_t len = (uint32_t)strnlen(rom->text, sizeof(rom->text));

	memset(to, 0, mark_size(rom) - 8);
	put_le32(to, FREE_TEXT << 16 | (rom->version[0] & 0xffu));
	put_le32(to + 12, len << 8 | ((len + 3) / 4 + 4));
	memcpy(to + 16, rom->text, len);
}

static void put_mark(uint8_t *to, const struct cx3_fs2_rom *rom)
{
	put_be64(to, UINT64_C(0x6d6c787369676e3a)); /* "mlxsign:" */
	to += 8;
	if (rom->product_id == FREE_TEXT) {
		put_free_text(to, rom);
		return;
	}
	put_le32(to, (uint32_t)rom->product_id << 16 | (rom->version[0] & 0xffu));
	put_le32(to + 4, (rom->version[1] & 0xffu) << 16 | rom->version[2]);
	if (rom->product_id >= 0x10)
		put_le32(to + 8, (uint32_t)rom->device_id << 16 | (rom->port & 0xfu) << 12 |
					 (rom->cpu & 0xfu) << 8 | rom->proto);
}

static void put_outline(uint8_t *rom, uint32_t size, uint16_t device)
{
	uint32_t blocks = size / 512 < 255 ? size / 512 : 255;

	rom[0] = 0x55;
	rom[1] = 0xaa;
	rom[2] = (uint8_t)blocks;
	put_le32(rom + PCI_POINTER, PCI_DATA);
	put_be32(rom + PCI_DATA, 0x50434952); /* "PCIR" */
	put_le32(rom + PCI_DATA + 4, (uint32_t)device << 16 | VENDOR_MELLANOX);
}

void fs2_make_rom(const struct cx3_fs2_recipe *recipe, struct fs2_out *out)
{
	uint64_t state = recipe->seed ^ UINT64_C(0x524f4d);
	uint32_t size = recipe->rom_size;
	uint8_t *rom = fs2_out_add(out, size);
	uint8_t sum = 0;

	if (!rom)
		return;
	for (uint32_t at = 0; at < size; at += 4)
		put_be32(rom + at, (uint32_t)fs2_random(&state));
	put_outline(rom, size, recipe->device_type);
	for (unsigned i = 0; i < recipe->rom_count; i++) {
		const struct cx3_fs2_rom *one = &recipe->rom[i];
		uint32_t at = i + 1 < recipe->rom_count ? MARKS + MARK_ROOM * i
							: size - mark_size(one);

		put_mark(rom + at, one);
	}
	for (uint32_t at = 0; at < rom[2] * 512u; at++)
		sum = (uint8_t)(sum + rom[at]);
	rom[SPARE] = (uint8_t)(rom[SPARE] - sum);
}
