/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CRC of sections and images: CRC-16 with polynomial 0x100b and initial value 0xffff,
 * 16 zero bits appended to the data, result inverted. Most significant bit first.
 */
#include "fs2/crc16.h"

#include "cx3flash/fs2.h"

/*
 * Entry n is n times the polynomial, without carries. Four bits are taken at a time. That
 * is exact, since the polynomial's second highest term is bit 12: what the four leaving
 * bits add to the register reaches none of themselves.
 */
static const uint16_t nibble[16] = {
	0x0000, 0x100b, 0x2016, 0x301d, 0x402c, 0x5027, 0x603a, 0x7031,
	0x8058, 0x9053, 0xa04e, 0xb045, 0xc074, 0xd07f, 0xe062, 0xf069,
};

static uint16_t step(uint16_t crc, unsigned bits)
{
	return (uint16_t)((unsigned)crc << 4 | bits) ^ nibble[crc >> 12];
}

uint16_t crc16_add(uint16_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;

	/* Words are big-endian and enter from the top bit: that is byte order. */
	for (size_t i = 0; i < len; i++) {
		crc = step(crc, p[i] >> 4);
		crc = step(crc, p[i] & 15u);
	}
	return crc;
}

uint16_t crc16_end(uint16_t crc)
{
	for (int i = 0; i < 4; i++)
		crc = step(crc, 0);
	return crc ^ 0xffff;
}

uint16_t cx3_fs2_crc16(const void *data, size_t len)
{
	return crc16_end(crc16_add(CRC16_START, data, len));
}
