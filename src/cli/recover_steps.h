/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of a recovery, as a person sees them: shown, and refused one by one. */
#ifndef CX3_CLI_RECOVER_STEPS_H
#define CX3_CLI_RECOVER_STEPS_H

#include "cli.h"

/* The numbered list, what is left out by an option and what that costs, and `steps` of the
 * document. */
void recover_steps_show(struct cli *cli, const struct cx3_job_view *view);

/* The question, as struct cx3_job_caller has it: with the answer "s" each step is asked about
 * before anything begins. `user` is the struct cli. */
int recover_steps_confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err);

#endif
