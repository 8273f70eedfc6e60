/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A firmware file as it was downloaded: a zip archive or one of the vendor's (.mfa), or what looks
 * like one. Whatever it says of itself, no more than the largest flash comes out of it, and no
 * image with another PSID than the one that was asked for.
 */
#include "fuzz.h"

#include <assert.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "cx3flash/fs2.h"
#include "images/build.h"
#include "said.h"

#define PSID "MT_FUZZ_001"

static void unpack(const uint8_t *data, size_t size, const char *psid)
{
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_fs2_source src;
	struct cx3_fs2_info info;
	uint32_t start[CX3_FS2_MAX_STARTS], len;
	unsigned count;
	uint8_t *image;
	int rc = cx3_fs2_unpack(data, size, psid, &image, &len, &err);

	if (rc == CX3_OK) {
		assert(image && len > 0 && len <= CX3_FS2_MAX_IMAGE);
		src = cx3_fs2_memory(image, len);
		(void)cx3_fs2_locate(&src, start, &count, NULL);
		if (psid &&
		    cx3_fs2_query(&src, CX3_FS2_DETECT, CX3_FS2_QUICK, &info, NULL) == CX3_OK)
			assert(strcmp(info.psid, psid) == 0);
	} else {
		assert(!image && (int)err.code == rc && said(&err)[0]);
	}
	free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unpack(data, size, NULL);
	unpack(data, size, PSID);
	return 0;
}

static void be(uint8_t *to, uint32_t value, unsigned bytes)
{
	while (bytes--) {
		to[bytes] = (uint8_t)value;
		value >>= 8;
	}
}

/* A section, packed or not; returns the bytes that it takes. */
static size_t section(uint8_t *out, size_t room, uint8_t kind, bool packs, const uint8_t *data,
		      size_t len)
{
	size_t size = 0;

	if (room < 8 + len + 1024)
		return 0;
	memset(out, 0, 8);
	out[0] = kind;
	out[3] = packs;
	if (!packs)
		memcpy(out + 8, data, size = len);
	else if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, data, len, out + 8, &size,
					 room - 8) != LZMA_OK)
		return 0;
	be(out + 4, (uint32_t)size, 4);
	return 8 + size;
}

/* The vendor's archive, of two boards with one image. */
static size_t archive(uint64_t *random, const uint8_t *image, uint32_t len, uint8_t *out,
		      size_t room)
{
	uint8_t map[2 * 84] = {0}, table[24] = {0};
	bool packs = fuzz_below(random, 2) != 0;
	size_t size = 16;

	for (unsigned i = 0; i < 2; i++) {
		memcpy(map + i * 84, i ? PSID : "MT_FUZZ_000", sizeof(PSID) - 1);
		map[i * 84 + 32] = 1;
		be(map + i * 84 + 34, 8, 2);
	}
	be(table + 4, len, 4);
	memset(out, 0, size);
	memcpy(out, "MFAR", 4);
	size += section(out + size, room - size, 1, packs, map, sizeof(map));
	size += section(out + size, room - size, 2, packs, table, sizeof(table));
	return size + section(out + size, room - size, 3, packs, image, len);
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
	if (seed % 2)
		snprintf(recipe.psid, sizeof(recipe.psid), "%s", PSID);
	if (cx3_fs2_build(&recipe, &image, &len, NULL) != CX3_OK)
		abort();
	size = seed % 3 ? pack(&random, image, len, out, room)
			: archive(&random, image, len, out, room);
	free(image);
	return fuzz_below(&random, 4) ? fuzz_mutate(&random, out, size, room) : size;
}
