/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fs2_replay [SECONDS [FIRST]]: made-up images with a few words changed, one
 * seed after another, through the fuzz target. fs2_replay FILE: that input once.
 * A crash is preceded by a seed from which it can be run again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bytes.h"
#include "fs2_fuzz.h"
#include "images/build.h"
#include "images/fs2_build.h"

#define LEAST_INPUTS 100u
#define REPORT 500u /* inputs between two lines */

/* Values that parsers get wrong: limits, sign bits, constants of the format. */
static uint32_t nasty_word(uint64_t *random)
{
	static const uint32_t words[] = {0,	     1,		 3,	     0xff,
					 0xffff,     0xff000000, 0xffffffff, 0x7fffffff,
					 0x80000000, 0x100000,	 0x40000001, 0x00ffffff};

	if (fs2_random_below(random, 2))
		return (uint32_t)fs2_random(random) >> fs2_random_below(random, 32);
	return words[fs2_random_below(random, sizeof(words) / sizeof(words[0]))];
}

/* Most of what is parsed lies before 0x4000 in an image without a ROM. */
static uint32_t place(uint64_t *random, uint32_t len)
{
	uint32_t room = fs2_random_below(random, 4) ? 0x4000 : len;

	if (fs2_random_below(random, 3) == 0)
		room = 0x80;
	return fs2_random_below(random, (room < len ? room : len) / 4) * 4;
}

static int one_seed(uint64_t seed)
{
	struct cx3_fs2_recipe recipe;
	uint64_t random = seed;
	uint8_t *image, *input;
	uint32_t len;

	cx3_fs2_recipe_random(&recipe, seed);
	recipe.code_size = recipe.code_sections ? 4096 : 0;
	recipe.rom_size = recipe.rom_count ? 2048 : 0;
	if (cx3_fs2_build(&recipe, &image, &len, NULL) != CX3_OK)
		return 1;
	input = malloc((size_t)len + 1);
	if (!input) {
		free(image);
		return 1;
	}
	input[0] = (uint8_t)fs2_random(&random);
	for (uint32_t changes = fs2_random_below(&random, 6); changes; changes--)
		put_be32(image + place(&random, len), nasty_word(&random));
	if (fs2_random_below(&random, 8) == 0)
		len = fs2_random_below(&random, len);
	memcpy(input + 1, image, len);
	LLVMFuzzerTestOneInput(input, (size_t)len + 1);
	free(input);
	free(image);
	return 0;
}

static int one_file(FILE *file)
{
	static uint8_t bytes[CX3_FS2_MAX_IMAGE + 1];
	size_t len = fread(bytes, 1, sizeof(bytes), file);

	fclose(file);
	return LLVMFuzzerTestOneInput(bytes, len);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? strtod(argv[1], NULL) : 2;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1, seed = first;
	clock_t end = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;

	if (file)
		return one_file(file);
	for (; seed < first + LEAST_INPUTS || clock() < end; seed++) {
		if ((seed - first) % REPORT == 0) {
			printf("from seed %llu\n", (unsigned long long)seed);
			fflush(stdout);
		}
		if (one_seed(seed))
			return 1;
	}
	printf("%llu inputs\n", (unsigned long long)(seed - first));
	return 0;
}
