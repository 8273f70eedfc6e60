/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line that carries out what a diagnosis wants done next. */
#ifndef CX3_CLI_NEXT_H
#define CX3_CLI_NEXT_H

#include "advice.h"
#include "cx3flash/diagnose.h"

/* On this run's device, with what is known of its card; no words for CX3_ACTION_NONE. IMAGE, GUID
 * and MAC in capitals stand for what only the user knows. */
void next_find(const struct cli *cli, const struct cx3_facts *facts, enum cx3_action action,
	       struct advice *advice);

/* The diagnosis in words and in the document, with the lines to copy. */
void diagnosis_show(struct cli *cli, const struct cx3_facts *facts,
		    const struct cx3_diagnosis *diagnosis);

#endif
