/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of changes that a person sees before the question. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cx3flash/knowledge.h"
#include "draft.h"

#define GUIDS 4u

static struct cx3_change *line(struct cx3_draft *draft, const char *key, const char *what)
{
	struct cx3_change *change = &draft->change[draft->change_count++];

	assert(draft->change_count <= CX3_MAX_CHANGES);
	memset(change, 0, sizeof(*change));
	snprintf(change->key, sizeof(change->key), "%s", key);
	snprintf(change->what, sizeof(change->what), "%s", what);
	return change;
}

/* Drops a line that is empty before and after. */
static void settle(struct cx3_draft *draft, struct cx3_change *change)
{
	if (change->before[0] == '\0' && change->after[0] == '\0')
		draft->change_count--;
	change->differs = strcmp(change->before, change->after) != 0;
}

void cx3_draft_change(struct cx3_draft *draft, const char *key, const char *what,
		      const char *before, const char *after)
{
	struct cx3_change *change = line(draft, key, what);

	snprintf(change->before, sizeof(change->before), "%s", before);
	snprintf(change->after, sizeof(change->after), "%s", after);
	settle(draft, change);
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

/* "Secure host" firmware closes the card's registers; the key itself is never shown. */
static void show_key(const struct cx3_fs2_info *info, char *text, size_t size)
{
	snprintf(text, size, "%s", info->access_key ? "set (secure host)" : "not set");
}

static void add(struct cx3_draft *draft, const char *key, const char *what,
		void (*show)(const struct cx3_fs2_info *info, char *text, size_t size))
{
	struct cx3_change *change = line(draft, key, what);

	if (draft->has_old)
		show(&draft->old_info, change->before, sizeof(change->before));
	if (draft->has_new)
		show(&draft->new_info, change->after, sizeof(change->after));
	settle(draft, change);
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

static void add_uids(struct cx3_draft *draft)
{
	static const char *const names[][2] = {
		{"guid_node", "Node GUID"},    {"guid_port1", "Port 1 GUID"},
		{"guid_port2", "Port 2 GUID"}, {"guid_system", "System image GUID"},
		{"mac_port1", "Port 1 MAC"},   {"mac_port2", "Port 2 MAC"},
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct cx3_change *change = line(draft, names[i][0], names[i][1]);

		if (draft->has_old)
			show_uid(&draft->old_info, i, change->before, sizeof(change->before));
		if (draft->has_new)
			show_uid(&draft->new_info, i, change->after, sizeof(change->after));
		settle(draft, change);
	}
}

/* As the images' own INIs name it. */
static void add_board(struct cx3_draft *draft)
{
	struct cx3_change *change = line(draft, "board", "Board");

	snprintf(change->before, sizeof(change->before), "%.63s", draft->old_board.name);
	snprintf(change->after, sizeof(change->after), "%.63s", draft->new_board.name);
	settle(draft, change);
}

/* The table shows how a VSD begins, and of a key only that there is one. */
static void compare_hidden(struct cx3_draft *draft)
{
	const struct cx3_fs2_info *old = &draft->old_info, *fresh = &draft->new_info;

	for (unsigned i = 0; i < draft->change_count && draft->has_old && draft->has_new; i++) {
		struct cx3_change *change = &draft->change[i];

		if (strcmp(change->key, "vsd") == 0)
			change->differs = strcmp(old->vsd, fresh->vsd) != 0;
		if (strcmp(change->key, "access_key") == 0 && old->access_key &&
		    fresh->access_key && old->access_key != fresh->access_key) {
			snprintf(change->after, sizeof(change->after), "another one (secure host)");
			change->differs = true;
		}
	}
}

void cx3_draft_changes(struct cx3_draft *draft)
{
	draft->change_count = 0;
	add(draft, "fw_version", "Firmware version", show_version);
	add(draft, "product_version", "Product version", show_product);
	add(draft, "psid", "PSID", show_psid);
	add_board(draft);
	if ((draft->has_old && cx3_fs2_has_tag(&draft->old_info, CX3_FS2_TAG_ACCESS_KEY)) ||
	    (draft->has_new && cx3_fs2_has_tag(&draft->new_info, CX3_FS2_TAG_ACCESS_KEY)))
		add(draft, "access_key", "Hardware access key", show_key);
	add(draft, "rom", "ROM", cx3_fs2_rom_words);
	add(draft, "vsd", "VSD", show_vsd);
	add_uids(draft);
	compare_hidden(draft);
}
