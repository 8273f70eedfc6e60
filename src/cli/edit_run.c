/* SPDX-License-Identifier: BSD-2-Clause */
/* On a card the changed image is burnt beside the old one, with a burn's safety. */
#include "edit_run.h"

#include "carry_out.h"
#include "image_file.h"

static int on_card(struct cli *cli, const struct cx3_edit *edit)
{
	struct cx3_job_options options = carry_out_options(cli);
	struct cx3_job_caller caller = carry_out_caller(cli);
	struct cx3_job_result result = {0};
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc == CX3_OK)
		rc = cx3_job_edit(cli->session.device, edit, &options, &caller, &result, &cli->err);
	rc = carry_out_end(cli, &result, rc,
			   "Changed and read back. The card uses it after a reset: power the "
			   "machine off and on.");
	if (rc == CX3_OK)
		carry_out_way_back(cli, &result, false);
	return rc;
}

int edit_run(struct cli *cli, const struct cx3_edit *edit)
{
	return cli->options.image ? image_file_edit(cli, edit) : on_card(cli, edit);
}
