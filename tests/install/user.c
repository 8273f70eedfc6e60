/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that uses the installed library as a stranger would. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cx3flash/fs2_build.h>
#include <cx3flash/jobs.h>
#include <cx3flash/scan.h>

int main(void)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err;
	uint8_t *image;
	uint32_t len;

	cx3_fs2_recipe_default(&recipe);
	if (cx3_fs2_build(&recipe, &image, &len, &err) != CX3_OK) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_FAILURE;
	}
	struct cx3_fs2_source src = cx3_fs2_memory(image, len);
	int rc = cx3_fs2_verify(&src, CX3_FS2_CONTIGUOUS, &info, NULL, NULL, &err);

	free(image);
	if (rc != CX3_OK || strcmp(info.psid, recipe.psid) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
