/* SPDX-License-Identifier: BSD-2-Clause */
/* The first words of an image: signature, layout, checksums, pointers. */
#ifndef CX3FLASH_FS2_HEADER_H
#define CX3FLASH_FS2_HEADER_H

#include "cx3flash/fs2.h"

bool fs2_is_magic(const uint8_t bytes[CX3_FS2_SIGNATURE_SIZE]);
void fs2_put_magic(uint8_t bytes[CX3_FS2_SIGNATURE_SIZE]);

/* The top byte that makes a word's four bytes sum to 0 mod 256. */
uint32_t fs2_with_checksum(uint32_t low24);

/*
 * Fills what the header at info->start says: failsafe, log2_chunk, image_size,
 * device_rev, full_crc, guid_ptr. CX3_E_NO_IMAGE without the magic.
 */
int fs2_read_header(const struct cx3_fs2_source *src, struct cx3_fs2_info *info,
		    uint8_t header[CX3_FS2_HEADER_SIZE], struct cx3_error *err);
/* Fills info->info_ptr from the header that was read. */
int fs2_read_info_ptr(const uint8_t header[CX3_FS2_HEADER_SIZE], struct cx3_fs2_info *info,
		      struct cx3_error *err);

#endif
