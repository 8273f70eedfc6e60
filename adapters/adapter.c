/* SPDX-License-Identifier: BSD-2-Clause */
#include "adapters.h"

#include <string.h>

const struct cx3_adapter_ops *const cx3_adapters[] = {
	&cx3_sim_ops,
	&cx3_ft232h_ops,
	&cx3_i2cdev_ops,
	NULL,
};

/* An option that nobody took is a misspelt one: say so before anything is sent. */
static int complain_of_leftovers(const struct cx3_devname *name, const char *device,
				 struct cx3_error *err)
{
	for (unsigned i = 0; i < name->count; i++) {
		if (!name->option[i].taken)
			return cx3_fail(err, CX3_E_USAGE, device,
					"the device option \"%s\" is not known here; "
					"see --help for the options of each adapter",
					name->option[i].key);
	}
	return CX3_OK;
}

int cx3_adapter_open(const char *device, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err)
{
	struct cx3_devname name;
	int rc = cx3_devname_parse(device, &name, err);

	*out = NULL;
	if (rc != CX3_OK)
		return rc;
	for (size_t i = 0; cx3_adapters[i]; i++) {
		struct cx3_devname copy = name;

		rc = cx3_adapters[i]->open(&copy, log, out, err);
		if (rc == CX3_E_NOT_MINE)
			continue;
		if (rc == CX3_OK)
			rc = complain_of_leftovers(&copy, device, err);
		if (rc != CX3_OK) {
			cx3_adapter_close(*out);
			*out = NULL;
		}
		return rc;
	}
	return cx3_fail(
		err, CX3_E_USAGE, device,
		"no adapter has a device name of this form; use /dev/i2c-N, ft232h or sim:FILE");
}

void cx3_adapter_close(struct cx3_adapter *a)
{
	if (a)
		a->ops->close(a);
}
