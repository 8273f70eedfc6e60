/* SPDX-License-Identifier: BSD-2-Clause */
/* diff: where two contents differ, by section. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "content.h"
#include "cx3flash/map.h"
#include "exit_code.h"

static void show_one(struct cli *cli, cJSON *array, const struct cx3_difference *d)
{
	cJSON *item = json_append(array);

	if (d->len == 0)
		say(cli, "  %-24s  only in the second (%" PRIu32 " bytes)\n", d->name, d->other);
	else if (d->other == 0)
		say(cli, "  %-24s  only in the first (%" PRIu32 " bytes)\n", d->name, d->len);
	else if (d->len != d->other)
		say(cli, "  %-24s  %" PRIu32 " bytes, and %" PRIu32 " in the second\n", d->name,
		    d->len, d->other);
	else
		say(cli,
		    "  %-24s  %" PRIu32 " of %" PRIu32 " bytes differ, from 0x%08" PRIx32 " on\n",
		    d->name, d->differ, d->len, d->first_differ);
	json_text(item, "name", d->name);
	json_hex(item, "start", 8, d->start);
	json_number(item, "size", d->len);
	json_number(item, "size_second", d->other);
	json_number(item, "differing_bytes", d->differ);
	json_hex(item, "first_difference", 8, d->first_differ);
}

static int show(struct cli *cli, const struct cx3_difference *list, size_t count, bool raw)
{
	cJSON *array;

	json_text(cli->json, "compared", raw ? "flash" : "image");
	json_flag(cli->json, "same", count == 0);
	array = json_array(cli->json, "differences");
	say(cli, "Compared as %s:\n", raw ? "whole flashes" : "images, section by section");
	for (size_t i = 0; i < count; i++)
		show_one(cli, array, &list[i]);
	if (count == 0)
		say(cli, "  no difference\n");
	else
		cli->answer = EXIT_DIFFERS;
	return CX3_OK;
}

/* "They differ" and "it can't be read" are verdicts on the first, which may be a card. */
static int judge(struct cli *cli, const struct content *a, int rc, size_t count)
{
	char why[sizeof(cli->err.cause)];
	int noise;

	if (rc == CX3_OK && count == 0)
		return rc;
	if (rc != CX3_OK && !cx3_fs2_is_verdict(rc))
		return rc;
	if (rc == CX3_OK)
		snprintf(why, sizeof(why), "%zu stretches of it differ from the file", count);
	else
		snprintf(why, sizeof(why), "%.*s", (int)strcspn(cli->err.cause, "."),
			 cli->err.cause);
	noise = content_verdict(cli, a, why);
	return noise == CX3_OK ? rc : noise;
}

/* Two flashes byte for byte; where one of them is an image file, two images. */
static int compare(struct cli *cli, const struct content *a, const struct content *b)
{
	struct cx3_fs2_source one = cx3_fs2_memory(a->bytes, a->len);
	struct cx3_fs2_source two = cx3_fs2_memory(b->bytes, b->len);
	bool raw = content_is_flash(a) && content_is_flash(b) && a->len == b->len;
	struct cx3_difference *list = NULL;
	size_t count = 0;
	int rc;

	if (raw)
		rc = cx3_diff_raw(a->bytes, b->bytes, a->len, &list, &count, &cli->err);
	else
		rc = cx3_diff_images(&one, CX3_FS2_DETECT, &two, CX3_FS2_DETECT, &list, &count,
				     &cli->err);
	rc = judge(cli, a, rc, count);
	if (rc == CX3_OK)
		rc = show(cli, list, count, raw);
	free(list);
	return rc;
}

/* What is no image at all is the file's fault, and not the card's. */
static int check_file(struct cli *cli, const char *path, const struct content *content)
{
	struct cx3_fs2_source src = cx3_fs2_memory(content->bytes, content->len);
	struct cx3_fs2_info info;

	if (content_is_flash(content) ||
	    cx3_fs2_query(&src, CX3_FS2_DETECT, CX3_FS2_QUICK, &info, NULL) != CX3_E_NO_IMAGE)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_IMAGE, path,
			"There is no FS2 image in this file, and it is no whole flash.\n"
			"Please check that it is the file you mean.");
}

static int run(struct cli *cli)
{
	struct content a = {0}, b = {0};
	/* before minutes of reading */
	int rc = content_of_file(cli, cli->argv[0], &b);

	if (rc == CX3_OK)
		rc = check_file(cli, cli->argv[0], &b);
	if (rc == CX3_OK)
		rc = content_load(cli, &a);
	if (rc == CX3_OK)
		rc = compare(cli, &a, &b);
	content_free(&a);
	content_free(&b);
	return rc;
}

const struct command cmd_diff = {
	.name = "diff",
	.args = "FILE",
	.summary = "where a card, a backup or an image differs from FILE",
	.help = "Two whole flashes (a card, backups) are compared byte for byte, and told by section.\n"
		"Where one of them is an image file, the images are: the one that boots of a flash.\n"
		"The exit code is 0 where they are the same, 12 where they differ.",
	.example = "-d /dev/i2c-3 diff my-card.bin",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
