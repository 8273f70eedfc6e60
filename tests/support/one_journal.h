/* SPDX-License-Identifier: BSD-2-Clause */
/* One journal in the folder where journals are kept: for tests of who may have it. */
#ifndef CX3_TEST_ONE_JOURNAL_H
#define CX3_TEST_ONE_JOURNAL_H

#include <stdbool.h>

#include "records/journal.h"

/* Makes the folder below `state`, which is $XDG_STATE_HOME, and writes it there: a burn's, of a
 * ConnectX-3 Pro. *j is what was written. */
void one_journal_write(const char *state, struct cx3_journal *j);

/* A job that looks for a journal finds it. */
bool one_journal_is_found(void);

#endif
