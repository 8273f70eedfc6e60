/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts that the vendor's tool knows behind this gateway, by the JEDEC ids
 * of their data sheets. Sizes are the data sheets' too: the vendor's tool takes
 * the density byte for log2 of the size, which is wrong for S25FL-P (one less)
 * and so would see half of such a flash.
 *
 * Left out on purpose: M25P128 (20 20 18) and S25FL128P (01 20 18). Their opcode
 * D8 may erase 256 KiB, so an erase of one 64 KiB block would take its
 * neighbours with it. 1.8 V families (N25Q ..BB.., MX25U, IS25WP) are not for
 * these cards.
 *
 * Protection is what the data sheets and flashrom's tables (as facts) say of all chips
 * with an id. Where they differ, the row has the scheme that protects most. N25Q032A:
 * flashrom has no BP3 in bit 6; taken as one here, so at worst too much is reported.
 * IS25LP and S25FL-P have their TB in other registers, later MX25L in a configuration
 * register that older ones of the same id lack.
 *
 * Times are the data sheets' typical values: page program in us, 4 KiB and
 * 64 KiB erase in ms. They only pace the polling and the estimates; how long
 * an operation may last is bounded elsewhere. SST: one byte a command, so the
 * program time is of a byte.
 */
#include "cx3flash/flash.h"

#include <string.h>

/*
 * In this table the scheme of the protection bits and the place of QE go together. Sources: the
 * vendor's published tool, which sets it in these places (mflash/mflash.c, "QuadEn"), and the data
 * sheets: W25Q and S25FL1xxK, status 2 bit 1; IS25LP, status 1 bit 6; MX25L, the same, on those
 * chips that have it (MX25L1673E, 12835F); N25Q, nonvolatile configuration register. MX25L4005 and
 * 8005 (BP3) have none, though the vendor's tool shows one.
 */
#define QUAD_BP3 CX3_QUAD_NONE
#define QUAD_BP3_TB CX3_QUAD_NONE
#define QUAD_BP3_TB_SEC CX3_QUAD_STATUS2
#define QUAD_BP4_TB CX3_QUAD_CONFIG
#define QUAD_BP4 CX3_QUAD_STATUS1
#define QUAD_GLOBAL CX3_QUAD_NONE

#define KIB(n) ((uint32_t)(n)*1024u)
#define MIB(n) KIB((uint32_t)(n)*1024u)

/* Parts that erase 4 KiB and 64 KiB. */
#define SECTORS(n, m, t, d, bytes, scheme, quirk, pp, se, be)                                      \
	{                                                                                          \
		.name = (n), .jedec = {(m), (t), (d)}, .size = (bytes), .sector_erase = true,      \
		.protect = CX3_PROTECT_##scheme, .quad = QUAD_##scheme, .quirks = (quirk),         \
		.page_program_us = (pp), .sector_erase_ms = (se), .block_erase_ms = (be)           \
	}

/* Parts that erase 64 KiB only. */
#define BLOCKS(n, m, t, d, bytes, quirk, pp, be)                                                   \
	{                                                                                          \
		.name = (n), .jedec = {(m), (t), (d)}, .size = (bytes),                            \
		.protect = CX3_PROTECT_BP3, .quirks = (quirk), .page_program_us = (pp),            \
		.block_erase_ms = (be)                                                             \
	}

/* SST's: a program command carries one byte. */
#define BYTES(n, d, bytes)                                                                         \
	{                                                                                          \
		.name = (n), .jedec = {0xbf, 0x25, (d)}, .size = (bytes), .byte_program = true,    \
		.protect = CX3_PROTECT_SST, .quirks = CX3_QUIRK_EWSR, .page_program_us = 7,        \
		.block_erase_ms = 18                                                               \
	}

/* What the ids' chips have beside the scheme; see enum cx3_flash_quirk. */
#define S3 CX3_QUIRK_STATUS3
#define S3_WPS (CX3_QUIRK_STATUS3 | CX3_QUIRK_WPS)
#define S3_LOCKS (CX3_QUIRK_STATUS3 | CX3_QUIRK_HIDDEN_LOCKS)
#define TB CX3_QUIRK_HIDDEN_TB
#define TB_LOCKS (CX3_QUIRK_HIDDEN_TB | CX3_QUIRK_HIDDEN_LOCKS)
#define TB_FAIL (CX3_QUIRK_HIDDEN_TB | CX3_QUIRK_FAIL_FLAGS)

static const struct cx3_flash_part parts[] = {
	/* Numonyx, Micron */
	SECTORS("M25PX80", 0x20, 0x71, 0x14, MIB(1), BP3_TB, 0, 800, 70, 600),
	SECTORS("M25PX16", 0x20, 0x71, 0x15, MIB(2), BP3_TB, 0, 800, 70, 600),
	SECTORS("M25PX32", 0x20, 0x71, 0x16, MIB(4), BP3_TB, 0, 800, 70, 700),
	SECTORS("M25PX64", 0x20, 0x71, 0x17, MIB(8), BP3_TB, 0, 800, 70, 700),
	SECTORS("N25Q032A", 0x20, 0xba, 0x16, MIB(4), BP4_TB, 0, 500, 300, 700),
	SECTORS("N25Q064A", 0x20, 0xba, 0x17, MIB(8), BP4_TB, 0, 500, 250, 700),
	SECTORS("N25Q128A", 0x20, 0xba, 0x18, MIB(16), BP4_TB, 0, 500, 250, 700),
	BLOCKS("M25P40", 0x20, 0x20, 0x13, KIB(512), 0, 800, 600),
	BLOCKS("M25P80", 0x20, 0x20, 0x14, MIB(1), 0, 640, 600),
	BLOCKS("M25P16", 0x20, 0x20, 0x15, MIB(2), 0, 640, 600),
	BLOCKS("M25P32", 0x20, 0x20, 0x16, MIB(4), 0, 640, 600),
	BLOCKS("M25P64", 0x20, 0x20, 0x17, MIB(8), 0, 1400, 1000),
	/* Winbond */
	SECTORS("W25Q40", 0xef, 0x40, 0x13, KIB(512), BP3_TB_SEC, S3, 700, 30, 150),
	SECTORS("W25Q80", 0xef, 0x40, 0x14, MIB(1), BP3_TB_SEC, S3, 700, 30, 150),
	SECTORS("W25Q16", 0xef, 0x40, 0x15, MIB(2), BP3_TB_SEC, S3, 700, 30, 150),
	SECTORS("W25Q32", 0xef, 0x40, 0x16, MIB(4), BP3_TB_SEC, S3_WPS, 700, 30, 150),
	SECTORS("W25Q64", 0xef, 0x40, 0x17, MIB(8), BP3_TB_SEC, S3_WPS, 700, 30, 150),
	SECTORS("W25Q128", 0xef, 0x40, 0x18, MIB(16), BP3_TB_SEC, S3_WPS, 700, 45, 150),
	SECTORS("W25Q16JV-M", 0xef, 0x70, 0x15, MIB(2), BP3_TB_SEC, S3_WPS, 400, 45, 150),
	SECTORS("W25Q32JV-M", 0xef, 0x70, 0x16, MIB(4), BP3_TB_SEC, S3_WPS, 400, 45, 150),
	SECTORS("W25Q64JV-M", 0xef, 0x70, 0x17, MIB(8), BP3_TB_SEC, S3_LOCKS, 400, 45, 150),
	SECTORS("W25Q128JV-M", 0xef, 0x70, 0x18, MIB(16), BP3_TB_SEC, S3_LOCKS, 400, 45, 150),
	SECTORS("W25X40", 0xef, 0x30, 0x13, KIB(512), BP3_TB, 0, 1500, 150, 1000),
	SECTORS("W25X80", 0xef, 0x30, 0x14, MIB(1), BP3_TB, 0, 1500, 150, 1000),
	SECTORS("W25X16", 0xef, 0x30, 0x15, MIB(2), BP3_TB, 0, 1500, 150, 1000),
	SECTORS("W25X32", 0xef, 0x30, 0x16, MIB(4), BP3_TB, 0, 1500, 150, 1000),
	SECTORS("W25X64", 0xef, 0x30, 0x17, MIB(8), BP3_TB, 0, 1500, 150, 1000),
	/* Atmel, Adesto: the density is in the type byte's low bits, the last byte a version */
	SECTORS("AT25DF041A", 0x1f, 0x44, 0x01, KIB(512), GLOBAL, 0, 1200, 50, 400),
	SECTORS("AT25DF081A", 0x1f, 0x45, 0x01, MIB(1), GLOBAL, 0, 1000, 50, 400),
	SECTORS("AT25DF161", 0x1f, 0x46, 0x02, MIB(2), GLOBAL, 0, 1000, 50, 400),
	SECTORS("AT25DF321", 0x1f, 0x47, 0x00, MIB(4), GLOBAL, 0, 1500, 50, 400),
	SECTORS("AT25DF321A", 0x1f, 0x47, 0x01, MIB(4), GLOBAL, 0, 1000, 50, 400),
	SECTORS("AT25DF641", 0x1f, 0x48, 0x00, MIB(8), GLOBAL, 0, 1000, 50, 400),
	/* Spansion: S25FL-A and -P share their ids; the density byte is log2(size) - 1 */
	BLOCKS("S25FL004A", 0x01, 0x02, 0x12, KIB(512), 0, 1500, 500),
	BLOCKS("S25FL008A", 0x01, 0x02, 0x13, MIB(1), 0, 1500, 500),
	BLOCKS("S25FL016A", 0x01, 0x02, 0x14, MIB(2), 0, 1500, 500),
	BLOCKS("S25FL032P", 0x01, 0x02, 0x15, MIB(4), TB_FAIL, 1500, 500),
	BLOCKS("S25FL064P", 0x01, 0x02, 0x16, MIB(8), TB_FAIL, 1500, 500),
	SECTORS("S25FL116K", 0x01, 0x40, 0x15, MIB(2), BP3_TB_SEC, 0, 700, 50, 500),
	SECTORS("S25FL132K", 0x01, 0x40, 0x16, MIB(4), BP3_TB_SEC, 0, 700, 50, 500),
	SECTORS("S25FL164K", 0x01, 0x40, 0x17, MIB(8), BP3_TB_SEC, 0, 700, 50, 500),
	/* Macronix */
	SECTORS("MX25L4005", 0xc2, 0x20, 0x13, KIB(512), BP3, 0, 1400, 60, 1000),
	SECTORS("MX25L8005", 0xc2, 0x20, 0x14, MIB(1), BP3, 0, 1400, 60, 1000),
	SECTORS("MX25L1606E", 0xc2, 0x20, 0x15, MIB(2), BP4, 0, 600, 40, 400),
	SECTORS("MX25L3206E", 0xc2, 0x20, 0x16, MIB(4), BP4, 0, 1400, 60, 700),
	SECTORS("MX25L6406E", 0xc2, 0x20, 0x17, MIB(8), BP4, TB_LOCKS, 1400, 60, 700),
	SECTORS("MX25L12805D", 0xc2, 0x20, 0x18, MIB(16), BP4, TB_LOCKS, 1400, 60, 700),
	/* ISSI */
	SECTORS("IS25LP080", 0x9d, 0x60, 0x14, MIB(1), BP4, TB, 200, 70, 160),
	SECTORS("IS25LP016", 0x9d, 0x60, 0x15, MIB(2), BP4, TB, 200, 70, 160),
	SECTORS("IS25LP032", 0x9d, 0x60, 0x16, MIB(4), BP4, TB, 200, 70, 160),
	SECTORS("IS25LP064", 0x9d, 0x60, 0x17, MIB(8), BP4, TB, 200, 70, 160),
	SECTORS("IS25LP128", 0x9d, 0x60, 0x18, MIB(16), BP4, TB, 200, 70, 160),
	/* SST, Microchip: the density byte is a code of its own */
	BYTES("SST25VF040B", 0x8d, KIB(512)),
	BYTES("SST25VF080B", 0x8e, MIB(1)),
	BYTES("SST25VF016B", 0x41, MIB(2)),
	BYTES("SST25VF032B", 0x4a, MIB(4)),
};

const struct cx3_flash_part *cx3_flash_parts(size_t *count)
{
	*count = sizeof(parts) / sizeof(parts[0]);
	return parts;
}

const struct cx3_flash_part *cx3_flash_find_part(const uint8_t jedec[3])
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (memcmp(parts[i].jedec, jedec, sizeof(parts[i].jedec)) == 0)
			return &parts[i];
	}
	return NULL;
}

/* The names of kinds that the vendor's tool has (mstflint -h, -flash_params), and how the names of
 * such parts begin. */
static const char *const kinds[][2] = {
	{"M25PXxx", "M25PX"},	  {"M25Pxx", "M25P"},	   {"N25Q0XX", "N25Q"},
	{"SST25VFxx", "SST25VF"}, {"W25QxxBV", "W25Q"},	   {"W25Qxxx", "W25Q"},
	{"W25Xxx", "W25X"},	  {"AT25DFxxx", "AT25DF"}, {"S25FLXXXP", "S25FL0"},
	{"S25FL11xx", "S25FL1"},  {"S25FLxxx", "S25FL"},   {"MX25L16xxx", "MX25L"},
	{"MX25Lxxx", "MX25L"},	  {"IS25LPxxx", "IS25LP"},
};

const char *cx3_flash_kind(size_t index)
{
	return index < sizeof(kinds) / sizeof(kinds[0]) ? kinds[index][0] : NULL;
}

const struct cx3_flash_part *cx3_flash_part_like(const char *kind, uint32_t size)
{
	const char *begin = NULL;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !begin; i++) {
		if (strcmp(kind, kinds[i][0]) == 0)
			begin = kinds[i][1];
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *name = parts[i].name;
		size_t len = begin ? strlen(begin) : 0;

		if (parts[i].size != size)
			continue;
		if (begin ? strncmp(name, begin, len) == 0 && name[len] >= '0' && name[len] <= '9'
			  : strcmp(name, kind) == 0)
			return &parts[i];
	}
	return NULL;
}
