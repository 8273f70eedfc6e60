/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_CLI_COMMANDS_H
#define CX3_CLI_COMMANDS_H

#include "cli.h"

extern const struct command cmd_query, cmd_verify, cmd_status, cmd_dc, cmd_rb, cmd_backup, cmd_ri,
	cmd_rrom, cmd_burn, cmd_sg, cmd_restore, cmd_clear_semaphore, cmd_bench, cmd_selftest,
	cmd_help, cmd_scan, cmd_checksum;

#endif
