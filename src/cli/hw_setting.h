/* SPDX-License-Identifier: BSD-2-Clause */
/* The flash's settings in mstflint's words: "Flash0.WriteProtected=Top,8-Sectors", "QuadEn=1". */
#ifndef CX3_CLI_HW_SETTING_H
#define CX3_CLI_HW_SETTING_H

#include "cli.h"

/*
 * What `word` asks of a flash of this part. CX3_E_USAGE: it is none of these words, or the part has
 * no such value; the text names those that it has. CX3_E_PART: the part has no such setting,
 * or it is not changed here; the text says why.
 */
int hw_setting(const char *word, const struct cx3_flash_part *part,
	       struct cx3_protect_options *what, struct cx3_error *err);

/* Is `word` well made at all? What can be said without a card. CX3_E_USAGE. */
int hw_setting_check(const char *word, struct cx3_error *err);

/* mstflint's word for what the registers protect, into `text`: "Disabled", "Top,8-Sectors". False
 * where it has none. */
bool hw_protection_word(const struct cx3_flash_part *part,
			const struct cx3_flash_protection *protection, char *text, size_t size);

#endif
