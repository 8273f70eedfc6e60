/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flash's settings in mstflint's words. "N-Sectors" are N times 64 KiB here and "N-SubSectors"
 * N times 4 KiB, for each part. mstflint writes log2 of N plus 1 into the BP bits, which on parts
 * of more than 4 MiB protects more than it says: there the two differ.
 */
#include "hw_setting.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_RANGES 128u
#define MOST_UNITS 64u /* mstflint's */

static const char forms[] = "Write QuadEn=0, QuadEn=1, DriverStrength=25|50|75|100, "
			    "DummyCycles=1 to 15, Flash0.WriteProtected=Disabled or "
			    "Flash0.WriteProtected=Top|Bottom,N-Sectors|SubSectors, where N is 1, "
			    "2, 4, 8, 16, 32 or 64";

enum setting { QUAD, PROTECTED, STRENGTH, CYCLES, SETTINGS };

static const char *const names[SETTINGS] = {
	[QUAD] = "QuadEn",
	[PROTECTED] = "WriteProtected",
	[STRENGTH] = "DriverStrength",
	[CYCLES] = "DummyCycles",
};

/* Splits "Flash0.NAME=VALUE"; SETTINGS if it is none of them. */
static enum setting split(const char *word, const char **value)
{
	const char *name = strncmp(word, "Flash0.", 7) == 0 ? word + 7 : word;
	size_t len = strcspn(name, "=");

	*value = name[len] ? name + len + 1 : NULL;
	for (unsigned i = 0; i < SETTINGS; i++) {
		if (*value && strlen(names[i]) == len && strncmp(names[i], name, len) == 0)
			return (enum setting)i;
	}
	return SETTINGS;
}

/* Takes `word` off the front of *text. */
static bool takes(const char **text, const char *word)
{
	size_t len = strlen(word);
	bool same = strncmp(*text, word, len) == 0;

	*text += same ? len : 0;
	return same;
}

/* "Top,8-Sectors" as bytes; false if it is not of this form. */
static bool parse_area(const char *value, bool *bottom, uint32_t *bytes)
{
	unsigned long units = 0;
	char *end = NULL;

	*bottom = takes(&value, "Bottom,");
	if ((!*bottom && !takes(&value, "Top,")) || *value < '1' || *value > '9')
		return false;
	units = strtoul(value, &end, 10);
	if (units > MOST_UNITS || (units & (units - 1)) != 0)
		return false;
	*bytes = (uint32_t)units *
		 (strcmp(end, "-SubSectors") == 0 ? CX3_FLASH_SECTOR : CX3_FLASH_BLOCK);
	return strcmp(end, "-Sectors") == 0 || strcmp(end, "-SubSectors") == 0;
}

/* A decimal number of at most three digits; 0 for anything else, which is no value either. */
static unsigned small_number(const char *value)
{
	size_t len = strspn(value, "0123456789");

	return len && len <= 3 && !value[len] ? (unsigned)strtoul(value, NULL, 10) : 0;
}

static const struct {
	enum cx3_flash_setting setting;
	const char *advice;
} numbers[SETTINGS] = {
	[STRENGTH] = {CX3_SETTING_DRIVER_STRENGTH,
		      "Write DriverStrength=25, 50, 75 or 100, which are per cent."},
	[CYCLES] = {CX3_SETTING_DUMMY_CYCLES,
		    "Write DummyCycles=1 to 15; with 15 the chip uses what its data sheet has for "
		    "each kind of read."},
};

static int check_number(enum setting setting, const char *value, struct cx3_error *err)
{
	if (cx3_flash_setting_check(NULL, numbers[setting].setting, small_number(value), NULL) ==
	    CX3_OK)
		return CX3_OK;
	return cx3_fail(err, CX3_E_USAGE, names[setting], "\"%.40s\" is no value of it.\n%s", value,
			numbers[setting].advice);
}

int hw_setting_check(const char *word, struct cx3_error *err)
{
	enum setting setting;
	const char *value;
	uint32_t bytes;
	bool bottom;

	if (strncmp(word, "Flash", 5) == 0 && strncmp(word, "Flash0.", 7) != 0)
		return cx3_fail(err, CX3_E_USAGE, "hw set",
				"\"%.40s\": these cards have one flash, Flash0.\n%s.", word, forms);
	setting = split(word, &value);
	switch (setting) {
	case QUAD:
		if (strcmp(value, "0") == 0 || strcmp(value, "1") == 0)
			return CX3_OK;
		return cx3_fail(err, CX3_E_USAGE, "QuadEn",
				"\"%.40s\" is no value of it.\nWrite QuadEn=0 or QuadEn=1.", value);
	case PROTECTED:
		if (strcmp(value, "Disabled") == 0 || parse_area(value, &bottom, &bytes))
			return CX3_OK;
		return cx3_fail(err, CX3_E_USAGE, "WriteProtected",
				"\"%.40s\" is no value of it.\n%s.", value, forms);
	case STRENGTH:
	case CYCLES:
		return check_number(setting, value, err);
	case SETTINGS:
		break;
	}
	return cx3_fail(err, CX3_E_USAGE, "hw set", "\"%.40s\" is no setting of the flash.\n%s.",
			word, forms);
}

/* A range as mstflint names it; false if it can't. */
static bool range_word(const struct cx3_flash_part *part, uint32_t start, uint32_t len, char *text,
		       size_t size)
{
	bool bottom = start == 0 && len < part->size, small = len % CX3_FLASH_BLOCK != 0;
	uint32_t units = len / (small ? CX3_FLASH_SECTOR : CX3_FLASH_BLOCK);

	if (start != 0 && start + len != part->size)
		return false;
	snprintf(text, size, "%s,%" PRIu32 "-%s", bottom ? "Bottom" : "Top", units,
		 small ? "SubSectors" : "Sectors");
	return true;
}

bool hw_protection_word(const struct cx3_flash_part *part, const struct cx3_flash_protection *p,
			char *text, size_t size)
{
	snprintf(text, size, "Disabled");
	return p->len == 0 || range_word(part, p->start, p->len, text, size);
}

/* The values that the part has, of those that mstflint can name. */
static void list_values(const struct cx3_flash_part *part, char *text, size_t size)
{
	struct cx3_flash_range range[MOST_RANGES];
	size_t count = cx3_flash_protect_ranges(part, range, MOST_RANGES);
	size_t at = (size_t)snprintf(text, size, "Disabled");

	for (size_t i = count; i-- > 0 && at + 24 < size;) {
		uint32_t len = range[i].len;
		char word[24];

		if ((len & (len - 1)) || len > MOST_UNITS * CX3_FLASH_BLOCK ||
		    !range_word(part, range[i].start, len, word, sizeof(word)))
			continue;
		at += (size_t)snprintf(text + at, size - at, " %s", word);
	}
}

static int set_protection(const char *value, const struct cx3_flash_part *part,
			  struct cx3_protect_options *what, struct cx3_error *err)
{
	struct cx3_flash_range range[MOST_RANGES];
	size_t count = cx3_flash_protect_ranges(part, range, MOST_RANGES);
	char values[480];
	uint32_t bytes = 0;
	bool bottom = false;

	if (strcmp(value, "Disabled") == 0)
		return CX3_OK;
	what->on = parse_area(value, &bottom, &bytes);
	/* 64 sectors are all of a smaller flash, for mstflint as well */
	what->len = bytes < part->size ? bytes : part->size;
	what->start = bottom ? 0 : part->size - what->len;
	for (size_t i = 0; i < count; i++) {
		if (range[i].start == what->start && range[i].len == what->len)
			return CX3_OK;
	}
	list_values(part, values, sizeof(values));
	return cx3_fail(err, CX3_E_USAGE, "WriteProtected",
			"%s has no setting for %.40s, as far as its id tells.\n"
			"It has these: %s.",
			part->name, value, values);
}

static int set_quad(const char *value, const struct cx3_flash_part *part,
		    struct cx3_protect_options *what, struct cx3_error *err)
{
	what->quad = value[0] == '1' ? CX3_PROTECT_QUAD_ON : CX3_PROTECT_QUAD_OFF;
	if (part->quad == CX3_QUAD_STATUS1 || part->quad == CX3_QUAD_STATUS2)
		return CX3_OK;
	if (part->quad == CX3_QUAD_CONFIG)
		return cx3_fail(err, CX3_E_PART, "QuadEn",
				"%s has it in its nonvolatile configuration register. This program "
				"changes nothing there but the dummy cycles: with the quad bit a "
				"chip may come up that the card can't read any more.\n"
				"Leave it as it is: the card reads with one data line.",
				part->name);
	return cx3_fail(err, CX3_E_PART, "QuadEn",
			"%s has no quad enable bit, by its data sheet.\nLeave it as it is.",
			part->name);
}

/* Where mstflint or the data sheets have these two, beside the parts that they are set on. */
static int refuse(enum setting setting, const struct cx3_flash_part *part, struct cx3_error *err)
{
	const char *why = "no fact is known here on such a setting of this part";

	if (part->quad == CX3_QUAD_CONFIG)
		why = "its steps are in ohms, and mstflint has none for this part either";
	else if (setting == CYCLES)
		why = "the card's chip reads with opcode 03, which has no dummy cycles";
	else if (part->jedec[0] == 0x9d)
		why = "it is in the extended read register, which is not read here";
	return cx3_fail(err, CX3_E_PART, names[setting],
			"It is not changed on a %s: %s. Nothing was written.\n"
			"Leave it as it is.",
			part->name, why);
}

int hw_setting(const char *word, const struct cx3_flash_part *part,
	       struct cx3_protect_options *what, struct cx3_error *err)
{
	const char *value;
	int rc = hw_setting_check(word, err);
	enum setting setting = split(word, &value);

	memset(what, 0, sizeof(*what));
	if (rc != CX3_OK)
		return rc;
	if (setting == QUAD)
		return set_quad(value, part, what, err);
	if (setting == PROTECTED)
		return set_protection(value, part, what, err);
	what->setting = numbers[setting].setting;
	what->number = small_number(value);
	rc = cx3_flash_setting_check(part, what->setting, what->number, err);
	return rc == CX3_E_PART ? refuse(setting, part, err) : rc;
}
