/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "burn.h"
#include "cx3flash/knowledge.h"

/* The table that a person sees before the question. */

#define GUIDS 4u

static struct cx3_change *line(struct cx3_burn *burn, const char *what)
{
	struct cx3_change *change = &burn->change[burn->change_count++];

	memset(change, 0, sizeof(*change));
	snprintf(change->what, sizeof(change->what), "%s", what);
	return change;
}

/* Drops a line that has nothing to say. */
static void settle(struct cx3_burn *burn, struct cx3_change *change)
{
	if (change->before[0] == '\0' && change->after[0] == '\0')
		burn->change_count--;
	change->differs = strcmp(change->before, change->after) != 0;
}

static void show_version(const struct cx3_fs2_info *info, char *text, size_t size)
{
	snprintf(text, size, "%u.%u.%04u", info->fw_version[0], info->fw_version[1],
		 info->fw_version[2]);
}

static void show_psid(const struct cx3_fs2_info *info, char *text, size_t size)
{
	const char *owner = cx3_psid_owner(info->psid);

	snprintf(text, size, owner ? "%s (%s)" : "%s", info->psid, owner);
}

static void show_product(const struct cx3_fs2_info *info, char *text, size_t size)
{
	snprintf(text, size, "%s", info->product_version);
}

static void show_vsd(const struct cx3_fs2_info *info, char *text, size_t size)
{
	/* up to 208 characters; the table shows how it begins */
	if (strlen(info->vsd) < size)
		snprintf(text, size, "%s", info->vsd);
	else
		snprintf(text, size, "%.*s...", (int)size - 4, info->vsd);
}

static const char *rom_name(uint16_t product_id)
{
	switch (product_id) {
	case 0x10:
		return "PXE";
	case 0x11:
		return "UEFI";
	case 0x12:
		return "CLP";
	default:
		return "ROM";
	}
}

static void show_rom(const struct cx3_fs2_info *info, char *text, size_t size)
{
	size_t at = 0;

	if (!info->has_rom)
		return;
	if (info->rom_count == 0)
		snprintf(text, size, "of unknown version");
	for (unsigned i = 0; i < info->rom_count && at < size; i++) {
		const struct cx3_fs2_rom *rom = &info->rom[i];
		int put = rom->product_id == 0xf
				  ? snprintf(text + at, size - at, "%s%s", i ? ", " : "", rom->text)
				  : snprintf(text + at, size - at, "%s%s %u.%u.%u", i ? ", " : "",
					     rom_name(rom->product_id), rom->version[0],
					     rom->version[1], rom->version[2]);
		at += (size_t)put;
	}
}

static void add(struct cx3_burn *burn, const char *what,
		void (*show)(const struct cx3_fs2_info *info, char *text, size_t size))
{
	struct cx3_change *change = line(burn, what);

	if (burn->has_old)
		show(&burn->old_info, change->before, sizeof(change->before));
	show(&burn->new_info, change->after, sizeof(change->after));
	settle(burn, change);
}

static void show_uid(const struct cx3_fs2_info *info, unsigned index, char *text, size_t size)
{
	if (index >= info->uid_count)
		return;
	if (info->blank_uids)
		snprintf(text, size, "blank");
	else if (index < GUIDS)
		snprintf(text, size, "%016" PRIx64, info->uid[index]);
	else
		snprintf(text, size, "%012" PRIx64, info->uid[index] & UINT64_C(0xffffffffffff));
}

static void add_uids(struct cx3_burn *burn)
{
	static const char *const names[] = {
		"Node GUID",	     "Port 1 GUID", "Port 2 GUID",
		"System image GUID", "Port 1 MAC",  "Port 2 MAC",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct cx3_change *change = line(burn, names[i]);

		if (burn->has_old)
			show_uid(&burn->old_info, i, change->before, sizeof(change->before));
		show_uid(&burn->new_info, i, change->after, sizeof(change->after));
		settle(burn, change);
	}
}

void cx3_burn_changes(struct cx3_burn *burn)
{
	burn->change_count = 0;
	add(burn, "Firmware version", show_version);
	add(burn, "Product version", show_product);
	add(burn, "PSID", show_psid);
	add(burn, "ROM", show_rom);
	add(burn, "VSD", show_vsd);
	add_uids(burn);
}
