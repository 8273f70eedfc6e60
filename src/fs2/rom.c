/* SPDX-License-Identifier: BSD-2-Clause */
/* The expansion ROMs (PXE, UEFI, ...) in the ROM section, and their versions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fs2/query.h"

/*
 * Each ROM in the section carries a mark, then little-endian dwords: product
 * and version, version, and for products from 0x10 on what it is made for.
 */
#define MARK "mlxsign:"
#define MARK_LEN 8u
#define MARK_STRIDE 12u /* mstflint looks for the next one this far behind a mark's start */
#define PRODUCT_FREE_TEXT 0xfu
#define PRODUCT_UEFI 0x11u
#define PRODUCT_CLP 0x12u
#define PRODUCT_FCODE 0x21u

/* Where the published images have their one mark: 20 bytes before the ROM's end. */
#define TAIL 64u

struct window {
	const uint8_t *rom;
	uint32_t size;
};

/* Free text: its length in [15:8] of the fourth dword, the text behind that. */
static bool parse_free_text(const struct window *w, uint32_t at, struct cx3_fs2_rom *rom)
{
	uint32_t lengths, text_len, words;
	long number;
	char text[256];
	char *end;

	if (w->size - at < 16)
		return false;
	lengths = le32(w->rom + at + 12);
	text_len = (lengths >> 8) & 0xff;
	words = (text_len + 3) / 4 + 4;
	if ((lengths & 0xff) < words || w->size - at - 16 < text_len)
		return false;
	memcpy(text, w->rom + at + 16, text_len);
	text[text_len] = '\0';
	snprintf(rom->text, sizeof(rom->text), "%.15s", text);
	number = strtol(text, &end, 10);
	if (end != text)
		rom->version[0] = (uint16_t)number;
	return true;
}

/* False if the mark is broken: nothing behind it is believed. */
static bool parse_mark(const struct window *w, uint32_t at, struct cx3_fs2_rom *rom)
{
	uint32_t word;

	if (w->size - at < 8)
		return false;
	memset(rom, 0, sizeof(*rom));
	rom->proto = 0xff;
	word = le32(w->rom + at);
	rom->product_id = (uint16_t)(word >> 16);
	rom->version[0] = word & 0xff;
	if (rom->product_id == PRODUCT_FREE_TEXT)
		return parse_free_text(w, at, rom);
	word = le32(w->rom + at + 4);
	rom->version[1] = (word >> 16) & 0xff;
	rom->version[2] = (uint16_t)word;
	if (rom->product_id < 0x10)
		return true;
	if (w->size - at < 12)
		return false;
	word = le32(w->rom + at + 8);
	rom->has_target = true;
	rom->device_id = (uint16_t)(word >> 16);
	rom->cpu = (word >> 8) & 0xf;
	if (rom->product_id != PRODUCT_CLP) {
		rom->port = (word >> 12) & 0xf;
		rom->proto = (uint8_t)word;
	}
	return true;
}

static void find_marks(const struct window *w, struct cx3_fs2_info *info)
{
	uint32_t at = 0;

	info->rom_count = 0;
	while (info->rom_count < CX3_FS2_MAX_ROMS && at + MARK_LEN <= w->size) {
		if (memcmp(w->rom + at, MARK, MARK_LEN) != 0) {
			at++;
			continue;
		}
		if (!parse_mark(w, at + MARK_LEN, &info->rom[info->rom_count]))
			break;
		info->rom_count++;
		at += MARK_STRIDE;
	}
}

static bool needs_checksum(const struct cx3_fs2_info *info)
{
	for (unsigned i = 0; i < info->rom_count; i++)
		if (info->rom[i].product_id == PRODUCT_UEFI ||
		    info->rom[i].product_id == PRODUCT_FCODE)
			return false;
	return true;
}

/* The first image's length is its third byte times 512 (PCI Firmware Specification). */
void fs2_parse_rom(const uint8_t *rom, uint32_t size, struct cx3_fs2_info *info)
{
	struct window w = {.rom = rom, .size = size};
	uint32_t first;
	uint8_t sum = 0;

	find_marks(&w, info);
	info->rom_checksum_bad = false;
	if (size < 3 || !needs_checksum(info))
		return;
	first = rom[2] * 512u;
	if (first > size)
		return;
	for (uint32_t i = 0; i < first; i++)
		sum = (uint8_t)(sum + rom[i]);
	info->rom_checksum_bad = sum != 0;
}

void cx3_fs2_rom_parse(const uint8_t *rom, uint32_t size, struct cx3_fs2_info *info)
{
	memset(info, 0, sizeof(*info));
	info->has_rom = true;
	info->rom_size = size;
	fs2_parse_rom(rom, size, info);
}

/* A free-text mark is left to the search in the whole ROM: its text may be long. */
static int query_tail(const struct fs2_view *view, struct cx3_fs2_info *info, bool *found,
		      struct cx3_error *err)
{
	uint8_t bytes[TAIL];
	struct window w = {.rom = bytes, .size = TAIL};
	int rc = fs2_view_read(view, info->rom_addr + info->rom_size - TAIL, bytes, TAIL, "ROM",
			       err);

	if (rc)
		return rc;
	find_marks(&w, info);
	*found = info->rom_count && info->rom[0].product_id != PRODUCT_FREE_TEXT;
	return CX3_OK;
}

int fs2_query_rom(const struct fs2_view *view, enum cx3_fs2_depth depth, struct cx3_fs2_info *info,
		  struct cx3_error *err)
{
	uint8_t *rom;
	int rc;

	if (!info->has_rom)
		return CX3_OK;
	if (depth == CX3_FS2_QUICK && info->rom_size > TAIL) {
		bool found = false;

		rc = query_tail(view, info, &found, err);
		if (rc || found)
			return rc;
	}
	rc = fs2_view_load(view, info->rom_addr, info->rom_size, "ROM", &rom, err);
	if (rc)
		return rc;
	fs2_parse_rom(rom, info->rom_size, info);
	free(rom);
	return CX3_OK;
}
