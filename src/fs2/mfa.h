/* SPDX-License-Identifier: BSD-2-Clause */
/* The vendor's firmware archives (.mfa), which hold the images of many boards. */
#ifndef CX3_FS2_MFA_H
#define CX3_FS2_MFA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"

bool fs2_is_mfa(const uint8_t *data, size_t len);

/*
 * The image whose PSID is `psid`, malloc'd, its PSID checked; with NULL the only one. CX3_E_IMAGE:
 * the archive is damaged, or has no such image; CX3_E_PSID: it has several and `psid` is NULL (the
 * text names some); CX3_E_NO_MEMORY.
 */
int fs2_mfa_unpack(const uint8_t *data, size_t len, const char *psid, uint8_t **image,
		   uint32_t *image_len, struct cx3_error *err);

#endif
