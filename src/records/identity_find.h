/* SPDX-License-Identifier: BSD-2-Clause */
/* The search of a flash for identities, as the jobs use it. */
#ifndef CX3_RECORDS_IDENTITY_FIND_H
#define CX3_RECORDS_IDENTITY_FIND_H

#include "cx3flash/identityfile.h"

/* Reads the whole flash, until it is sure of all of it, and searches it. */
int cx3_identity_search(struct cx3_shadow *shadow, struct cx3_salvage *out, struct cx3_error *err);

#endif
