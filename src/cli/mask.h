/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a document is nobody else's business. */
#ifndef CX3_CLI_MASK_H
#define CX3_CLI_MASK_H

#include <cjson/cJSON.h>

/*
 * Of each GUID and MAC in a text of the document (12 or 16 hexadecimal digits that stand alone)
 * the last digits become x: the maker's six stay. The user's home folder becomes "~".
 */
void mask_document(cJSON *item);

#endif
