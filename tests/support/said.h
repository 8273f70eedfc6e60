/* SPDX-License-Identifier: BSD-2-Clause */
/* An error's whole text, cause and advice, for a test to look at. */
#ifndef CX3_TESTS_SAID_H
#define CX3_TESTS_SAID_H

#include "cx3flash/error.h"

/* Good until the next call. */
static inline const char *said(const struct cx3_error *err)
{
	static char text[sizeof(err->cause) + sizeof(err->next)];

	return cx3_error_text(err, text, sizeof(text));
}

#endif
