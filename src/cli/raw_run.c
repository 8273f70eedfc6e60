/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands of raw writes share: their numbers, and the job. */
#include "raw_run.h"

#include <inttypes.h>
#include <stdio.h>

#include "carry_out.h"

int raw_address(struct cli *cli, const char *text, uint32_t *addr)
{
	uint64_t value;
	int rc = parse_number(text, "ADDR", CX3_FS2_MAX_IMAGE - 1, &value, &cli->err);

	if (rc != CX3_OK)
		return rc;
	if (value % 4)
		return cx3_fail(&cli->err, CX3_E_USAGE, "ADDR",
				"0x%" PRIx64 " is no multiple of 4, as the address of a word is.\n"
				"Look at it again.",
				value);
	*addr = (uint32_t)value;
	return CX3_OK;
}

int raw_words(struct cli *cli, char **text, unsigned count, uint8_t *bytes)
{
	int rc = CX3_OK;

	for (unsigned i = 0; i < count && rc == CX3_OK; i++) {
		uint64_t word = 0;

		rc = parse_number(text[i], "DATA", UINT32_MAX, &word, &cli->err);
		for (unsigned b = 0; b < 4; b++)
			*bytes++ = (uint8_t)(word >> (24 - 8 * b));
	}
	return rc;
}

int raw_whole_words(struct cli *cli, const char *path, size_t len)
{
	if (len > 0 && len % 4 == 0)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_USAGE, path,
			"The file has %zu bytes, which is no number of whole words of 4 bytes.\n"
			"Look whether it is the file that you mean.",
			len);
}

void raw_advise_ww(struct cli *cli, const struct cx3_raw *raw, uint32_t addr)
{
	static _Thread_local char text[2][16];
	const uint8_t *b = raw->bytes + (addr - raw->addr);

	snprintf(text[0], sizeof(text[0]), "0x%x", (unsigned)addr);
	snprintf(text[1], sizeof(text[1]), "0x%02x%02x%02x%02x", b[0], b[1], b[2], b[3]);
	cli->ww[0] = text[0];
	cli->ww[1] = text[1];
}

static int on_card(struct cli *cli, const struct cx3_raw *raw)
{
	struct cx3_job_options options = carry_out_options(cli);
	struct cx3_job_caller caller = carry_out_caller(cli);
	struct cx3_job_result result = {0};
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc == CX3_OK)
		rc = cx3_job_raw(cli->session.device, raw, &options, &caller, &result, &cli->err);
	if (rc == CX3_E_NEEDS_ERASE)
		raw_advise_ww(cli, raw, result.needs_erase);
	rc = carry_out_end(cli, &result, rc, "Written and read back.");
	if (rc == CX3_OK)
		carry_out_way_back(cli, &result, raw->kind == CX3_RAW_IMAGE);
	return rc;
}

int raw_run(struct cli *cli, const struct cx3_raw *raw)
{
	return cli->options.image && raw->kind != CX3_RAW_IMAGE ? raw_file(cli, raw)
								: on_card(cli, raw);
}

int raw_run_word(struct cli *cli, enum cx3_raw_kind kind)
{
	uint8_t bytes[4];
	struct cx3_raw raw = {.kind = kind, .bytes = bytes, .len = sizeof(bytes)};
	int rc = raw_address(cli, cli->argv[0], &raw.addr);

	if (rc == CX3_OK)
		rc = raw_words(cli, cli->argv + 1, 1, bytes);
	return rc == CX3_OK ? raw_run(cli, &raw) : rc;
}
