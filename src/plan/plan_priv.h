/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of src/plan share with each other, and nobody else's. */
#ifndef CX3_PLAN_PRIV_H
#define CX3_PLAN_PRIV_H

#include "plan.h"

/* What all that writes shares. */
struct cx3_writer {
	const struct cx3_plan *plan;
	struct cx3_shadow *shadow;
	struct cx3_plan_health *health;
	unsigned depth; /* repairs within repairs */
	bool spoilt;	/* the last cx3_plan_program failed with CX3_E_VERIFY only because a broken
			 * command has left bits there that an erase must clear */
	bool damaged;	/* bytes were hit that could not be put back */
};

/* sector.c: two readings of [addr, addr + len) that are the same. CX3_E_NOISE if none are. */
int cx3_plan_read_sure(struct cx3_flash *flash, uint32_t addr, uint32_t len, uint8_t *out,
		       struct cx3_error *err);
/*
 * sector.c: what a sector (`len` bytes at `base`) is to hold after it was erased: what was sure of
 * it before, and of all else what two readings show. CX3_E_NOISE where the wires read what was
 * sure wrong in the same way each time: then the readings of all else are worth nothing either.
 */
int cx3_plan_read_kept(struct cx3_shadow *shadow, uint32_t base, uint32_t len, uint8_t *out,
		       struct cx3_error *err);
/* sector.c: CX3_E_NOISE: what lies at `addr` is whole, and the wires show it otherwise. */
int cx3_plan_reads_wrong(uint32_t addr, struct cx3_error *err);
/* sector.c: reads what is not sure yet until two readings are the same. As cx3_shadow_make_sure,
 * but it asks no one whether to stop. */
int cx3_plan_be_sure(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err);
/* sector.c: two readings of [addr, addr + len), within one page, whatever was known of it. */
int cx3_plan_see_twice(struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
		       struct cx3_error *err);
/* sector.c: erases the sector at `base` and writes all of it; *right if it reads back so. */
int cx3_plan_write_sector(struct cx3_writer *w, uint32_t base, const uint8_t *bytes, bool *right,
			  struct cx3_error *err);

/*
 * astray.c: programs [addr, addr + len), within one page. If the command arrived damaged,
 * the places that it may have hit are looked at and repaired before this returns.
 */
int cx3_plan_program(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
		     bool in_place, struct cx3_error *err);
/* The same for [addr, addr + len) of any number of pages, as far as cx3_flash_program_pages
 * comes: *done. */
int cx3_plan_program_pages(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
			   bool (*go_on)(void *user, uint32_t done), void *user, uint32_t *done,
			   struct cx3_error *err);
/* The same look, for bytes that are not where they were programmed. */
int cx3_plan_find_astray(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
			 const struct cx3_flash_doubt *doubt, struct cx3_error *err);
typedef int (*cx3_stray_fn)(struct cx3_writer *w, const struct cx3_flash_stray *stray, void *user,
			    struct cx3_error *err);
/* Calls `fn` for each place that the commands of one program may hit by mistake. */
int cx3_plan_each_stray(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
			const struct cx3_flash_doubt *doubt, cx3_stray_fn fn, void *user,
			struct cx3_error *err);
/*
 * Bytes of a page whose `left` is not FF must read as `expected`. If two readings show
 * that bits were lost that `left` allows to be lost, the sector is written again.
 * CX3_E_NOISE if it reads otherwise.
 */
int cx3_plan_check_page(struct cx3_writer *w, uint32_t page, const uint8_t *expected,
			const uint8_t *left, struct cx3_error *err);

/* in_place.c: stages that write a few bytes among others that stay. */
bool cx3_stage_in_place(enum cx3_stage stage);
/* Programs them, and sees to it that nothing around them has changed: in the page, or
 * in the 64 KiB `block`, and wherever else the command can have gone. */
int cx3_plan_write_in_place(struct cx3_writer *w, uint32_t addr, const uint8_t *data, uint32_t len,
			    bool block, struct cx3_error *err);
/*
 * The page of `addr` from there on is not the plan's, but a damaged command that was to
 * end there can have gone on: it must be blank if the lap has erased it, else as before.
 * To be called before that page is read back into the shadow.
 */
int cx3_plan_check_rest(struct cx3_writer *w, unsigned lap, uint32_t addr, struct cx3_error *err);
/* CX3_E_NOISE unless two readings show a signature at `start`. */
int cx3_plan_must_be_signed(struct cx3_writer *w, uint32_t start, struct cx3_error *err);

/* repair.c: makes [addr, addr + len), within one page, what the step wants. */
int cx3_plan_repair(struct cx3_writer *w, const struct cx3_step *step, struct cx3_plan_place place,
		    uint32_t addr, uint32_t len, struct cx3_error *err);

/* recheck.c: reads what a lap left alone as right already once more, or `all` of it, and
 * repairs what is not right after all. */
int cx3_plan_recheck(struct cx3_writer *w, unsigned lap, bool all, struct cx3_error *err);
/* recheck.c: the CRCs of the image whose fields were filled in. */
int cx3_plan_check_filled(const struct cx3_plan *plan, struct cx3_shadow *shadow,
			  struct cx3_error *err);
/* recheck.c: the CRCs of the images that the lap has signed, over what was read back. */
int cx3_plan_check_signed(const struct cx3_plan *plan, unsigned lap, struct cx3_shadow *shadow,
			  struct cx3_error *err);

/* explain.c: adds to err->next what state the flash is in and how to go on, and to
 * err->place the flash address `at` that was worked on. `damaged`: bytes elsewhere are lost. */
void cx3_plan_explain(const struct cx3_plan *plan, struct cx3_plan_place place, uint32_t at,
		      bool wrote, bool damaged, struct cx3_error *err);
/* explain.c: a step can fail with this code because the chip was reset during it. */
bool cx3_plan_may_be_reset(int rc);

/* doubtful.c: from `addr` on, the end of the blocks of 16 bytes that may look right and not be;
 * `target` has what is wanted, by flash addresses. `addr` itself: its block can't. */
uint32_t cx3_plan_doubtful(const struct cx3_shadow *shadow, const uint8_t *target, uint32_t addr,
			   uint32_t end);
/* ... the end of the 16 bytes that one command reads, at most `end`. */
uint32_t cx3_plan_block_end(uint32_t addr, uint32_t end);

#endif
