/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of adapters, opening one by its device name, and what all share. */
#include "adapters.h"

#include <string.h>

#include "wire_log.h"

static const struct cx3_adapter_ops *const kinds[] = {
#define CX3_ADAPTER(name) &cx3_##name##_ops,
#include "adapters.def"
#undef CX3_ADAPTER
};

const struct cx3_adapter_ops *cx3_adapter_kind(size_t index)
{
	return index < sizeof(kinds) / sizeof(kinds[0]) ? kinds[index] : NULL;
}

/* An option that nobody took is a misspelt one: say so before anything is sent. */
static int complain_of_leftovers(const struct cx3_devname *name, const char *device,
				 struct cx3_error *err)
{
	for (unsigned i = 0; i < name->count; i++) {
		if (!name->option[i].taken)
			return cx3_fail(err, CX3_E_USAGE, device,
					"This adapter has no device option \"%s\".\n"
					"See which options its device names may have.",
					name->option[i].key);
	}
	return CX3_OK;
}

/* Without this the semaphore could be taken, which is a read, but never be freed. */
int cx3_adapter_check_limits(const struct cx3_adapter *a, struct cx3_error *err)
{
	if (a->max_write >= CX3_LEAST_WRITE && a->max_read >= CX3_LEAST_READ)
		return CX3_OK;
	return cx3_fail(err, CX3_E_UNSUPPORTED, a->label,
			"This adapter carries at most %zu bytes in a write and %zu in a read. A "
			"register of the card needs %u and %u.\n"
			"Use another adapter.",
			a->max_write, a->max_read, CX3_LEAST_WRITE, CX3_LEAST_READ);
}

int cx3_adapter_check_lengths(const struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			      struct cx3_error *err)
{
	for (size_t i = 0; i < n; i++) {
		if (xfer[i].wr_len > a->max_write || xfer[i].rd_len > a->max_read)
			return cx3_fail(
				err, CX3_E_TOO_LONG, a->label,
				"A message of %u bytes out and %u in is longer than the adapter's "
				"%zu and %zu.\n"
				"Split it.",
				xfer[i].wr_len, xfer[i].rd_len, a->max_write, a->max_read);
	}
	return CX3_OK;
}

void cx3_adapter_log_own(const struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			 const char *error)
{
	if (!cx3_wire_is_logged(a->log))
		return;
	for (size_t i = 0; i < n; i++)
		cx3_wire_log(a->log, &(struct cx3_wire_line){.label = a->label,
							     .addr = a->addr,
							     .wr = xfer[i].wr,
							     .rd = xfer[i].rd,
							     .wr_len = xfer[i].wr_len,
							     .rd_len = xfer[i].rd_len,
							     .error = error});
}

bool cx3_adapter_must_wait(const struct cx3_xfer *xfer)
{
	bool may_be_command = xfer->rd_len == 0 && xfer->wr_len <= CX3_LEAST_WRITE;

	return may_be_command && !xfer->blind && xfer[-1].rd_len == 0;
}

int cx3_adapter_open(const char *device, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err)
{
	struct cx3_devname name;
	int rc = cx3_devname_parse(device, &name, err);

	*out = NULL;
	if (rc != CX3_OK)
		return rc;
	for (size_t i = 0; cx3_adapter_kind(i); i++) {
		struct cx3_devname copy = name;

		rc = cx3_adapter_kind(i)->open(&copy, log, out, err);
		if (rc == CX3_E_NOT_MINE)
			continue;
		if (rc == CX3_OK)
			rc = complain_of_leftovers(&copy, device, err);
		if (rc == CX3_OK)
			rc = cx3_adapter_check_limits(*out, err);
		if (rc != CX3_OK) {
			cx3_adapter_close(*out);
			*out = NULL;
		}
		return rc;
	}
	return cx3_fail(err, CX3_E_USAGE, device,
			"No adapter has a device name of this form.\n"
			"Use /dev/i2c-N, ft232h, mtusb1 or sim:FILE.");
}

void cx3_adapter_close(struct cx3_adapter *a)
{
	if (!a)
		return;
	cx3_log(a->log, CX3_LOG_INFO,
		"%s: %llu bytes on the wire in %llu messages and %llu calls, %llu ms", a->label,
		(unsigned long long)a->traffic.wire_bytes, (unsigned long long)a->traffic.messages,
		(unsigned long long)a->traffic.calls,
		(unsigned long long)(a->ops->now_us(a) / 1000));
	a->ops->close(a);
}
