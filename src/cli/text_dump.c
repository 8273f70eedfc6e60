/* SPDX-License-Identifier: BSD-2-Clause */
/* dc and dh: a section that holds text, to the terminal or into a file. */
#include "text_dump.h"

#include <stdlib.h>

int text_dump(struct cli *cli, uint32_t type, const char *key)
{
	const char *path = cli->argc > 0 ? cli->argv[0] : NULL;
	struct cli_source source;
	char *text = NULL;
	size_t len = 0;
	int rc = path ? output_allowed(cli, path) : CX3_OK;

	if (rc != CX3_OK)
		return rc;
	rc = source_open(cli, &source);
	if (rc == CX3_OK)
		rc = cx3_fs2_text(&source.src, source.layout, type, &text, &len, &cli->err);
	if (rc == CX3_OK && path)
		rc = cx3_file_write(path, text, len, cli->options.yes, &cli->err);
	else if (rc == CX3_OK)
		say_text(cli, text);
	if (rc == CX3_OK) {
		json_text(cli->json, "file", path);
		json_number(cli->json, "bytes", len);
	}
	if (rc == CX3_OK && !path && cli->json)
		json_text(cli->json, key, text);
	free(text);
	source_close(&source);
	return rc;
}
