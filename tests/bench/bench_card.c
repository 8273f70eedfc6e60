/* SPDX-License-Identifier: BSD-2-Clause */
/* The card that jobs are measured on: made-up images of full size. */
#include "bench_card.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/file.h"
#include "images/fs2_build.h"

int bench_make_card(const char *path, struct cx3_error *err)
{
	static uint8_t content[FLASH_SIZE];
	struct cx3_fs2_recipe recipe;
	uint8_t *old;
	uint32_t len;
	int rc;

	cx3_fs2_recipe_default(&recipe);
	snprintf(recipe.psid, sizeof(recipe.psid), "HP_1380110017");
	memset(content, 0xff, sizeof(content));
	rc = cx3_fs2_build(&recipe, &old, &len, err);
	if (rc == CX3_OK) {
		rc = cx3_fs2_stripe(old, len, recipe.log2_chunk, false, content, FLASH_SIZE, err);
		free(old);
	}
	if (rc == CX3_OK)
		rc = cx3_file_write(path, content, sizeof(content), true, err);
	return rc;
}
