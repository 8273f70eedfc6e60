/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flash parts that the model can play, by the data sheets as a public table of
 * parts sums them up (flashrom at b946ca13, flashchips/: ids, sizes, erases, places of
 * the protection bits; times are the data sheets' typical ones). The model has this list
 * of its own so that an error in the tool's list shows: a test compares the two.
 *
 * Where chips of one id differ, the model plays the strictest of them. SST's parts have
 * a 4 KiB erase as well; no time is known for it and no tool here uses it, so the model
 * refuses it.
 */
#include "model.h"

#include <string.h>

#define KIB 1024u

#define PART(n, i0, i1, i2, kib, kind, pp, e4, e64)                                                \
	{                                                                                          \
		.name = (n), .id = {(i0), (i1), (i2)}, .size = (kib)*KIB, .bits = SIM_##kind,      \
		.program_us = (pp), .erase_4k_ms = (e4), .erase_64k_ms = (e64)                     \
	}

/* With WPS in status register 3. */
#define WPS_PART(n, i0, i1, i2, kib, kind, pp, e4, e64)                                            \
	{                                                                                          \
		.name = (n), .id = {(i0), (i1), (i2)}, .size = (kib)*KIB, .bits = SIM_##kind,      \
		.program_us = (pp), .erase_4k_ms = (e4), .erase_64k_ms = (e64), .wps = true        \
	}

/* One byte a program command; `enable` is what must come before a status write. */
#define SST_PART(n, i2, kib, enable)                                                               \
	{                                                                                          \
		.name = (n), .id = {0xbf, 0x25, (i2)}, .size = (kib)*KIB, .bits = SIM_SST,         \
		.program_us = 7, .erase_64k_ms = 18, .one_byte = true,                             \
		.status_enable = SIM_##enable                                                      \
	}

static const struct sim_part parts[] = {
	PART("S25FL004A", 0x01, 0x02, 0x12, 512, TOP, 1500, 0, 500),
	PART("S25FL008A", 0x01, 0x02, 0x13, 1024, TOP, 1500, 0, 500),
	PART("S25FL016A", 0x01, 0x02, 0x14, 2048, TOP, 1500, 0, 500),
	PART("S25FL032P", 0x01, 0x02, 0x15, 4096, OPEN3, 1500, 0, 500),
	PART("S25FL064P", 0x01, 0x02, 0x16, 8192, OPEN3, 1500, 0, 500),
	PART("S25FL116K", 0x01, 0x40, 0x15, 2048, WINBOND, 700, 50, 500),
	PART("S25FL132K", 0x01, 0x40, 0x16, 4096, WINBOND, 700, 50, 500),
	PART("S25FL164K", 0x01, 0x40, 0x17, 8192, WINBOND, 700, 50, 500),
	PART("AT25DF041A", 0x1f, 0x44, 0x01, 512, ATMEL, 1200, 50, 400),
	PART("AT25DF081A", 0x1f, 0x45, 0x01, 1024, ATMEL, 1000, 50, 400),
	PART("AT25DF161", 0x1f, 0x46, 0x02, 2048, ATMEL, 1000, 50, 400),
	PART("AT25DF321", 0x1f, 0x47, 0x00, 4096, ATMEL, 1500, 50, 400),
	PART("AT25DF321A", 0x1f, 0x47, 0x01, 4096, ATMEL, 1000, 50, 400),
	PART("AT25DF641", 0x1f, 0x48, 0x00, 8192, ATMEL, 1000, 50, 400),
	PART("M25P40", 0x20, 0x20, 0x13, 512, TOP, 800, 0, 600),
	PART("M25P80", 0x20, 0x20, 0x14, 1024, TOP, 640, 0, 600),
	PART("M25P16", 0x20, 0x20, 0x15, 2048, TOP, 640, 0, 600),
	PART("M25P32", 0x20, 0x20, 0x16, 4096, TOP, 640, 0, 600),
	PART("M25P64", 0x20, 0x20, 0x17, 8192, TOP, 1400, 0, 1000),
	PART("M25PX80", 0x20, 0x71, 0x14, 1024, TOP_BOTTOM, 800, 70, 600),
	PART("M25PX16", 0x20, 0x71, 0x15, 2048, TOP_BOTTOM, 800, 70, 600),
	PART("M25PX32", 0x20, 0x71, 0x16, 4096, TOP_BOTTOM, 800, 70, 700),
	PART("M25PX64", 0x20, 0x71, 0x17, 8192, TOP_BOTTOM, 800, 70, 700),
	PART("N25Q032A", 0x20, 0xba, 0x16, 4096, MICRON, 500, 300, 700),
	PART("N25Q064A", 0x20, 0xba, 0x17, 8192, MICRON, 500, 250, 700),
	PART("N25Q128A", 0x20, 0xba, 0x18, 16384, MICRON, 500, 250, 700),
	PART("IS25LP080", 0x9d, 0x60, 0x14, 1024, OPEN4, 200, 70, 160),
	PART("IS25LP016", 0x9d, 0x60, 0x15, 2048, OPEN4, 200, 70, 160),
	PART("IS25LP032", 0x9d, 0x60, 0x16, 4096, OPEN4, 200, 70, 160),
	PART("IS25LP064", 0x9d, 0x60, 0x17, 8192, OPEN4, 200, 70, 160),
	PART("IS25LP128", 0x9d, 0x60, 0x18, 16384, OPEN4, 200, 70, 160),
	SST_PART("SST25VF016B", 0x41, 2048, WREN_OR_EWSR),
	SST_PART("SST25VF032B", 0x4a, 4096, EWSR),
	SST_PART("SST25VF040B", 0x8d, 512, EWSR),
	SST_PART("SST25VF080B", 0x8e, 1024, EWSR),
	PART("MX25L4005", 0xc2, 0x20, 0x13, 512, TOP, 1400, 60, 1000),
	PART("MX25L8005", 0xc2, 0x20, 0x14, 1024, TOP, 1400, 60, 1000),
	PART("MX25L1606E", 0xc2, 0x20, 0x15, 2048, MACRONIX, 600, 40, 400),
	PART("MX25L3206E", 0xc2, 0x20, 0x16, 4096, MACRONIX, 1400, 60, 700),
	PART("MX25L6406E", 0xc2, 0x20, 0x17, 8192, OPEN4, 1400, 60, 700),
	PART("MX25L12805D", 0xc2, 0x20, 0x18, 16384, OPEN4, 1400, 60, 700),
	PART("W25X40", 0xef, 0x30, 0x13, 512, TOP_BOTTOM, 1500, 150, 1000),
	PART("W25X80", 0xef, 0x30, 0x14, 1024, TOP_BOTTOM, 1500, 150, 1000),
	PART("W25X16", 0xef, 0x30, 0x15, 2048, TOP_BOTTOM, 1500, 150, 1000),
	PART("W25X32", 0xef, 0x30, 0x16, 4096, TOP_BOTTOM, 1500, 150, 1000),
	PART("W25X64", 0xef, 0x30, 0x17, 8192, TOP_BOTTOM, 1500, 150, 1000),
	PART("W25Q40", 0xef, 0x40, 0x13, 512, WINBOND, 700, 30, 150),
	PART("W25Q80", 0xef, 0x40, 0x14, 1024, WINBOND, 700, 30, 150),
	PART("W25Q16", 0xef, 0x40, 0x15, 2048, WINBOND, 700, 30, 150),
	WPS_PART("W25Q32", 0xef, 0x40, 0x16, 4096, WINBOND, 700, 30, 150),
	WPS_PART("W25Q64", 0xef, 0x40, 0x17, 8192, WINBOND, 700, 30, 150),
	WPS_PART("W25Q128", 0xef, 0x40, 0x18, 16384, WINBOND, 700, 45, 150),
	WPS_PART("W25Q16JV-M", 0xef, 0x70, 0x15, 2048, WINBOND, 400, 45, 150),
	WPS_PART("W25Q32JV-M", 0xef, 0x70, 0x16, 4096, WINBOND, 400, 45, 150),
	PART("W25Q64JV-M", 0xef, 0x70, 0x17, 8192, WINBOND, 400, 45, 150),
	PART("W25Q128JV-M", 0xef, 0x70, 0x18, 16384, WINBOND, 400, 45, 150),
};

const struct sim_part *sim_parts(size_t *count)
{
	*count = sizeof(parts) / sizeof(parts[0]);
	return parts;
}

const struct sim_part *sim_part_named(const char *name)
{
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	}
	return NULL;
}
