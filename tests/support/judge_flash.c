/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_flash FILE: what boots from a flash's content, and with which identity, in one line,
 * judged without the library: "2.42 of MT_1200111023 boots: GUIDs and MACs 0002c9..., ...".
 * For the shell tests. Exits with 1 where nothing boots.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "judge.h"

#define MOST_BYTES (16u << 20)

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	uint8_t *flash = malloc(MOST_BYTES);
	struct judged v;
	size_t size;

	if (!file || !flash) {
		fprintf(stderr, "usage: judge_flash FILE\n");
		free(flash);
		return 2;
	}
	size = fread(flash, 1, MOST_BYTES, file);
	fclose(file);
	judge_flash(flash, (uint32_t)size, &v);
	free(flash);
	if (!v.boots) {
		printf("nothing boots: %s\n", v.why);
		return 1;
	}
	printf("2.%u of %s boots: GUIDs and MACs", v.minor, v.psid);
	for (unsigned i = 0; i < JUDGE_UIDS; i++)
		printf(" %016" PRIx64, v.uid[i]);
	printf("\n");
	return 0;
}
