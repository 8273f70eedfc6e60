/* SPDX-License-Identifier: BSD-2-Clause */
/* What leads on from a diagnosis, by its name for programs. */
#include "cx3flash/diagnose.h"

const char *cx3_action_name(enum cx3_action action)
{
	static const char *const names[] = {
		[CX3_ACTION_NONE] = "none",
		[CX3_ACTION_LOOK_AGAIN] = "look-again",
		[CX3_ACTION_TEST_WIRES] = "test-wires",
		[CX3_ACTION_SCAN] = "scan",
		[CX3_ACTION_POWER_CYCLE] = "power-cycle",
		[CX3_ACTION_FREE_SEMAPHORES] = "free-semaphores",
		[CX3_ACTION_REPORT] = "report",
		[CX3_ACTION_RESUME] = "resume",
		[CX3_ACTION_RECOVER] = "recover",
		[CX3_ACTION_RESET_CONFIG] = "reset-config",
		[CX3_ACTION_SET_GUIDS] = "set-guids",
		[CX3_ACTION_BURN] = "burn",
		[CX3_ACTION_UNPROTECT] = "unprotect",
		[CX3_ACTION_QUERY_PROTECTION] = "query-protection",
		[CX3_ACTION_SAY_PART] = "say-part",
	};

	return names[action];
}
