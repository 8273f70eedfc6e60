/* SPDX-License-Identifier: BSD-2-Clause */
/* The options --identity and --identity-from, and identities as they are shown. */
#ifndef CX3_CLI_IDENTITY_OPTION_H
#define CX3_CLI_IDENTITY_OPTION_H

#include "cli.h"
#include "cx3flash/identityfile.h"

/*
 * Reads the file that one of the two options names into cli->identity, and from there into
 * the options of the job, as if it had been typed. Nothing without them. CX3_E_USAGE where
 * GUIDs or MACs are given twice; else as cx3_identity_load and cx3_identity_of_backup.
 */
int identity_option(struct cli *cli);

/* One identity, for people; `item` (may be NULL) gets it for programs. */
void identity_show(struct cli *cli, const struct cx3_salvaged *found, cJSON *item);

#endif
