/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judgeflash FILE: what boots from the flash in FILE, as judge.c sees it, which reads the format
 * without the library. One line with it, then the node GUID and the first MAC. The answer is 0
 * if something boots, 1 if nothing does, 2 if FILE cannot be read.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "judge.h"

#define MOST_BYTES 0x2000000L
#define FIRST_MAC 4u

static uint8_t *load(const char *path, uint32_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = NULL;
	long len = -1;

	if (file && fseek(file, 0, SEEK_END) == 0)
		len = ftell(file);
	if (len > 0 && len <= MOST_BYTES)
		bytes = malloc((size_t)len);
	if (bytes &&
	    (fseek(file, 0, SEEK_SET) != 0 || fread(bytes, 1, (size_t)len, file) != (size_t)len)) {
		free(bytes);
		bytes = NULL;
	}
	if (file)
		fclose(file);
	*size = (uint32_t)len;
	return bytes;
}

int main(int argc, char **argv)
{
	struct judged v;
	uint8_t *flash;
	uint32_t size;
	char words[200];

	if (argc != 2) {
		fprintf(stderr, "usage: judgeflash FILE\n");
		return 2;
	}
	flash = load(argv[1], &size);
	if (!flash) {
		fprintf(stderr, "judgeflash: %s: cannot be read\n", argv[1]);
		return 2;
	}
	judge_flash(flash, size, &v);
	free(flash);
	puts(judge_words(&v, words, sizeof(words)));
	if (v.boots)
		printf("GUID %016" PRIx64 " MAC %012" PRIx64 "\n", v.uid[0], v.uid[FIRST_MAC]);
	return v.boots ? 0 : 1;
}
