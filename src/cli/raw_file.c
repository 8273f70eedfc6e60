/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw writes into a file: of an image, or a raw read of a flash. mstflint refuses all of them for a
 * file but ww. Addresses are the file's own. A file needs no erase to get a bit back; wwne and wbne
 * refuse here what they would refuse on a flash, so that a file tells what a card would do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/text.h"
#include "image_file.h"
#include "printable.h"
#include "raw_run.h"
#include "shapes.h"

static bool verifies(const uint8_t *bytes, size_t len)
{
	struct cx3_fs2_source src = cx3_fs2_memory(bytes, (uint32_t)len);
	struct cx3_fs2_info info;

	return cx3_fs2_verify(&src, CX3_FS2_DETECT, &info, NULL, NULL, NULL) == CX3_OK;
}

static int check_range(struct cli *cli, size_t size, uint32_t lo, uint32_t len)
{
	if (lo < size && len <= size - lo)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_USAGE, "ADDR",
			"%u bytes at 0x%x do not lie within the file, which has 0x%zx bytes.",
			(unsigned)len, (unsigned)lo, size);
}

static int check_bits(struct cli *cli, const struct cx3_raw *raw, const uint8_t *now)
{
	char place[32];

	for (uint32_t i = 0; raw->kind == CX3_RAW_PROGRAM && i < raw->len; i++) {
		uint32_t addr = raw->addr + i / 4 * 4;

		if (!(raw->bytes[i] & ~now[i]))
			continue;
		raw_advise_ww(cli, raw, addr);
		snprintf(place, sizeof(place), "file 0x%x", (unsigned)addr);
		return cx3_fail(&cli->err, CX3_E_NEEDS_ERASE, place,
				"On a flash the word at 0x%x could not be written without an "
				"erase: bits would have to go from 0 to 1; nothing was written.\n"
				"Write that word with an erase of its sector first.",
				(unsigned)addr);
	}
	return CX3_OK;
}

static void show(struct cli *cli, uint32_t lo, uint32_t len, const uint8_t *now,
		 const uint8_t *then)
{
	char what[32], before[64], after[64];

	snprintf(what, sizeof(what), "0x%06x-0x%06x", (unsigned)lo, (unsigned)(lo + len - 1));
	cx3_hex_text(now, len, before, sizeof(before));
	cx3_hex_text(then, len, after, sizeof(after));
	change_json(json_array(cli->json, "changes"), "bytes", what, before, after,
		    memcmp(now, then, len) != 0);
	say(cli,
	    "    The file is going to change at %s:\n\n        before: %s\n        after:  %s\n",
	    what, before, after);
}

static int store(struct cli *cli, const uint8_t *bytes, size_t len, bool was_whole)
{
	int rc;

	if (was_whole && !verifies(bytes, len))
		say(cli, "-W- The image in the file verifies now, and will not after this: fix_crc "
			 "mends CRCs.\n");
	if (cli->options.dry_run) {
		say(cli, "\n-I- Dry run: nothing was written.\n");
		return CX3_OK;
	}
	rc = ask_continue(cli, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_file_write(cli->options.image, bytes, len, true, &cli->err);
	if (rc == CX3_OK)
		say(cli, "-I- Changed: %s\n", shown(cli->options.image));
	return rc;
}

static int change(struct cli *cli, const struct cx3_raw *raw, uint8_t *bytes, size_t size)
{
	bool erases = raw->kind == CX3_RAW_ERASE;
	uint32_t lo = erases ? raw->addr / CX3_FLASH_SECTOR * CX3_FLASH_SECTOR : raw->addr;
	uint32_t len = erases ? CX3_FLASH_SECTOR : raw->len;
	uint8_t *given;
	bool whole;
	int rc;

	if (erases && lo < size && len > size - lo)
		len = (uint32_t)(size - lo);
	rc = check_range(cli, size, lo, len);
	if (rc == CX3_OK)
		rc = check_bits(cli, raw, bytes + lo);
	if (rc != CX3_OK)
		return rc;
	given = malloc(len);
	if (!given)
		return cx3_fail(&cli->err, CX3_E_NO_MEMORY, "file",
				"There is no memory for the bytes.\n"
				"Close other programs and try again.");
	memset(given, 0xff, len);
	if (!erases)
		memcpy(given, raw->bytes, len);
	show(cli, lo, len, bytes + lo, given);
	whole = verifies(bytes, size);
	memcpy(bytes + lo, given, len);
	free(given);
	return store(cli, bytes, size, whole);
}

int raw_file(struct cli *cli, const struct cx3_raw *raw)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	int rc = image_file_read(cli, &bytes, &len);

	if (rc == CX3_OK)
		rc = change(cli, raw, bytes, len);
	free(bytes);
	return rc;
}
