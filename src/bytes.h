/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Integers out of bytes and back. The wire and the image are big-endian; the version
 * marks of a ROM are little-endian.
 */
#ifndef CX3_BYTES_H
#define CX3_BYTES_H

#include <stdint.h>
#include <string.h>

static inline uint16_t be16(const void *from)
{
	const uint8_t *p = from;

	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const void *from)
{
	const uint8_t *p = from;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t be64(const void *from)
{
	const uint8_t *p = from;

	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

static inline uint32_t le32(const void *from)
{
	const uint8_t *p = from;

	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static inline void put_be32(void *to, uint32_t value)
{
	uint8_t *p = to;

	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

static inline void put_be64(void *to, uint64_t value)
{
	uint8_t *p = to;

	put_be32(p, (uint32_t)(value >> 32));
	put_be32(p + 4, (uint32_t)value);
}

static inline void put_le32(void *to, uint32_t value)
{
	uint8_t *p = to;

	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
	p[2] = (uint8_t)(value >> 16);
	p[3] = (uint8_t)(value >> 24);
}

#endif
