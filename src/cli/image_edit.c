/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * brom, drom, sv, set_key and set_config on an image file, which mstflint refuses for the first two
 * and for set_key. The file becomes longer or shorter with its ROM. What lies past the image may be
 * nothing but padding: it belongs to no image, and would have to move.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image_file.h"
#include "printable.h"
#include "shapes.h"

static size_t config_len(const struct cx3_fs2_source *src)
{
	size_t len = 0;
	char *text;

	(void)cx3_fs2_text(src, CX3_FS2_CONTIGUOUS, CX3_FS2_FW_CONFIG, &text, &len, NULL);
	free(text);
	return len;
}

/* `source`: the image as it was. */
static void show(struct cli *cli, const struct cx3_edit *edit, const struct cx3_fs2_source *source,
		 const struct cx3_fs2_info *before, const struct cx3_fs2_info *after)
{
	const char *key = "rom", *what = "ROM";
	char old[256], fresh[256];

	if (edit->kind == CX3_EDIT_SET_VSD) {
		key = "vsd";
		what = "VSD";
		snprintf(old, sizeof(old), "%s", before->vsd);
		snprintf(fresh, sizeof(fresh), "%s", after->vsd);
	} else if (edit->kind == CX3_EDIT_SET_CONFIG) {
		key = "config_text";
		what = "configuration text";
		snprintf(old, sizeof(old), "%zu bytes", config_len(source));
		snprintf(fresh, sizeof(fresh), "%zu bytes", edit->text_len);
	} else if (edit->kind == CX3_EDIT_SET_KEY) {
		key = "access_key";
		what = "hardware access key";
		snprintf(old, sizeof(old), "%s", before->access_key ? "set" : "not set");
		snprintf(fresh, sizeof(fresh), "%s", after->access_key ? "set" : "not set");
	} else {
		cx3_fs2_rom_words(before, old, sizeof(old));
		cx3_fs2_rom_words(after, fresh, sizeof(fresh));
	}
	change_json(json_array(cli->json, "changes"), key, what, old, fresh,
		    before->access_key != after->access_key || strcmp(old, fresh) != 0);
	say(cli, "    The image file's %s is going to change:\n\n        before: %s\n", what,
	    shown(old));
	say(cli, "        after:  %s\n", shown(fresh));
	if (edit->kind == CX3_EDIT_SET_CONFIG)
		say(cli,
		    "-W- The firmware does not read this text: it reads the Configuration section, "
		    "which stays.\n");
	if (edit->kind == CX3_EDIT_SET_ROM && after->rom_count == 0)
		say(cli, "-W- No vendor's mark is in this ROM, so nothing tells what it is.\n");
	if (before->image_size != after->image_size)
		say(cli, "        the image has %u bytes after it, %u before\n", after->image_size,
		    before->image_size);
}

static int check_rest(struct cli *cli, const uint8_t *image, size_t len, uint32_t end)
{
	for (size_t i = end; i < len; i++) {
		if (image[i] != 0xff && image[i] != 0)
			return cx3_fail(&cli->err, CX3_E_USAGE, cli->options.image,
					"Behind the image, from 0x%x on, the file holds something "
					"else.\n"
					"Take the image out of it first.",
					(unsigned)i);
	}
	return CX3_OK;
}

/* The new image, with the file's padding as long as it has room for that. */
static int store(struct cli *cli, const uint8_t *image, uint32_t end, size_t len, uint8_t padding)
{
	size_t whole = end > len ? end : len;
	uint8_t *bytes = malloc(whole ? whole : 1);
	int rc;

	if (!bytes)
		return cx3_fail(&cli->err, CX3_E_NO_MEMORY, "image",
				"There is no memory for the image.\n"
				"Close other programs and try again.");
	memset(bytes, padding, whole);
	memcpy(bytes, image, end);
	rc = cx3_file_write(cli->options.image, bytes, whole, true, &cli->err);
	free(bytes);
	return rc;
}

int image_file_edit(struct cli *cli, const struct cx3_edit *edit)
{
	struct cx3_fs2_info before = {0}, after = {0};
	struct cx3_fs2_source src;
	uint8_t *image = NULL, *changed = NULL;
	size_t len = 0;
	uint32_t end = 0;
	int rc = image_file_load(cli, &image, &len, &before);
	bool padded = rc == CX3_OK && len > before.end;

	if (padded)
		rc = check_rest(cli, image, len, before.end);
	if (rc == CX3_OK)
		rc = cx3_fs2_edit(image, before.end, edit, &changed, &end, &cli->err);
	if (rc == CX3_OK) {
		src = cx3_fs2_memory(changed, end);
		rc = cx3_fs2_query(&src, CX3_FS2_CONTIGUOUS, CX3_FS2_FULL, &after, &cli->err);
	}
	if (rc == CX3_OK) {
		src = cx3_fs2_memory(image, before.end);
		show(cli, edit, &src, &before, &after);
	}
	if (rc == CX3_OK && cli->options.dry_run)
		say(cli, "\n-I- Dry run: nothing was written.\n");
	else if (rc == CX3_OK)
		rc = ask_continue(cli, &cli->err);
	if (rc == CX3_OK && !cli->options.dry_run)
		rc = store(cli, changed, end, padded ? len : 0,
			   padded ? image[before.end] : (uint8_t)0xff);
	if (rc == CX3_OK && !cli->options.dry_run)
		say(cli, "-I- Changed: %s\n", shown(cli->options.image));
	free(changed);
	free(image);
	return rc;
}
