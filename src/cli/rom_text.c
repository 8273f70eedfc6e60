/* SPDX-License-Identifier: BSD-2-Clause */
/* The ROM lines of query. */
#include "rom_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROM_FREE_TEXT 0x0f
#define ROM_CLP 0x12
#define ROM_NO_PROTOCOL 0xff

/* The last byte of the mark's third dword. */
static const char *protocol_name(uint8_t proto)
{
	static const char *const names[] = {"IB", "ETH", "VPI"};

	return proto < 3 ? names[proto] : "N/A";
}

/* Bit 0 AMD64, bit 1 AARCH64; 4 is IA32. */
static const char *cpu_name(uint8_t cpu)
{
	static const char *const names[] = {"N/A", "AMD64", "AARCH64", "AMD64,AARCH64", "IA32"};

	return cpu < 5 ? names[cpu] : "N/A";
}

/* Port 0 is "any port"; a CLP ROM has neither port nor protocol. */
static void print_target(struct cli *cli, const struct cx3_fs2_rom *rom)
{
	if (rom->port && rom->product_id != ROM_CLP)
		say(cli, " port=%d", rom->port);
	if (rom->product_id != ROM_CLP && rom->proto != ROM_NO_PROTOCOL)
		say(cli, " proto=%s", protocol_name(rom->proto));
	if (rom->cpu)
		say(cli, " cpu=%s", cpu_name(rom->cpu));
}

/* A free-text version that starts with a number is shown as that number. */
static int free_version(const struct cx3_fs2_rom *rom)
{
	char *end;
	long number = strtol(rom->text, &end, 10);

	return end == rom->text ? rom->version[0] & 0xff : (int)(uint16_t)number;
}

static void print_one(struct cli *cli, const struct cx3_fs2_rom *rom)
{
	const char *type = cx3_fs2_rom_type(rom->product_id);

	if (!type) {
		say(cli, "0x%x - Unknown ROM product ID\n", rom->product_id);
		return;
	}
	if (rom->product_id == ROM_FREE_TEXT) {
		say(cli, "version_id=%d type=%s ", free_version(rom), type);
		return;
	}
	say(cli, "type=%s version=%d.%d.%d", type, rom->version[0], rom->version[1],
	    rom->version[2]);
	if (rom->has_target)
		print_target(cli, rom);
}

/* The first image's bytes (length at byte 2, in units of 512) sum to 0 mod 256. */
static void print_checksum(struct cli *cli, const uint8_t *rom, uint32_t len)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < len && i < rom[2] * 512u; i++)
		sum = (uint8_t)(sum + rom[i]);
	say(cli, " (-W- Bad ROM Checksum (0x%02x), ROM info may not be displayed correctly.)", sum);
}

/* `first` is put before the first, and as many blanks before the others. */
static void print_all(struct cli *cli, const char *first, const struct cx3_fs2_info *info)
{
	for (unsigned i = 0; i < info->rom_count; i++) {
		say(cli, "%*s", (int)strlen(first), i == 0 ? first : "");
		print_one(cli, &info->rom[i]);
		if (i + 1 < info->rom_count)
			say(cli, "\n");
	}
}

void rom_print_alone(struct cli *cli, const uint8_t *rom, uint32_t len,
		     const struct cx3_fs2_info *info)
{
	print_all(cli, "Rom Info: ", info);
	if (info->rom_checksum_bad)
		print_checksum(cli, rom, len);
	say(cli, "\n");
}

void rom_print(struct cli *cli, struct cli_source *source, const struct cx3_fs2_info *info)
{
	uint8_t *rom;
	uint32_t len;

	if (info->rom_count == 0) {
		say(cli, "Rom Info:              N/A (-E- Cannot get ROM version. "
			 "Signature not found.)\n");
		return;
	}
	print_all(cli, "Rom Info:              ", info);
	if (info->rom_checksum_bad &&
	    cx3_fs2_rom_data(&source->src, source->layout, &rom, &len, NULL) == CX3_OK) {
		print_checksum(cli, rom, len);
		free(rom);
	}
	say(cli, "\n");
}

void rom_json(cJSON *object, const struct cx3_fs2_info *info)
{
	cJSON *roms = json_array(object, "roms");

	for (unsigned i = 0; roms && i < info->rom_count; i++) {
		const struct cx3_fs2_rom *rom = &info->rom[i];
		cJSON *item = json_append(roms);
		char version[32];

		snprintf(version, sizeof(version), "%d.%d.%d", rom->version[0], rom->version[1],
			 rom->version[2]);
		json_text(item, "type", cx3_fs2_rom_type(rom->product_id));
		json_number(item, "product_id", rom->product_id);
		json_text(item, "version", rom->product_id == ROM_FREE_TEXT ? rom->text : version);
		if (rom->has_target)
			json_number(item, "device_id", rom->device_id);
	}
	json_number(object, "rom_size", info->has_rom ? info->rom_size : 0);
	json_flag(object, "rom_checksum_bad", info->rom_checksum_bad);
}
