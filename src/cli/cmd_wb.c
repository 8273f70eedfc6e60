/* SPDX-License-Identifier: BSD-2-Clause */
/* wb: "write block", a file's bytes. */
#include <stdlib.h>

#include "commands.h"
#include "printable.h"
#include "raw_run.h"

static int run(struct cli *cli)
{
	struct cx3_raw raw = {.kind = CX3_RAW_WRITE};
	uint8_t *bytes = NULL;
	size_t len = 0;
	int rc = raw_address(cli, cli->argv[1], &raw.addr);

	if (rc == CX3_OK)
		rc = cx3_file_read(cli->argv[0], CX3_FS2_MAX_IMAGE, &bytes, &len, &cli->err);
	if (rc == CX3_OK)
		rc = raw_whole_words(cli, cli->argv[0], len);
	raw.bytes = bytes;
	raw.len = (uint32_t)len;
	if (rc == CX3_OK)
		rc = raw_run(cli, &raw);
	free(bytes);
	return rc;
}

const struct command cmd_wb = {
	.name = "wb",
	.args = "FILE ADDR",
	.summary = "write a file's bytes at ADDR",
	.help = "ADDR is physical, as for rb. The rest of each sector is put back as it was. (mstflint\n"
		"erases the whole block of 64 KiB around it.) Nothing makes CRCs right: in an image\n"
		"that boots this wants --allow-unbootable, and fix_crc mends a file.",
	.example = "-d /dev/i2c-3 wb data.bin 0x1f0000",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.min_args = 2,
	.max_args = 2,
	.files = 1,
	.scope = SCOPE_RAW,
	.run = run,
};
