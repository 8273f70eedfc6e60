/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in the options of the simulated card. */
#include "model.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

bool sim_numbers(const char *text, char separator, uint64_t *numbers, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char *end;

		if (!isdigit((unsigned char)*text))
			return false;
		errno = 0;
		numbers[i] = strtoull(text, &end, 10);
		if (errno || *end != (i + 1 < count ? separator : '\0'))
			return false;
		text = end + 1;
	}
	return true;
}

bool sim_version(const char *text, uint16_t version[3])
{
	uint64_t numbers[3];

	if (!sim_numbers(text, '.', numbers, 3))
		return false;
	for (unsigned i = 0; i < 3; i++) {
		if (numbers[i] > UINT16_MAX)
			return false;
		version[i] = (uint16_t)numbers[i];
	}
	return true;
}
