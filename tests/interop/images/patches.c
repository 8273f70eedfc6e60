/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs, MACs and VSD set by both tools: the files must be the same. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "cx3flash/fs2.h"
#include "images/build.h"
#include "mst.h"

#define FILE_NAME "image.bin"
#define VSD "a new vendor text"

/* One way to set identity, as mstflint's options and as our values. */
struct change {
	const char *option[6];
	bool guids;
	bool macs;
	bool list; /* each value given, not a base */
};

static const struct change changes[] = {
	{{"-guid", "0002c90300aabb00"}, true, false, false},
	{{"-mac", "0002c9aabb00"}, false, true, false},
	{{"-guids", "0002c90300aabb07", "0002c90300aabb05", "0002c90300aabb03", "0002c90300aabb01"},
	 true,
	 false,
	 true},
	{{"-macs", "0002c9aabb07", "0002c9aabb05"}, false, true, true},
};
#define CHANGES (sizeof(changes) / sizeof(changes[0]))

static void new_uids(const struct change *change, const struct cx3_fs2_info *info, uint64_t *uid)
{
	uint64_t base;

	memcpy(uid, info->uid, sizeof(info->uid));
	if (change->guids && !change->list) {
		cx3_fs2_parse_guid(change->option[1], &base, NULL);
		cx3_fs2_guids_from_base(base, uid);
	}
	if (change->macs && !change->list) {
		cx3_fs2_parse_mac(change->option[1], &base, NULL);
		cx3_fs2_macs_from_base(base, uid + 4);
	}
	for (int i = 0; change->list && i < 4 && change->option[i + 1]; i++) {
		if (change->guids)
			cx3_fs2_parse_guid(change->option[i + 1], &uid[i], NULL);
		else
			cx3_fs2_parse_mac(change->option[i + 1], &uid[4 + i], NULL);
	}
}

static bool same_as_file(const char *what, const uint8_t *mine, uint32_t len)
{
	size_t their_len;
	uint8_t *theirs = file_get(FILE_NAME, &their_len);
	bool same = their_len == len && memcmp(theirs, mine, len) == 0;

	if (!same) {
		uint32_t at = 0;

		while (at < len && at < their_len && theirs[at] == mine[at])
			at++;
		printf("%s: our image is not mstflint's from 0x%" PRIx32 " on (%zu and %" PRIu32
		       " bytes)\n",
		       what, at, their_len, len);
	}
	free(theirs);
	return same;
}

static bool run_patch(const struct change *change, const char *command, bool striped)
{
	const char *args[12] = {"-i", FILE_NAME, "-y"};
	struct mst_run run;
	int n = 3;
	bool done;

	if (striped)
		args[n++] = "--striped_image";
	for (int i = 0; change && i < 5 && change->option[i]; i++)
		args[n++] = change->option[i];
	if (!change) {
		args[n++] = "-vsd";
		args[n++] = VSD;
	}
	args[n] = command;
	mst_run(&run, args);
	done = run.status == 0;
	if (!done)
		printf("mstflint %s: %s%s\n", command, run.out, run.errors);
	mst_free(&run);
	return done;
}

static bool patch_uids(const struct change *change, uint8_t *copy, uint32_t len,
		       const struct cx3_fs2_info *info)
{
	uint64_t uid[CX3_FS2_MAX_UIDS];

	new_uids(change, info, uid);
	file_put(FILE_NAME, copy, len);
	return run_patch(change, "sg", false) &&
	       cx3_fs2_set_uids(copy, len, info, uid, NULL) == CX3_OK &&
	       cx3_fs2_set_full_crc(copy, len, false, NULL) == CX3_OK &&
	       same_as_file(change->option[0], copy, len);
}

/*
 * The same in a raw read of a flash. Only the even home: mstflint writes an odd
 * one back to address 0. sv is not tried at all: it reads the file as contiguous.
 */
static bool patch_striped(const struct change *change, uint8_t *copy, uint32_t len,
			  const struct cx3_fs2_info *info)
{
	uint64_t uid[CX3_FS2_MAX_UIDS];
	uint32_t size = 4 * ((len | (UINT32_C(1) << info->log2_chunk)) & ~UINT32_C(3));
	uint8_t *flash = malloc(size);
	bool good = flash != NULL;

	new_uids(change, info, uid);
	if (!good)
		return false;
	memset(flash, 0xff, size);
	good = cx3_fs2_stripe(copy, len, info->log2_chunk, false, flash, size, NULL) == CX3_OK;
	file_put(FILE_NAME, flash, size);
	good = good && run_patch(change, "sg", true) &&
	       cx3_fs2_set_uids(copy, len, info, uid, NULL) == CX3_OK &&
	       cx3_fs2_set_full_crc(copy, len, false, NULL) == CX3_OK &&
	       cx3_fs2_stripe(copy, len, info->log2_chunk, false, flash, size, NULL) == CX3_OK &&
	       same_as_file("striped sg", flash, size);
	free(flash);
	return good;
}

static bool patch_vsd(uint8_t *copy, uint32_t len, const struct cx3_fs2_info *info)
{
	file_put(FILE_NAME, copy, len);
	return run_patch(NULL, "sv", false) &&
	       cx3_fs2_set_vsd(copy, len, info, VSD, NULL) == CX3_OK &&
	       cx3_fs2_set_full_crc(copy, len, false, NULL) == CX3_OK &&
	       same_as_file("sv", copy, len);
}

/* What mstflint refuses: MACs that are not set, a chip that it can't name. */
static bool takes_patches(const struct cx3_fs2_info *info)
{
	return !info->blank_uids && info->uid[0] != UINT64_MAX && info->uid_count == 6 &&
	       info->device_type;
}

bool compare_patches(const uint8_t *image, uint32_t len, uint64_t seed)
{
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	uint8_t *copy = malloc(len);
	uint64_t random = seed;
	struct cx3_fs2_info info;
	bool good = copy &&
		    cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_QUICK, &info, NULL) == CX3_OK;

	for (size_t i = 0; good && takes_patches(&info) && i < CHANGES; i++) {
		memcpy(copy, image, len);
		good = patch_uids(&changes[i], copy, len, &info);
	}
	if (good && takes_patches(&info) && info.failsafe) {
		memcpy(copy, image, len);
		good = patch_striped(&changes[fs2_random_below(&random, CHANGES)], copy, len,
				     &info);
	}
	if (good && info.vsd_offset && info.device_type) {
		memcpy(copy, image, len);
		good = patch_vsd(copy, len, &info);
	}
	free(copy);
	return good;
}
