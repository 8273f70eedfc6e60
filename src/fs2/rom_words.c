/* SPDX-License-Identifier: BSD-2-Clause */
/* What the expansion ROMs of an image are called. */
#include <stdio.h>

#include "cx3flash/fs2.h"

#define FREE_TEXT 0x0fu

/* The product ids of the marks "mlxsign:", as mstflint 4.21 names them. */
const char *cx3_fs2_rom_type(uint16_t product_id)
{
	static const struct {
		uint16_t id;
		const char *name;
	} types[] = {
		{0x01, "CLP1"},
		{0x02, "CLP2"},
		{0x03, "CLP3"},
		{0x04, "CLP4"},
		{FREE_TEXT, "CLP"},
		{0x10, "PXE"},
		{0x11, "UEFI"},
		{0x12, "CLP"},
		{0x13, "NVMe"},
		{0x14, "UEFI Virtio net"},
		{0x15, "UEFI Virtio blk"},
		{0x16, "PXE Virtio net"},
		{0x21, "FCODE"},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].id == product_id)
			return types[i].name;
	}
	return NULL;
}

void cx3_fs2_rom_words(const struct cx3_fs2_info *info, char *text, size_t size)
{
	size_t at = 0;

	snprintf(text, size, "%s", info->has_rom ? "of unknown version" : "none");
	for (unsigned i = 0; info->has_rom && i < info->rom_count && at < size; i++) {
		const struct cx3_fs2_rom *rom = &info->rom[i];
		const char *type = cx3_fs2_rom_type(rom->product_id), *comma = i ? ", " : "";

		if (rom->product_id == FREE_TEXT)
			at += (size_t)snprintf(text + at, size - at, "%s%s", comma, rom->text);
		else
			at += (size_t)snprintf(text + at, size - at, "%s%s %u.%u.%u", comma,
					       type ? type : "ROM", rom->version[0],
					       rom->version[1], rom->version[2]);
	}
}
