/* SPDX-License-Identifier: BSD-2-Clause */
#include "../adapters.h"

static int sim_open(struct cx3_devname *name, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err)
{
	(void)name;
	(void)log;
	(void)out;
	(void)err;
	return CX3_E_NOT_MINE;
}

const struct cx3_adapter_ops cx3_sim_ops = {
	.name = "sim",
	.open = sim_open,
};
