/* SPDX-License-Identifier: BSD-2-Clause */
/* The "Rom Info" lines of a query; info->has_rom is true. */
#ifndef CX3_CLI_ROM_TEXT_H
#define CX3_CLI_ROM_TEXT_H

#include "cli.h"

void rom_print(struct cli *cli, struct cli_source *source, const struct cx3_fs2_info *info);
void rom_json(cJSON *object, const struct cx3_fs2_info *info);
/* "PXE", "UEFI", ...; NULL for a product id that nobody knows. */
const char *rom_type_name(uint16_t product_id);

#endif
