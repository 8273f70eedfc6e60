/* SPDX-License-Identifier: BSD-2-Clause */
/* The CRC of sections and images, for bytes that come piece by piece. */
#ifndef CX3FLASH_FS2_CRC16_H
#define CX3FLASH_FS2_CRC16_H

#include <stddef.h>
#include <stdint.h>

/* The CRC of a stream: start, any number of adds, end. */
#define CRC16_START 0xffffu
uint16_t crc16_add(uint16_t crc, const void *data, size_t len);
uint16_t crc16_end(uint16_t crc);

#endif
