/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * images FIRST COUNT: made-up images, valid and damaged, contiguous and as a
 * raw read of a flash, each held against the real mstflint. `images real FILE`
 * does the same with a published image. A failure names the seed to run again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "images/fs2_build.h"
#include "mst.h"
#include "mutate.h"
#include "said.h"

#define SKIPPED 77
#define FLASH 0x1000000u
#define DAMAGED_PER_SEED 2u

static bool striped_image(const uint8_t *image, uint32_t len, const struct cx3_fs2_info *info,
			  bool odd, struct compare_stats *stats)
{
	uint32_t size = 0x80000;
	uint8_t *flash;
	bool good;

	while (size < 4 * len || size < 4u << info->log2_chunk)
		size *= 2;
	flash = size > FLASH ? NULL : malloc(size);
	if (!flash)
		return true;
	memset(flash, 0xff, size);
	good = cx3_fs2_stripe(image, len, info->log2_chunk, odd, flash, size, NULL) == CX3_OK &&
	       compare_image(flash, size, true, stats);
	free(flash);
	return good;
}

static bool damaged_images(const uint8_t *image, uint32_t len, uint64_t seed,
			   struct compare_stats *stats)
{
	uint8_t *copy = malloc(len);
	bool good = copy != NULL;

	for (uint64_t i = 0; good && i < DAMAGED_PER_SEED; i++) {
		uint32_t cut = len;
		char what[96];

		memcpy(copy, image, len);
		mutate(copy, &cut, seed * DAMAGED_PER_SEED + i, what);
		good = compare_image(copy, cut, false, stats);
		if (!good)
			printf("damage: %s\n", what);
	}
	free(copy);
	return good;
}

static bool one_image(const uint8_t *image, uint32_t len, uint64_t seed,
		      struct compare_stats *stats)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	struct cx3_fs2_info info;
	unsigned valid = stats->valid;

	if (!compare_image(image, len, false, stats))
		return false;
	if (stats->valid == valid) {
		printf("an undamaged image is not valid\n");
		return false;
	}
	if (cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &info, NULL) != CX3_OK)
		return false;
	if (info.failsafe && seed % 4 == 0 &&
	    !striped_image(image, len, &info, seed % 8 == 0, stats))
		return false;
	if (seed % 4 == 1 && !compare_patches(image, len, seed))
		return false;
	return damaged_images(image, len, seed, stats);
}

static bool one_seed(uint64_t seed, struct compare_stats *stats)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {.code = CX3_OK};
	uint8_t *image;
	uint32_t len;
	bool good;

	cx3_fs2_recipe_random(&recipe, seed);
	if (cx3_fs2_build(&recipe, &image, &len, &err)) {
		printf("the builder: %s\n", said(&err));
		return false;
	}
	good = one_image(image, len, seed, stats);
	free(image);
	return good;
}

static bool real_image(const char *path, struct compare_stats *stats)
{
	struct cx3_error err = {.code = CX3_OK};
	size_t len;
	uint8_t *file = file_get(path, &len), *image;
	uint32_t image_len;
	bool good;

	if (cx3_fs2_unpack(file, len, NULL, &image, &image_len, &err)) {
		printf("%s: %s\n", path, said(&err));
		free(file);
		return false;
	}
	good = one_image(image, image_len, 0, stats) && compare_patches(image, image_len, 1);
	free(image);
	free(file);
	return good;
}

/* All files go into a folder of our own, which is left behind after a failure. */
static void enter_scratch(char *folder)
{
	if (!mkdtemp(folder) || chdir(folder)) {
		perror(folder);
		exit(1);
	}
}

static void leave_scratch(const char *folder)
{
	remove("image.bin");
	remove("out.bin");
	if (chdir("/") || rmdir(folder))
		perror(folder);
}

static void report(const struct compare_stats *stats)
{
	printf("valid for both: %u, invalid for both: %u\n", stats->valid, stats->invalid);
	for (int i = 0; i < 8; i++)
		if (stats->by_design[i])
			printf("refused by us alone: %u with %s\n", stats->by_design[i],
			       compare_reasons[i]);
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/cx3-images.XXXXXX";
	struct compare_stats stats = {.valid = 0};
	bool good = true;

	if (argc != 3) {
		fprintf(stderr, "images FIRST COUNT, or images real FILE\n");
		return 2;
	}
	if (!mst_present() || (strcmp(argv[1], "real") == 0 && access(argv[2], R_OK))) {
		printf("skipped: no mstflint 4.21, or no file %s\n", argv[2]);
		return SKIPPED;
	}
	if (strcmp(argv[1], "real") == 0) {
		char *path = realpath(argv[2], NULL);

		enter_scratch(folder);
		good = path && real_image(path, &stats);
		free(path);
	} else {
		uint64_t first = strtoull(argv[1], NULL, 0), count = strtoull(argv[2], NULL, 0);

		enter_scratch(folder);
		for (uint64_t seed = first; good && seed < first + count; seed++) {
			good = one_seed(seed, &stats);
			if (!good)
				printf("run again: images %" PRIu64 " 1 (files in %s)\n", seed,
				       folder);
		}
	}
	report(&stats);
	if (good)
		leave_scratch(folder);
	return good ? 0 : 1;
}
