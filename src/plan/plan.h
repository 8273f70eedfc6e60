/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_PLAN_PLAN_H
#define CX3_PLAN_PLAN_H

#include "flash/flash.h"
#include "shadow.h"

/* Where a plan stands, in the order in which stages come. */
enum cx3_stage {
	CX3_STAGE_CLEAR,   /* signatures of images that are about to be overwritten die first */
	CX3_STAGE_BODY,	   /* all but the new signatures */
	CX3_STAGE_SIGN,	   /* the new signatures */
	CX3_STAGE_BOOT,	   /* the boot address register */
	CX3_STAGE_RETIRE,  /* signatures of older images that are still whole */
	CX3_STAGE_IN_PLACE /* blank fields of the booting image are filled in */
};

struct cx3_plan {
	struct cx3_step *step;
	enum cx3_stage *stage; /* one for each step */
	size_t count, room;
	bool no_memory; /* a step got lost: cx3_plan_seal fails */

	uint32_t flash_size;
	uint8_t *target;	     /* the flash's bytes as they shall be; then 16 zero bytes */
	struct cx3_fs2_extents care; /* where target means something */
	uint32_t sign[CX3_FS2_MAX_STARTS]; /* signatures that the SIGN stage writes */
	unsigned sign_count;
	uint32_t clear[CX3_FS2_MAX_STARTS]; /* signatures that the CLEAR stage zeroes */
	unsigned clear_count;

	const char *noun; /* "burn", "restore", ... for messages */
	struct cx3_flash_cost total;
	struct cx3_plan_summary summary;
};

int cx3_plan_new(uint32_t flash_size, const char *noun, struct cx3_plan **out,
		 struct cx3_error *err);

void cx3_plan_add(struct cx3_plan *plan, enum cx3_stage stage, struct cx3_step step);

/* PROGRAM and VERIFY of [addr, addr + len) with the target's bytes. */
void cx3_plan_write(struct cx3_plan *plan, enum cx3_stage stage, uint32_t addr, uint32_t len,
		    const char *purpose);

/* PROGRAM and VERIFY of four zero bytes: no signature any more. */
void cx3_plan_kill(struct cx3_plan *plan, enum cx3_stage stage, uint32_t start,
		   const char *purpose);

/* The steps of CLEAR, BODY and SIGN, from target, care, sign and clear. */
int cx3_plan_lay_out(struct cx3_plan *plan, struct cx3_shadow *shadow, struct cx3_error *err);

/* Sums up; looks at the write protection. No step comes after. */
int cx3_plan_seal(struct cx3_plan *plan, struct cx3_shadow *shadow, struct cx3_error *err);

/* What programming or reading back [addr, addr + len) costs, as plan_run does it. */
struct cx3_flash_cost cx3_plan_step_cost(const struct cx3_plan *plan, const struct cx3_step *step,
					 const struct cx3_flash *flash);

/* The part of [addr, end) in addr's page. */
uint32_t cx3_page_part(uint32_t addr, uint32_t end);

/* True if programming alone can make `have` into `wanted`. */
bool cx3_bits_allow(const uint8_t *have, const uint8_t *wanted, uint32_t len);

/* The plan's unit of erasing: a sector where the part has them, else a block. */
uint32_t cx3_erase_unit(const struct cx3_flash *flash);

/* The target of [addr, addr + len) before the SIGN stage: signatures blank. */
void cx3_plan_body(const struct cx3_plan *plan, uint32_t addr, uint32_t len, uint8_t *out);

/* plan_retry.c: makes [addr, addr + len), within one page, what the step wants. */
int cx3_plan_repair(const struct cx3_plan *plan, struct cx3_shadow *shadow,
		    const struct cx3_step *step, enum cx3_stage stage, uint32_t addr, uint32_t len,
		    struct cx3_error *err);

/* plan_state.c: adds to err's text what state the flash is in and how to go on. */
void cx3_plan_explain(const struct cx3_plan *plan, enum cx3_stage stage, bool wrote,
		      struct cx3_error *err);

#endif
