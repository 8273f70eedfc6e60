/* SPDX-License-Identifier: BSD-2-Clause */
/* The adapters that this build has, and what opening one checks. */
#ifndef CX3_ADAPTERS_H
#define CX3_ADAPTERS_H

#include "cx3flash/adapterops.h"

/* Each adapter's own folder defines its cx3_NAME_ops. */
#define CX3_ADAPTER(name) extern const struct cx3_adapter_ops cx3_##name##_ops;
#include "adapters.def"
#undef CX3_ADAPTER

/* CX3_E_UNSUPPORTED if the adapter's longest messages are too short for a register. */
int cx3_adapter_check_limits(const struct cx3_adapter *a, struct cx3_error *err);

/*
 * The log's lines of transfers that an adapter makes of its own accord, to try something out: those
 * of the card layer are logged there. `error`: why they may not have happened; NULL: they have.
 */
void cx3_adapter_log_own(const struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			 const char *error);

#endif
