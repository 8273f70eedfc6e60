/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A firmware file as it was downloaded: a zip archive, or what looks like one. Whatever
 * it says of itself, no more than the largest flash comes out of it.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <zip.h>

#include "cx3flash/fs2.h"
#include "images/build.h"
#include "said.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_fs2_source src;
	uint32_t start[CX3_FS2_MAX_STARTS], len;
	unsigned count;
	uint8_t *image;
	int rc = cx3_fs2_unpack(data, size, &image, &len, &err);

	if (rc == CX3_OK) {
		assert(image && len > 0 && len <= CX3_FS2_MAX_IMAGE);
		src = cx3_fs2_memory(image, len);
		(void)cx3_fs2_locate(&src, start, &count, NULL);
	} else {
		assert(!image && (int)err.code == rc && said(&err)[0]);
	}
	free(image);
	return 0;
}

static void add(zip_t *zip, const char *name, const void *data, size_t len, int method)
{
	zip_source_t *source = zip_source_buffer(zip, data, len, 0);
	zip_int64_t at = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_GUESS) : -1;

	if (at < 0)
		abort();
	/* a method that this libzip lacks leaves the entry as it is */
	(void)zip_set_file_compression(zip, (zip_uint64_t)at, method, 0);
}

/* An archive with an image, some notes, or both, in `out`; returns its size. */
static size_t pack(uint64_t *random, const uint8_t *image, uint32_t len, uint8_t *out, size_t room)
{
	static const zip_int32_t methods[] = {ZIP_CM_STORE, ZIP_CM_DEFLATE, ZIP_CM_DEFLATE,
					      ZIP_CM_BZIP2, ZIP_CM_LZMA,    ZIP_CM_XZ};
	static const char notes[] = "notes";
	static uint8_t zeros[65536];
	zip_source_t *archive = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = zip_open_from_source(archive, ZIP_TRUNCATE, NULL);
	zip_int64_t got;

	if (!zip)
		abort();
	zip_source_keep(archive);
	if (fuzz_below(random, 8))
		add(zip, "fw.bin", image, len, methods[fuzz_below(random, 6)]);
	for (uint32_t more = fuzz_below(random, 3); more; more--)
		add(zip, more == 1 ? "zeros" : "notes", more == 1 ? zeros : (const void *)notes,
		    more == 1 ? sizeof(zeros) : sizeof(notes), methods[fuzz_below(random, 2)]);
	/* an archive without a file is no archive: closing it leaves nothing */
	got = zip_close(zip) == 0 && zip_source_open(archive) == 0
		      ? zip_source_read(archive, out, room)
		      : -1;
	if (got >= 0)
		zip_source_close(archive);
	zip_source_free(archive);
	return got > 0 ? (size_t)got : 0;
}

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	struct cx3_fs2_recipe recipe;
	uint64_t random = seed;
	uint8_t *image;
	uint32_t len;
	size_t size;

	cx3_fs2_recipe_random(&recipe, seed % 16);
	recipe.code_size = recipe.code_sections ? 4096 : 0;
	recipe.rom_size = recipe.rom_count ? 2048 : 0;
	if (cx3_fs2_build(&recipe, &image, &len, NULL) != CX3_OK)
		abort();
	size = pack(&random, image, len, out, room);
	free(image);
	return fuzz_below(&random, 4) ? fuzz_mutate(&random, out, size, room) : size;
}
