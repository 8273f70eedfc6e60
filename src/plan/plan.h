/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change of the flash as data: the bytes that shall be there, the steps that bring
 * them there, and running those. Glossary:
 *
 * home       where an image may start; a fail-safe layout has two
 * signature  the first 16 bytes of an image; the chip boots what carries one
 * target     the flash's bytes as they shall be
 * care       the ranges in which target means something; elsewhere nothing changes
 * lap        one pass of the stages below; a restore of two homes takes two, so that
 *            one of them boots meanwhile
 */
#ifndef CX3_PLAN_PLAN_H
#define CX3_PLAN_PLAN_H

#include "cx3flash/plan.h"
#include "flash/flash.h"
#include "shadow.h"

/* Where a plan stands, in the order in which stages come. */
enum cx3_stage {
	CX3_STAGE_OPEN,	    /* write protection is lifted */
	CX3_STAGE_CLEAR,    /* signatures of images that are about to be overwritten */
	CX3_STAGE_BODY,	    /* all but the new signatures */
	CX3_STAGE_SIGN,	    /* the new signatures */
	CX3_STAGE_BOOT,	    /* the boot address register */
	CX3_STAGE_RETIRE,   /* signatures of older images that are still whole */
	CX3_STAGE_IN_PLACE, /* blank fields of the booting image are filled in */
	CX3_STAGE_CLOSE	    /* write protection is put back */
};

struct cx3_lap {
	struct cx3_fs2_extents care;
	uint32_t sign[CX3_FS2_MAX_STARTS]; /* signatures that the SIGN stage writes */
	unsigned sign_count;
	uint32_t clear[CX3_FS2_MAX_STARTS]; /* signatures that the CLEAR stage zeroes */
	unsigned clear_count;
	bool keeps;	      /* an image that boots is not touched in this lap ... */
	uint32_t keeps_start; /* ... it starts here */
};
#define CX3_MAX_LAPS 2u

struct cx3_plan {
	struct cx3_step *step;
	struct cx3_plan_place {
		enum cx3_stage stage;
		unsigned lap;
	} * place; /* one for each step */
	size_t count, room;
	bool no_memory; /* a step got lost: cx3_plan_seal fails */

	uint32_t flash_size;
	uint8_t *target; /* flash_size bytes, then 16 zero bytes */
	struct cx3_lap lap[CX3_MAX_LAPS];
	unsigned laps; /* at least 1; the steps that are added now belong to the last */

	/* Fields of the image at filled_start are written where they are: it must verify then. */
	bool fills_image;
	uint32_t filled_start;

	/* A PROTECT step without an UNPROTECT before it puts these status registers back. */
	bool puts_back;
	uint8_t put_back[CX3_FLASH_STATUS_REGISTERS];

	/* What an interrupted job of this card has found on the flash, as far as it is known;
	 * NULL: there was none. Not the plan's. */
	const uint8_t *found;
	const struct cx3_fs2_extents *found_known;

	const char *noun; /* "burn", "restore", ... for messages */
	struct cx3_flash_cost total;
	struct cx3_plan_summary summary;
};

/* An empty plan with one lap, all blank. CX3_E_NO_MEMORY. */
int cx3_plan_new(uint32_t flash_size, const char *noun, struct cx3_plan **out,
		 struct cx3_error *err);
/* NULL is allowed. */
void cx3_plan_free(struct cx3_plan *plan);
const struct cx3_step *cx3_plan_steps(const struct cx3_plan *plan, size_t *count);
const struct cx3_plan_summary *cx3_plan_summary(const struct cx3_plan *plan);

/* The lap that is being planned. */
struct cx3_lap *cx3_plan_lap(struct cx3_plan *plan);
/* Begins the next lap. */
void cx3_plan_next_lap(struct cx3_plan *plan);

void cx3_plan_add(struct cx3_plan *plan, enum cx3_stage stage, struct cx3_step step);

/* PROGRAM and VERIFY of [addr, addr + len) with the target's bytes. */
void cx3_plan_write(struct cx3_plan *plan, enum cx3_stage stage, uint32_t addr, uint32_t len,
		    const char *purpose);

/* PROGRAM and VERIFY of four zero bytes over the signature at `start`. */
void cx3_plan_void_signature(struct cx3_plan *plan, enum cx3_stage stage, uint32_t start,
			     const char *purpose);

/* The boot address register gets `start`. */
void cx3_plan_set_boot(struct cx3_plan *plan, uint32_t start);

/* The steps of CLEAR, BODY and SIGN of the lap that is being planned. */
int cx3_plan_lay_out(struct cx3_plan *plan, struct cx3_shadow *shadow, struct cx3_error *err);

/*
 * Sums up, and looks at the write protection: CX3_E_PROTECTED if a step writes where
 * the flash is protected, unless `unprotect`: then lifting it becomes the first step
 * and putting it back the last. No step comes after this. CX3_E_STATUS_LOCKED: SRP1 is set, and
 * that can't be lifted.
 */
int cx3_plan_seal(struct cx3_plan *plan, struct cx3_shadow *shadow, bool unprotect,
		  struct cx3_error *err);

/* Takes the register steps of this kind (BOOT_ADDRESS, PROTECT) out of a sealed plan. */
void cx3_plan_leave_out(struct cx3_plan *plan, enum cx3_step_kind kind,
			const struct cx3_flash *flash);

/* What a step costs, as cx3_plan_run does it. */
struct cx3_flash_cost cx3_plan_step_cost(const struct cx3_plan *plan, const struct cx3_step *step,
					 const struct cx3_flash *flash);

/* The part of [addr, end) in addr's page, bytes. */
uint32_t cx3_page_part(uint32_t addr, uint32_t end);

/* True if programming alone can make `have` into `wanted`. */
bool cx3_bits_allow(const uint8_t *have, const uint8_t *wanted, uint32_t len);

/* The smallest erase of the flash's part, bytes. */
uint32_t cx3_erase_unit(const struct cx3_flash *flash);

/* The target of [addr, addr + len) before the SIGN stage: signatures blank. */
void cx3_plan_body(const struct cx3_plan *plan, uint32_t addr, uint32_t len, uint8_t *out);

/* What happened while a plan ran. */
struct cx3_plan_health {
	unsigned pages, pages_again; /* programmed; programmed more than once */
	unsigned differences;	     /* pages that did not read back as they were written */
	unsigned astray;	     /* sectors put back after a command that went astray */
	bool untouched;		     /* it stopped before the first erase or program */
	bool left_lifted;	     /* the write protection, which could not be put back */
};

/*
 * Runs the plan: erases, programs, reads back, retries a wrong page within a bound.
 * Before a lap's signatures are written, what was left alone as right already is read
 * once more; before an old image is retired, the new one's CRCs are checked over what
 * was read back. On a failure err->next tells what state the flash is in.
 * `health` may be NULL.
 */
int cx3_plan_run(struct cx3_plan *plan, struct cx3_shadow *shadow, const struct cx3_watch *watch,
		 struct cx3_plan_health *health, struct cx3_error *err);

/* The same within cx3_flash_keep, which is the caller's. */
int cx3_plan_run_kept(struct cx3_plan *plan, struct cx3_shadow *shadow,
		      const struct cx3_watch *watch, struct cx3_plan_health *health,
		      struct cx3_error *err);

#endif
