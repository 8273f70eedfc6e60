/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole content of a card's flash, or of a file: see content.h. */
#include "content.h"

#include <stdlib.h>

#include "cx3flash/backup.h"

#define LEAST_FLASH 0x40000u /* bytes; the smallest of these cards have 512 KiB */

static int of_card(struct cli *cli, struct content *content)
{
	int rc = session_open(cli, CX3_OPEN_SHADOW);

	if (rc != CX3_OK)
		return rc;
	progress_begin_one(&cli->progress);
	rc = cx3_backup_content(cli->session.shadow, &content->bytes, &cli->err);
	progress_end(&cli->progress);
	content->len = cx3_flash_part(cli->session.flash)->size;
	return rc;
}

int content_of_file(struct cli *cli, const char *path, struct content *content)
{
	int rc;

	*content = (struct content){0};
	rc = cx3_image_load(path, cli->options.psid, &content->file, &content->len, &cli->err);
	content->bytes = content->file;
	return rc;
}

int content_load(struct cli *cli, struct content *content)
{
	*content = (struct content){0};
	return cli->options.image ? content_of_file(cli, cli->options.image, content)
				  : of_card(cli, content);
}

int content_verdict(struct cli *cli, const struct content *content, const char *verdict)
{
	struct cx3_error why;
	int rc;

	if (content->file)
		return CX3_OK;
	cx3_fail(&why, CX3_E_IMAGE, "flash", "%s.", verdict);
	rc = card_verdict(cli, CX3_E_IMAGE, &why);
	if (cx3_fs2_is_verdict(rc))
		return CX3_OK;
	cli->err = why;
	return rc;
}

void content_free(struct content *content)
{
	free(content->file);
	content->file = NULL;
}

bool content_is_flash(const struct content *content)
{
	return content->len >= LEAST_FLASH && (content->len & (content->len - 1)) == 0;
}
