/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects that the documents of several commands have: see shapes.h. */
#include "shapes.h"

#include <inttypes.h>
#include <stdlib.h>

#include "advice.h"

/* --- Boards --- */

void change_json(cJSON *changes, const char *key, const char *what, const char *before,
		 const char *after, bool differs)
{
	cJSON *item = json_append(changes);

	json_text(item, "key", key);
	json_text(item, "what", what);
	json_text(item, "before", *before ? before : NULL);
	json_text(item, "after", after);
	json_flag(item, "differs", differs);
}

static void text_or_null(cJSON *item, const char *key, const char *text)
{
	json_text(item, key, text && *text ? text : NULL);
}

void known_board_json(cJSON *item, const struct cx3_board *board)
{
	static const struct cx3_board none;
	const struct cx3_board *b = board ? board : &none;

	text_or_null(item, "psid", b->psid);
	text_or_null(item, "vendor", b->vendor);
	text_or_null(item, "part_number", b->part_number);
	text_or_null(item, "name", b->name);
	if (board)
		json_hex(item, "hw_id", 4, b->hw_id);
	else
		json_text(item, "hw_id", NULL);
	json_number(item, "ports", b->ports);
	text_or_null(item, "connector", b->connector);
	text_or_null(item, "protocol", b->protocol);
	text_or_null(item, "form_factor", b->form_factor);
	text_or_null(item, "pci_subsystem", b->pci_subsystem);
	text_or_null(item, "image", b->image);
	text_or_null(item, "source", b->source);
	json_text(item, "grade", board ? cx3_grade_name(b->grade) : NULL);
}

void board_json(cJSON *object, const struct cx3_fs2_board *said, const struct cx3_board *known)
{
	cJSON *item = json_object(object, "board");

	text_or_null(item, "name", said ? said->name : NULL);
	text_or_null(item, "description", said ? said->description : NULL);
	known_board_json(json_object(item, "known"), known);
}

/* --- Identities --- */

/* For programs: stable. */
static const char *rank_word(enum cx3_salvage_rank rank)
{
	static const char *const words[] = {
		[CX3_SALVAGE_LOOSE] = "loose",	       [CX3_SALVAGE_RETIRED] = "retired",
		[CX3_SALVAGE_SIGNED] = "unreadable",   [CX3_SALVAGE_READABLE] = "readable",
		[CX3_SALVAGE_UNCHECKED] = "unchecked", [CX3_SALVAGE_WHOLE] = "whole",
	};

	return words[rank];
}

/* Blank ones are null. */
static void addresses_json(cJSON *item, const char *key, const uint64_t *value, unsigned count,
			   unsigned digits, uint64_t blank)
{
	cJSON *list = json_array(item, key);
	char text[24];

	for (unsigned i = 0; list && i < count; i++) {
		snprintf(text, sizeof(text), "%0*" PRIx64, (int)digits, value[i]);
		cJSON_AddItemToArray(list, (value[i] & blank) == blank ? cJSON_CreateNull()
								       : json_string(text));
	}
}

void identity_json(cJSON *item, const struct cx3_salvaged *found)
{
	static const struct cx3_identity none;
	const struct cx3_identity *id = found ? &found->identity : &none;
	bool blank = !cx3_identity_has_guids(id) && !cx3_identity_has_macs(id);

	json_flag(item, "found", found != NULL);
	text_or_null(item, "where", id->where);
	if (found && found->has_info)
		json_hex(item, "image", 8, found->info.start);
	else
		json_text(item, "image", NULL);
	json_flag(item, "sure", found && id->checked && !blank && !found->published);
	json_text(item, "rank", found ? rank_word(found->rank) : NULL);
	json_flag(item, "blank", blank);
	addresses_json(item, "guids", id->guid, id->guid_count, 16, UINT64_MAX);
	addresses_json(item, "macs", id->mac, id->mac_count, 12, UINT64_C(0xffffffffffff));
	json_text(item, "psid", id->has_psid ? id->psid : NULL);
	json_text(item, "vsd", id->has_vsd ? id->vsd : NULL);
}

/* --- Write protection --- */

static const char *const kinds[] = {
	[CX3_LOCK_BITS] = "bits",
	[CX3_LOCK_BITS_OR_BLOCKS] = "bits",
	[CX3_LOCK_SECTORS] = "sectors",
	[CX3_LOCK_BLOCKS] = "blocks",
};
static const char *const holders[] = {
	[CX3_REGISTER_FREE] = "free",
	[CX3_REGISTER_PIN] = "pin",
	[CX3_REGISTER_LOCKED] = "locked",
};
static const char *const registers[CX3_FLASH_STATUS_REGISTERS] = {"status1", "status2", "status3"};

char *protection_line(const struct cli *cli, const struct cx3_flash_protection *protection)
{
	struct advice advice;

	if (!protection->len || protection->register_lock == CX3_REGISTER_LOCKED)
		return NULL;
	advice_begin(cli, &advice);
	advice_push(&advice, "wp");
	advice_push(&advice, "off");
	return advice_line(&advice);
}

static void area_json(cJSON *item, bool protects, uint32_t start, uint32_t len)
{
	json_flag(item, "protected", protects);
	json_hex(item, "start", 8, start);
	json_number(item, "size", len);
}

/* The document's own one; a look after a plan takes its place. */
static cJSON *new_protection(struct cli *cli)
{
	cJSON_DeleteItemFromObject(cli->json, "write_protection");
	return json_object(cli->json, "write_protection");
}

void protection_json(struct cli *cli, const struct cx3_flash_status *status)
{
	const struct cx3_flash_protection *p = &status->protection;
	cJSON *item = new_protection(cli);
	char *line = protection_line(cli, p);

	area_json(item, p->len > 0, p->start, p->len);
	json_flag(item, "exact", p->exact);
	json_text(item, "by", kinds[p->lock_kind]);
	json_text(item, "held_by", holders[p->register_lock]);
	for (unsigned i = 0; i < CX3_FLASH_STATUS_REGISTERS; i++)
		json_hex(item, registers[i], 2, p->status[i]);
	json_flag(item, "at_power_on", status->power_on_protection);
	json_text(item, "lifted", NULL);
	json_text(item, "line", line);
	free(line);
}

static void put_nulls(cJSON *item, const char *const *key, size_t count)
{
	for (size_t i = 0; i < count; i++)
		json_text(item, key[i], NULL);
}

void protection_lifted_json(struct cli *cli, uint32_t start, uint32_t len)
{
	static const char *const area[] = {"protected", "start", "size"};
	static const char *const not_asked[] = {"exact", "by", "held_by", "at_power_on", "line"};
	cJSON *item = new_protection(cli);

	if (len)
		area_json(item, true, start, len);
	else
		put_nulls(item, area, sizeof(area) / sizeof(area[0]));
	put_nulls(item, registers, CX3_FLASH_STATUS_REGISTERS);
	put_nulls(item, not_asked, sizeof(not_asked) / sizeof(not_asked[0]));
	json_flag(item, "lifted", len > 0);
}
