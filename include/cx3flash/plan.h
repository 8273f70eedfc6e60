/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans: what a job will write, and what that costs, for a caller to show. */
#ifndef CX3FLASH_PLAN_H
#define CX3FLASH_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum cx3_step_kind {
	CX3_STEP_UNPROTECT, /* the protection bits of the status register are cleared */
	CX3_STEP_ERASE,
	CX3_STEP_PROGRAM,
	CX3_STEP_VERIFY,
	CX3_STEP_BOOT_ADDRESS,
	CX3_STEP_PROTECT, /* the protection bits are put back */
	CX3_STEP_QUAD,	  /* the quad enable bit is set, or with `len` 0 cleared */
	CX3_STEP_SETTING  /* the flash's setting `data` (enum cx3_flash_setting) becomes `len` */
};

/*
 * ERASE, PROGRAM, VERIFY, PROTECT and UNPROTECT: `addr` and `len` are flash address and bytes.
 * BOOT_ADDRESS: addr is the image start. QUAD: len is 0 or 1. SETTING: data is the setting, len its
 * number. So `len` is only to be summed up over the first three.
 */
struct cx3_step {
	enum cx3_step_kind kind;
	uint32_t addr, len;
	uint32_t data;	     /* PROGRAM, VERIFY: offset in the plan's target bytes */
	const char *purpose; /* "image", "new signature", ... */
};

struct cx3_plan_summary {
	uint32_t erase_bytes, program_bytes, verify_bytes, skipped_bytes;
	unsigned sector_erases, block_erases, pages;
	uint64_t wire_bytes, us; /* of the plan alone: see cx3_job_view for the whole job */
	/* An image stays bootable at each moment of the plan; false: `warning` says why
	 * and what a power cut leaves. */
	bool bootable_throughout;
	/* The image that this counts on was checked in this run, every CRC. */
	bool bootable_checked;
	uint32_t bootable_start; /* flash address of that image */
	char warning[320];
};

#ifdef __cplusplus
}
#endif

#endif
