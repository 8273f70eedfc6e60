/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan as a container: steps, laps, sums, write protection. */
#include "plan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Zero bytes behind the target: a signature is overwritten with them. */
static const uint32_t zeros = 16;

int cx3_plan_new(uint32_t flash_size, const char *noun, struct cx3_plan **out,
		 struct cx3_error *err)
{
	struct cx3_plan *plan = calloc(1, sizeof(*plan));

	if (plan)
		plan->target = malloc((size_t)flash_size + zeros);
	if (!plan || !plan->target) {
		free(plan);
		return cx3_fail(err, CX3_E_NO_MEMORY, "plan",
				"There is no memory to plan the %s.\n"
				"Close other programs and try again.",
				noun);
	}
	memset(plan->target, 0xff, flash_size);
	memset(plan->target + flash_size, 0, zeros);
	plan->flash_size = flash_size;
	plan->noun = noun;
	plan->laps = 1;
	plan->summary.bootable_throughout = true;
	*out = plan;
	return CX3_OK;
}

void cx3_plan_free(struct cx3_plan *plan)
{
	if (!plan)
		return;
	free(plan->step);
	free(plan->place);
	free(plan->target);
	free(plan);
}

static bool grow(struct cx3_plan *plan)
{
	size_t room = plan->room ? 2 * plan->room : 64;
	struct cx3_step *step = realloc(plan->step, room * sizeof(*step));
	struct cx3_plan_place *place;

	if (!step)
		return false;
	plan->step = step;
	place = realloc(plan->place, room * sizeof(*place));
	if (!place)
		return false;
	plan->place = place;
	plan->room = room;
	return true;
}

void cx3_plan_add(struct cx3_plan *plan, enum cx3_stage stage, struct cx3_step step)
{
	if (plan->count == plan->room && !grow(plan)) {
		plan->no_memory = true;
		return;
	}
	plan->step[plan->count] = step;
	plan->place[plan->count] = (struct cx3_plan_place){stage, plan->laps - 1};
	plan->count++;
}

static void write_from(struct cx3_plan *plan, enum cx3_stage stage, uint32_t addr, uint32_t len,
		       uint32_t data, const char *purpose)
{
	struct cx3_step step = {CX3_STEP_PROGRAM, addr, len, data, purpose};

	cx3_plan_add(plan, stage, step);
	step.kind = CX3_STEP_VERIFY;
	cx3_plan_add(plan, stage, step);
}

void cx3_plan_write(struct cx3_plan *plan, enum cx3_stage stage, uint32_t addr, uint32_t len,
		    const char *purpose)
{
	write_from(plan, stage, addr, len, addr, purpose);
}

void cx3_plan_void_signature(struct cx3_plan *plan, enum cx3_stage stage, uint32_t start,
			     const char *purpose)
{
	write_from(plan, stage, start, 4, plan->flash_size, purpose);
}

void cx3_plan_set_boot(struct cx3_plan *plan, uint32_t start)
{
	cx3_plan_add(plan, CX3_STAGE_BOOT,
		     (struct cx3_step){CX3_STEP_BOOT_ADDRESS, start, 0, 0, "boot address"});
}

struct cx3_lap *cx3_plan_lap(struct cx3_plan *plan)
{
	return &plan->lap[plan->laps - 1];
}

void cx3_plan_next_lap(struct cx3_plan *plan)
{
	assert(plan->laps < CX3_MAX_LAPS);
	plan->laps++;
}

uint32_t cx3_page_part(uint32_t addr, uint32_t end)
{
	uint32_t next = (addr / CX3_FLASH_PAGE + 1) * CX3_FLASH_PAGE;

	return (next < end ? next : end) - addr;
}

bool cx3_bits_allow(const uint8_t *have, const uint8_t *wanted, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (wanted[i] & ~have[i])
			return false;
	}
	return true;
}

uint32_t cx3_erase_unit(const struct cx3_flash *flash)
{
	return cx3_flash_part(flash)->sector_erase ? CX3_FLASH_SECTOR : CX3_FLASH_BLOCK;
}

/* Signatures lie at the start of a block: never across addr or the end. */
static void blank_signatures(const struct cx3_lap *lap, uint32_t addr, uint32_t len, uint8_t *out)
{
	for (unsigned i = 0; i < lap->sign_count; i++) {
		if (lap->sign[i] >= addr && lap->sign[i] - addr < len)
			memset(out + (lap->sign[i] - addr), 0xff, CX3_FS2_SIGNATURE_SIZE);
	}
}

void cx3_plan_body(const struct cx3_plan *plan, uint32_t addr, uint32_t len, uint8_t *out)
{
	memcpy(out, plan->target + addr, len);
	for (unsigned i = 0; i < plan->laps; i++)
		blank_signatures(&plan->lap[i], addr, len, out);
}

static void sum(struct cx3_flash_cost *total, struct cx3_flash_cost cost)
{
	total->wire_bytes += cost.wire_bytes;
	total->us += cost.us;
}

struct cx3_flash_cost cx3_plan_step_cost(const struct cx3_plan *plan, const struct cx3_step *step,
					 const struct cx3_flash *flash)
{
	struct cx3_flash_cost total = {0, 0};
	uint32_t end = step->addr + step->len;
	uint32_t piece = cx3_read_piece(flash);
	uint32_t part, skip;

	switch (step->kind) {
	case CX3_STEP_ERASE:
		return cx3_flash_erase_cost(flash, step->len);
	case CX3_STEP_PROGRAM:
		for (uint32_t a = step->addr; a < end; a += part) {
			part = cx3_page_part(a, end);
			sum(&total,
			    cx3_flash_program_cost(flash, cx3_trim_blank(plan->target + step->data +
										 (a - step->addr),
									 part, &skip)));
		}
		return total;
	case CX3_STEP_VERIFY:
		for (uint32_t a = step->addr; a < end; a += part) {
			part = end - a < piece ? end - a : piece;
			sum(&total, cx3_flash_read_cost(flash, part));
		}
		return total;
	case CX3_STEP_UNPROTECT:
	case CX3_STEP_PROTECT:
	case CX3_STEP_QUAD:
		return (struct cx3_flash_cost){200, 60000}; /* about: a status write and its wait */
	case CX3_STEP_SETTING:
		return (struct cx3_flash_cost){1400, 300000}; /* about: up to three writes */
	case CX3_STEP_BOOT_ADDRESS:
		break;
	}
	return (struct cx3_flash_cost){9, 1000}; /* one register write */
}

static void count_step(struct cx3_plan_summary *s, const struct cx3_step *step)
{
	uint32_t end = step->addr + step->len;

	switch (step->kind) {
	case CX3_STEP_ERASE:
		s->erase_bytes += step->len;
		if (step->len == CX3_FLASH_BLOCK)
			s->block_erases++;
		else
			s->sector_erases++;
		break;
	case CX3_STEP_PROGRAM:
		s->program_bytes += step->len;
		for (uint32_t a = step->addr; a < end; a += cx3_page_part(a, end))
			s->pages++;
		break;
	case CX3_STEP_VERIFY:
		s->verify_bytes += step->len;
		break;
	case CX3_STEP_UNPROTECT:
	case CX3_STEP_PROTECT:
	case CX3_STEP_QUAD:
	case CX3_STEP_SETTING:
	case CX3_STEP_BOOT_ADDRESS:
		break;
	}
}

/* The first byte of the plan's writes that the part protects; else the flash's size. */
static uint32_t first_protected(const struct cx3_plan *plan, const struct cx3_flash_status *status)
{
	uint32_t lo = status->protected_start;
	uint32_t hi = lo + status->protected_len;

	for (size_t i = 0; i < plan->count; i++) {
		const struct cx3_step *step = &plan->step[i];

		if (step->kind != CX3_STEP_ERASE && step->kind != CX3_STEP_PROGRAM)
			continue;
		if (step->addr < hi && lo < step->addr + step->len)
			return step->addr > lo ? step->addr : lo;
	}
	return plan->flash_size;
}

/* Lifting it comes before all else, putting it back after it. */
static void wrap_in_protection(struct cx3_plan *plan, const struct cx3_flash_status *status)
{
	struct cx3_step step = {CX3_STEP_PROTECT, status->protected_start, status->protected_len, 0,
				"write protection"};

	cx3_plan_add(plan, CX3_STAGE_CLOSE, step);
	cx3_plan_add(plan, CX3_STAGE_OPEN, step);
	if (plan->no_memory)
		return;
	memmove(plan->step + 1, plan->step, (plan->count - 1) * sizeof(*plan->step));
	memmove(plan->place + 1, plan->place, (plan->count - 1) * sizeof(*plan->place));
	step.kind = CX3_STEP_UNPROTECT;
	plan->step[0] = step;
	plan->place[0] = (struct cx3_plan_place){CX3_STAGE_OPEN, 0};
}

/* SRP1: nothing that this tool can do lifts it. */
static int locked(const struct cx3_flash_status *status, struct cx3_error *err)
{
	return cx3_fail(
		err, CX3_E_STATUS_LOCKED, "status register",
		"The flash is write-protected from 0x%x to 0x%x, and its status register is "
		"locked until power-off, or for good (SRP1 is set); nothing was written.\n"
		"Switch the card's power off and on. If it stays locked, another flash chip is "
		"the only way.",
		status->protected_start, status->protected_start + status->protected_len - 1);
}

static int check_protection(struct cx3_plan *plan, struct cx3_flash *flash, bool unprotect,
			    struct cx3_error *err)
{
	struct cx3_flash_status status = {.size = sizeof(status)};
	char place[32];
	uint32_t addr;
	int rc;

	if (plan->count == 0)
		return CX3_OK;
	rc = cx3_flash_status(flash, &status, err);
	if (rc != CX3_OK || status.protected_len == 0)
		return rc;
	addr = first_protected(plan, &status);
	if (addr == plan->flash_size)
		return CX3_OK;
	if (status.protection.register_lock == CX3_REGISTER_LOCKED)
		return locked(&status, err);
	if (unprotect) {
		wrap_in_protection(plan, &status);
		return CX3_OK;
	}
	snprintf(place, sizeof(place), "flash 0x%x", addr);
	return cx3_fail(
		err, CX3_E_PROTECTED, place,
		"The flash is write-protected from 0x%x to 0x%x (status 0x%02x), where the %s "
		"must write; nothing was written.\n"
		"Let the %s lift the protection; it is put back at the end. A board may hold it "
		"with the flash's WP# pin as well.",
		status.protected_start, status.protected_start + status.protected_len - 1,
		status.raw, plan->noun, plan->noun);
}

static int no_memory(const struct cx3_plan *plan, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_MEMORY, "plan",
			"There is no memory for the steps of the %s.\n"
			"Close other programs and try again.",
			plan->noun);
}

/* What the plan cares for in pages that no step erases or programs. */
static int count_skipped(const struct cx3_plan *plan, uint32_t *bytes, struct cx3_error *err)
{
	bool *touched = calloc(plan->flash_size / CX3_FLASH_PAGE, sizeof(*touched));

	*bytes = 0;
	if (!touched)
		return no_memory(plan, err);
	for (size_t i = 0; i < plan->count; i++) {
		const struct cx3_step *step = &plan->step[i];

		if (step->kind != CX3_STEP_ERASE && step->kind != CX3_STEP_PROGRAM)
			continue;
		for (uint32_t at = step->addr; at < step->addr + step->len;
		     at += cx3_page_part(at, step->addr + step->len))
			touched[at / CX3_FLASH_PAGE] = true;
	}
	for (unsigned l = 0; l < plan->laps; l++) {
		const struct cx3_fs2_extents *care = &plan->lap[l].care;

		for (unsigned i = 0; i < care->count; i++) {
			uint32_t end = care->range[i].hi, part;

			for (uint32_t at = care->range[i].lo; at < end; at += part) {
				part = cx3_page_part(at, end);
				*bytes += touched[at / CX3_FLASH_PAGE] ? 0 : part;
			}
		}
	}
	free(touched);
	return CX3_OK;
}

int cx3_plan_seal(struct cx3_plan *plan, struct cx3_shadow *shadow, bool unprotect,
		  struct cx3_error *err)
{
	struct cx3_plan_summary *s = &plan->summary;
	int rc;

	if (plan->no_memory)
		return no_memory(plan, err);
	rc = check_protection(plan, shadow->flash, unprotect, err);
	if (rc == CX3_OK && plan->no_memory)
		rc = no_memory(plan, err);
	if (rc == CX3_OK)
		rc = count_skipped(plan, &s->skipped_bytes, err);
	if (rc != CX3_OK)
		return rc;
	/* the run keeps the semaphore over all of its steps: so does the sum */
	cx3_flash_keep(shadow->flash);
	for (size_t i = 0; i < plan->count; i++) {
		count_step(s, &plan->step[i]);
		sum(&plan->total, cx3_plan_step_cost(plan, &plan->step[i], shadow->flash));
	}
	rc = cx3_flash_let_go(shadow->flash, err);
	s->wire_bytes = plan->total.wire_bytes;
	s->us = plan->total.us;
	return rc;
}

void cx3_plan_leave_out(struct cx3_plan *plan, enum cx3_step_kind kind,
			const struct cx3_flash *flash)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->count; i++) {
		struct cx3_flash_cost cost = cx3_plan_step_cost(plan, &plan->step[i], flash);

		if (plan->step[i].kind != kind) {
			plan->step[kept] = plan->step[i];
			plan->place[kept++] = plan->place[i];
			continue;
		}
		plan->total.wire_bytes -= cost.wire_bytes;
		plan->total.us -= cost.us;
	}
	plan->count = kept;
	plan->summary.wire_bytes = plan->total.wire_bytes;
	plan->summary.us = plan->total.us;
}

const struct cx3_step *cx3_plan_steps(const struct cx3_plan *plan, size_t *count)
{
	*count = plan->count;
	return plan->step;
}

const struct cx3_plan_summary *cx3_plan_summary(const struct cx3_plan *plan)
{
	return &plan->summary;
}
