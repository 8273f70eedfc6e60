/* SPDX-License-Identifier: BSD-2-Clause */
/* rb: raw bytes of a flash or of a file. */
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"

/*
 * rb: "read block", as in mstflint, whose output of 32-bit words in big-endian
 * order is kept. Nothing is interpreted: this is for those who know the format.
 */

struct range {
	uint32_t addr, len;
};

/* Bounded by the largest part, so that no argument makes a huge allocation. */
static int parse_range(struct cli *cli, struct range *range)
{
	uint64_t addr;
	uint64_t len;
	int rc = parse_number(cli->argv[0], "ADDR", CX3_FS2_MAX_IMAGE - 1, &addr, &cli->err);

	if (rc == CX3_OK)
		rc = parse_number(cli->argv[1], "SIZE", CX3_FS2_MAX_IMAGE, &len, &cli->err);
	if (rc != CX3_OK)
		return rc;
	if (len == 0 || len % 4)
		return cx3_fail(&cli->err, CX3_E_USAGE, "SIZE",
				"\"%s\" is no multiple of 4 above 0.", cli->argv[1]);
	range->addr = (uint32_t)addr;
	range->len = (uint32_t)len;
	return CX3_OK;
}

/* Physical addresses: what a clip on the flash would see there. */
static int read_range(struct cli *cli, struct cli_source *source, const struct range *range,
		      uint8_t *data)
{
	uint32_t done = 0;
	int rc = CX3_OK;

	if (range->addr > source->src.size || range->len > source->src.size - range->addr)
		return cx3_fail(
			&cli->err, CX3_E_USAGE, "ADDR",
			"0x%x bytes at 0x%x do not lie within the %s, which has 0x%x bytes.",
			range->len, range->addr, cli->options.image ? "file" : "flash",
			source->src.size);
	source_progress(source, range->len);
	/* in pieces, so that the bar moves and Ctrl-C works */
	while (rc == CX3_OK && done < range->len) {
		uint32_t piece = range->len - done < 4096 ? range->len - done : 4096;

		rc = source->src.read(source->src.user, range->addr + done, data + done, piece,
				      &cli->err);
		done += piece;
	}
	progress_end(&cli->progress);
	return rc;
}

static uint32_t word_at(const uint8_t *data)
{
	return (uint32_t)data[0] << 24 | (uint32_t)data[1] << 16 | (uint32_t)data[2] << 8 | data[3];
}

static void print_words(struct cli *cli, const uint8_t *data, uint32_t len)
{
	for (uint32_t i = 0; i < len; i += 4)
		say(cli, "0x%08x ", word_at(data + i));
	say(cli, "\n");
}

static void json_bytes(cJSON *object, const uint8_t *data, uint32_t len)
{
	char *hex = object ? malloc((size_t)len * 2 + 1) : NULL;

	if (!hex)
		return;
	for (uint32_t i = 0; i < len; i++)
		snprintf(hex + (size_t)i * 2, 3, "%02x", data[i]);
	cJSON_AddStringToObject(object, "hex", hex);
	free(hex);
}

static int deliver(struct cli *cli, const struct range *range, const uint8_t *data)
{
	const char *path = cli->argc > 2 ? cli->argv[2] : NULL;
	int rc = CX3_OK;

	json_hex(cli->json, "address", 8, range->addr);
	json_number(cli->json, "bytes", range->len);
	json_text(cli->json, "file", path);
	if (path)
		rc = cx3_file_write(path, data, range->len, cli->options.yes, &cli->err);
	else if (cli->json)
		json_bytes(cli->json, data, range->len);
	else
		print_words(cli, data, range->len);
	return rc;
}

static int read_and_deliver(struct cli *cli, struct cli_source *source, const struct range *range)
{
	uint8_t *data = calloc((size_t)range->len + 1, 1);
	int rc;

	if (!data)
		return cx3_fail(&cli->err, CX3_E_NO_MEMORY, NULL,
				"There is no memory left; close other programs and try again.");
	rc = read_range(cli, source, range, data);
	if (rc == CX3_OK)
		rc = deliver(cli, range, data);
	free(data);
	return rc;
}

static int run(struct cli *cli)
{
	struct cli_source source;
	struct range range = {0};
	int rc = parse_range(cli, &range);

	if (rc == CX3_OK && cli->argc > 2)
		rc = output_allowed(cli, cli->argv[2]);
	if (rc != CX3_OK)
		return rc;
	rc = source_open(cli, &source);
	if (rc == CX3_OK)
		rc = read_and_deliver(cli, &source, &range);
	source_close(&source);
	return rc;
}

const struct command cmd_rb = {
	.name = "rb",
	.args = "ADDR SIZE [FILE]",
	.summary = "raw bytes, as words or into a file",
	.help = "ADDR is physical; SIZE a multiple of 4; both decimal or 0x...",
	.example = "-d /dev/i2c-3 rb 0x10000 64",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.min_args = 2,
	.max_args = 3,
	.run = run,
};
