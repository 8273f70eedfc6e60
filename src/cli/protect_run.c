/* SPDX-License-Identifier: BSD-2-Clause */
/* What wp and hw set share: the job on the status registers. */
#include "protect_run.h"

#include "carry_out.h"

int protect_run(struct cli *cli, const struct cx3_protect_options *what, bool *wrote)
{
	struct cx3_job_options options = carry_out_options(cli);
	struct cx3_job_caller caller = carry_out_caller(cli);
	struct cx3_job_result result = {0};
	int rc = session_open(cli, CX3_OPEN_ADAPTER);

	if (rc == CX3_OK)
		rc = cx3_job_protect(cli->session.device, what, &options, &caller, &result,
				     &cli->err);
	rc = carry_out_end(cli, &result, rc,
			   what->setting ? "Written, and its register read back."
					 : "Written, and the status registers read back.");
	*wrote = rc == CX3_OK && result.written;
	return rc;
}
