/* SPDX-License-Identifier: BSD-2-Clause */
/* The search of a flash for identities, as the jobs use it. */
#ifndef CX3_RECORDS_IDENTITY_FIND_H
#define CX3_RECORDS_IDENTITY_FIND_H

#include "cx3flash/identityfile.h"

/* Reads the whole flash, until it is sure of all of it, and searches it. */
int cx3_identity_search(struct cx3_shadow *shadow, struct cx3_salvage *out, struct cx3_error *err);

/* It says for sure whose the flash is, or was: its CRC is right, and no published image has it, nor
 * is it of an image for another chip than `hw_id`, which was burnt raw or cloned. */
bool cx3_salvaged_tells(const struct cx3_salvaged *item, uint16_t hw_id);

#endif
