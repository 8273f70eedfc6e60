/* SPDX-License-Identifier: BSD-2-Clause */
/* The word that a misspelt one is closest to. */
#include <string.h>

#include "cli.h"

#define LONGEST 40u

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance: letters to add, drop or change. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1];
	size_t rows = strlen(a);
	size_t columns = strlen(b);

	if (rows > LONGEST || columns > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 1; i <= rows; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			size_t above = row[j];

			row[j] = least(least(row[j] + 1, row[j - 1] + 1),
				       diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[columns];
}

const char *cli_nearest(const char *word, const char *const *words, size_t count)
{
	/* more than a third wrong is no misspelling but another word */
	size_t best = strlen(word) / 3 + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t d = distance(word, words[i]);

		if (d < best || (d == best && !nearest)) {
			best = d;
			nearest = words[i];
		}
	}
	return nearest;
}
