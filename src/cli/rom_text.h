/* SPDX-License-Identifier: BSD-2-Clause */
/* The "Rom Info" lines of a query; info->has_rom is true. */
#ifndef CX3_CLI_ROM_TEXT_H
#define CX3_CLI_ROM_TEXT_H

#include "cli.h"

void rom_print(struct cli *cli, struct cli_source *source, const struct cx3_fs2_info *info);
/* qrom: of a ROM of its own, which has a mark. */
void rom_print_alone(struct cli *cli, const uint8_t *rom, uint32_t len,
		     const struct cx3_fs2_info *info);
void rom_json(cJSON *object, const struct cx3_fs2_info *info);

#endif
