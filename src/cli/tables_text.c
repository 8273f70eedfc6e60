/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of help parts and help devices: see tables_text.h. */
#include "tables_text.h"

#include <stdio.h>

#include "cx3flash/adapterops.h"
#include "cx3flash/flash.h"

static const char *quad_text(enum cx3_flash_quad quad)
{
	switch (quad) {
	case CX3_QUAD_STATUS1:
		return "status 1 bit 6";
	case CX3_QUAD_STATUS2:
		return "status 2 bit 1";
	case CX3_QUAD_CONFIG:
		return "not read";
	case CX3_QUAD_NONE:
		break;
	}
	return "-";
}

static void part_line(struct cli *cli, cJSON *array, const struct cx3_flash_part *part)
{
	cJSON *object = json_append(array);
	char id[8];

	snprintf(id, sizeof(id), "%02x%02x%02x", part->jedec[0], part->jedec[1], part->jedec[2]);
	say(cli, "  %-12s  %s    %6u KiB  %-12s  %-9s  %s\n", part->name, id, part->size / 1024,
	    part->sector_erase ? "4 and 64 KiB" : "64 KiB",
	    part->byte_program ? "1 byte" : "a page", quad_text(part->quad));
	json_text(object, "name", part->name);
	json_text(object, "jedec", id);
	json_number(object, "size", part->size);
	json_flag(object, "sector_erase", part->sector_erase);
	json_flag(object, "byte_program", part->byte_program);
}

void parts_tell(struct cli *cli)
{
	cJSON *array = json_array(cli->json, "parts");
	size_t count;
	const struct cx3_flash_part *part = cx3_flash_parts(&count);

	say(cli,
	    "  %sflash         JEDEC id      size     erases        programs   quad enable bit%s\n"
	    "  One that is not here needs --flash-params: see status on its card.\n",
	    bold(), plain());
	for (size_t i = 0; i < count; i++)
		part_line(cli, array, &part[i]);
}

void devices_tell(struct cli *cli)
{
	cJSON *array = json_array(cli->json, "devices");

	for (size_t i = 0; cx3_adapter_kind(i); i++) {
		cJSON *object = json_append(array);

		say(cli, "  %-10s %s\n", cx3_adapter_kind(i)->name, cx3_adapter_kind(i)->syntax);
		json_text(object, "adapter", cx3_adapter_kind(i)->name);
		json_text(object, "syntax", cx3_adapter_kind(i)->syntax);
	}
	say(cli, "  all:ft232h, all:mtusb1: all boards of this kind that are plugged in.\n");
	say(cli,
	    "  All take addr=0x48 and retries=10 behind a comma. What is plugged in: cx3flash scan.\n");
}
