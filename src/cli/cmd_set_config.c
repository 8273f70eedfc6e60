/* SPDX-License-Identifier: BSD-2-Clause */
/* set_config: the text that dc prints, put back into the image on a card or in a file. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "edit_run.h"

#define MOST_TEXT (UINT32_C(1) << 20)

/* Lines in any alphabet. */
static bool is_text(const uint8_t *text, size_t len)
{
	bool good = len > 0;

	for (size_t i = 0; i < len && good; i++)
		good = (text[i] >= 0x20 && text[i] != 0x7f) ||
		       (text[i] && strchr("\t\n\f\r", text[i]));
	return good;
}

static int run(struct cli *cli)
{
	struct cx3_edit edit = {.kind = CX3_EDIT_SET_CONFIG};
	uint8_t *text;
	size_t len;
	int rc = cx3_file_read(cli->argv[0], MOST_TEXT, &text, &len, &cli->err);

	if (rc != CX3_OK)
		return rc;
	if (!is_text(text, len))
		rc = cx3_fail(&cli->err, CX3_E_FILE, cli->argv[0],
			      "This is no text: it is empty, or holds bytes that no text has.\n"
			      "Give a text as dc prints it.");
	edit.text = (const char *)text;
	edit.text_len = len;
	if (rc == CX3_OK)
		rc = edit_run(cli, &edit);
	free(text);
	return rc;
}

const struct command cmd_set_config = {
	.name = "set_config",
	.args = "FILE",
	.summary = "put this configuration text in (dc), on a card or in a file",
	.help = "FILE is a text as dc prints it. The card does not read it: its firmware reads another\n"
		"section, which was made from that text and stays as it is. On a card its own image,\n"
		"with the text in it, is burnt beside the old one.",
	.example = "-i fw.bin set_config fw.ini",
	.group = GROUP_CHANGE,
	.target = TARGET_EITHER,
	.min_args = 1,
	.max_args = 1,
	.files = 1,
	.scope = SCOPE_CONFIG,
	.run = run,
};
