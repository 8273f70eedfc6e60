/* SPDX-License-Identifier: BSD-2-Clause */
/* An identity as members of a JSON object: in identity files and in manifests. */
#ifndef CX3_RECORDS_IDENTITY_JSON_H
#define CX3_RECORDS_IDENTITY_JSON_H

#include <cjson/cJSON.h>

#include "cx3flash/identity.h"

/* Adds "guids" and "macs", lists of hexadecimal texts. */
void cx3_identity_to_json(cJSON *object, unsigned guid_count, const uint64_t *guid,
			  unsigned mac_count, const uint64_t *mac);

/* Takes "guids", "macs" and "psid" of an object; all else in *out is emptied. False if the
 * lists do not have 4 or no GUIDs and 2 or no MACs, or a text is no such number. */
bool cx3_identity_from_json(const cJSON *object, struct cx3_identity *out);

#endif
