/* SPDX-License-Identifier: BSD-2-Clause */
/* -flash_params and -banks: what the user tells of the flash. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

/* ",N" of at most two digits; *text becomes what follows it. */
static bool take_small(const char **text, unsigned *number)
{
	size_t digits = **text == ',' ? strspn(*text + 1, "0123456789") : 0;

	if (digits == 0 || digits > 2)
		return false;
	*number = (unsigned)strtoul(*text + 1, NULL, 10);
	*text += 1 + digits;
	return true;
}

/* "M25PXxx, M25Pxx, ..." */
static const char *kinds(char *text, size_t size)
{
	const char *kind;
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; (kind = cx3_flash_kind(i)) && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s", i ? ", " : "", kind);
	return text;
}

/* "TYPE,LOG2SIZE,NUMBER", as mstflint has it. */
int options_take_flash_params(struct cli_options *options, const char *value, struct cx3_error *err)
{
	const char *rest = value + strcspn(value, ",");
	unsigned log2_size = 0, number = 0;
	char kind[32], all[256];

	snprintf(kind, sizeof(kind), "%.*s", (int)(rest - value), value);
	if (!take_small(&rest, &log2_size) || !take_small(&rest, &number) || *rest ||
	    log2_size < 16 || log2_size > 24)
		return cx3_fail(err, CX3_E_USAGE, "-flash_params",
				"\"%s\" is not of the form TYPE,LOG2SIZE,NUMBER.\n"
				"Write for example W25Qxxx,21,1: one W25Q of 2^21 bytes (2 MiB). "
				"TYPE is a part's name or one of %s.",
				value, kinds(all, sizeof(all)));
	if (number != 1)
		return cx3_fail(err, CX3_E_USAGE, "-flash_params",
				"These cards have one flash, not %u.\nWrite 1.", number);
	options->part = cx3_flash_part_like(kind, UINT32_C(1) << log2_size);
	if (!options->part)
		return cx3_fail(
			err, CX3_E_USAGE, "-flash_params",
			"No part of the kind %s with %u KiB is known to work on these "
			"cards.\nTake one whose erases, size and protection are the same: a "
			"part's name, or one of %s.",
			kind, (1u << log2_size) / 1024, kinds(all, sizeof(all)));
	return CX3_OK;
}

int options_take_banks(struct cli_options *options, const char *value, struct cx3_error *err)
{
	(void)options;
	if (strcmp(value, "1") != 0)
		return cx3_fail(err, CX3_E_USAGE, "-banks",
				"These cards have one flash, not %s.\nLeave -banks out.", value);
	return CX3_OK;
}
