/* SPDX-License-Identifier: BSD-2-Clause */
#include "adapters.h"

static int i2cdev_open(struct cx3_devname *name, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err)
{
	(void)name;
	(void)log;
	(void)out;
	(void)err;
	return CX3_E_NOT_MINE;
}

const struct cx3_adapter_ops cx3_i2cdev_ops = {
	.name = "i2cdev",
	.open = i2cdev_open,
};
