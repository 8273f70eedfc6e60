/* SPDX-License-Identifier: BSD-2-Clause */
#include "burn.h"

#include <stdlib.h>
#include <string.h>

int cx3_burn_prepare(struct cx3_shadow *shadow, const uint8_t *image, uint32_t len,
		     const struct cx3_burn_options *options, struct cx3_burn *burn,
		     struct cx3_error *err)
{
	struct cx3_burn_job job = {
		.shadow = shadow,
		.flash = cx3_shadow_source(shadow),
		.options = options,
		.noun = "burn",
		.burn = burn,
	};
	int rc;

	memset(burn, 0, sizeof(*burn));
	rc = cx3_burn_load(&job, image, len, err);
	if (rc == CX3_OK)
		rc = cx3_burn_look(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_patch(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_check_size(&job, err);
	if (rc == CX3_OK)
		rc = cx3_burn_plan(&job, err);
	if (rc == CX3_OK)
		cx3_burn_changes(burn);
	else
		cx3_burn_finish(burn);
	return rc;
}

void cx3_burn_finish(struct cx3_burn *burn)
{
	cx3_plan_free(burn->plan);
	free(burn->image);
	burn->plan = NULL;
	burn->image = NULL;
	burn->image_len = 0;
}
