/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands that run a job share: the engine's callbacks, and how a job ends. */
#ifndef CX3_CLI_CARRY_OUT_H
#define CX3_CLI_CARRY_OUT_H

#include "cli.h"

/* The options of this command line, as the engine takes them. */
struct cx3_job_options carry_out_options(struct cli *cli);
/* Show, ask and tell on this terminal. */
struct cx3_job_caller carry_out_caller(struct cli *cli);
/* The question, as struct cx3_job_caller has it. */
int carry_out_confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err);
/* Reports a job that ended with `rc`, and returns it. `done` is said when it wrote. */
int carry_out_end(struct cli *cli, const struct cx3_job_result *result, int rc, const char *done);
/* After a job that wrote: the line that puts back what was there before; `psid`: over another
 * PSID. */
void carry_out_way_back(struct cli *cli, const struct cx3_job_result *result, bool psid);

/* plan_show.c: the table of changes, the plan, its cost and what stays bootable. */
void plan_show(struct cli *cli, const struct cx3_job_view *view);
/* What the full reading has shown, in a few lines. */
void plan_show_again(struct cli *cli, const struct cx3_job_view *view);

#endif
