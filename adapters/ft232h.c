/* SPDX-License-Identifier: BSD-2-Clause */
#include "adapters.h"

static int ft232h_open(struct cx3_devname *name, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err)
{
	(void)name;
	(void)log;
	(void)out;
	(void)err;
	return CX3_E_NOT_MINE;
}

const struct cx3_adapter_ops cx3_ft232h_ops = {
	.name = "ft232h",
	.open = ft232h_open,
};
