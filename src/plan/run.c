/* SPDX-License-Identifier: BSD-2-Clause */
/* Running a plan: each step, the reading back, and what comes between stages. */
#include <stdio.h>
#include <string.h>

#include "card/card.h"
#include "meter.h"
#include "plan_priv.h"

struct run {
	struct cx3_plan *plan;
	struct cx3_shadow *shadow;
	struct cx3_writer writer;
	struct cx3_meter meter;
	struct cx3_plan_health *health;
	struct cx3_plan_place place;
	uint32_t at;			    /* flash address of the work in hand */
	struct cx3_flash_protection before; /* the status registers as they were found */
	bool reread_all; /* the process was stopped: what was read back counts no more */
	bool wrote;	 /* an erase or a program has been sent */
	bool open_sent;	 /* UNPROTECT was sent: protection must be put back after a failure */
};

/*
 * From the signature on the job runs to its end, some milliseconds of work:
 * stopping there would save nothing and leave two images.
 */
static int check_stop(struct run *run, uint32_t addr, struct cx3_error *err)
{
	char place[32];

	run->at = addr;
	if (run->place.stage > CX3_STAGE_BODY)
		return CX3_OK;
	if (!cx3_watch_cancelled(run->meter.watch))
		return cx3_pause_if_wanted(run->shadow, run->meter.watch, &run->reread_all, err);
	snprintf(place, sizeof(place), "flash 0x%x", addr);
	return cx3_fail(err, CX3_E_INTERRUPTED, place, "Stopped at flash address 0x%x.", addr);
}

/* After a reset nothing that was known of the chip holds. */
static int check_reset(const struct run *run, struct cx3_error *err)
{
	return cx3_card_check_reset(cx3_flash_card(run->shadow->flash), err);
}

static int run_erase(struct run *run, const struct cx3_step *step, struct cx3_error *err)
{
	struct cx3_flash *flash = run->shadow->flash;
	int rc = check_stop(run, step->addr, err);

	if (rc != CX3_OK)
		return rc;
	run->wrote = true;
	cx3_shadow_forget(run->shadow, step->addr, step->len);
	rc = cx3_flash_erase(flash, step->addr, step->len, err);
	if (rc == CX3_OK)
		rc = check_reset(run, err);
	if (rc == CX3_OK)
		cx3_meter_add(&run->meter, "erasing", cx3_flash_erase_cost(flash, step->len), 0);
	return rc;
}

static int program_page(struct run *run, uint32_t addr, const uint8_t *data, uint32_t len,
			struct cx3_error *err)
{
	struct cx3_flash *flash = run->shadow->flash;
	uint32_t skip;
	uint32_t size = cx3_trim_blank(data, len, &skip);
	bool in_place = cx3_stage_in_place(run->place.stage);
	int rc = check_stop(run, addr, err);

	if (rc != CX3_OK || size == 0)
		return rc;
	run->wrote = true;
	run->health->pages++;
	rc = in_place ? cx3_plan_write_in_place(&run->writer, addr + skip, data + skip, size,
						run->place.stage == CX3_STAGE_IN_PLACE, err)
		      : cx3_plan_program(&run->writer, addr + skip, data + skip, size, false, err);
	/* spoilt by a broken command: the step that reads it back writes its sector again */
	if (rc == CX3_E_VERIFY && run->writer.spoilt && run->place.stage == CX3_STAGE_BODY)
		return CX3_OK;
	if (rc == CX3_OK)
		cx3_meter_add(&run->meter, "writing", cx3_flash_program_cost(flash, size), len);
	return rc;
}

/* Pages that go out one after the other. */
struct pages {
	struct run *run;
	uint32_t addr; /* of the first byte */
	const uint8_t *data;
	uint32_t told; /* bytes that the caller knows of */
};

/* Those of [from, to) that are not blank. */
static unsigned filled_pages(const struct pages *pages, uint32_t from, uint32_t to)
{
	unsigned count = 0;

	for (uint32_t len; from < to; from += len) {
		len = cx3_page_part(pages->addr + from, pages->addr + to);
		count += !cx3_is_blank(pages->data + from, len);
	}
	return count;
}

static bool tell_pages(void *user, uint32_t done)
{
	struct pages *pages = user;
	struct run *run = pages->run;
	uint32_t len;

	for (; pages->told < done; pages->told += len) {
		uint32_t skip, size;

		len = cx3_page_part(pages->addr + pages->told, pages->addr + done);
		size = cx3_trim_blank(pages->data + pages->told, len, &skip);
		if (size == 0)
			continue;
		run->health->pages++;
		cx3_meter_add(&run->meter, "writing",
			      cx3_flash_program_cost(run->shadow->flash, size), len);
	}
	run->at = pages->addr + done;
	return !cx3_watch_wants(run->meter.watch);
}

/* As many of a step's pages as go smoothly: *done bytes. */
static int program_pages(struct run *run, uint32_t addr, const uint8_t *data, uint32_t end,
			 uint32_t *done, struct cx3_error *err)
{
	struct pages pages = {.run = run, .addr = addr, .data = data};
	unsigned again;
	int rc;

	*done = 0;
	if (run->place.stage != CX3_STAGE_BODY || end - addr <= CX3_FLASH_PAGE)
		return CX3_OK;
	rc = check_stop(run, addr, err);
	if (rc != CX3_OK)
		return rc;
	run->wrote = true;
	rc = cx3_plan_program_pages(&run->writer, addr, data, end - addr, tell_pages, &pages, done,
				    err);
	/* what the flash has not confirmed is sent, and counted, once more */
	again = filled_pages(&pages, *done, pages.told);
	run->health->pages -= again;
	run->health->pages_again += again;
	return rc;
}

static int run_program(struct run *run, const struct cx3_step *step, struct cx3_error *err)
{
	const uint8_t *data = run->plan->target + step->data;
	uint32_t end = step->addr + step->len;
	uint32_t len;
	int rc = CX3_OK;

	/* zeros, not the target's bytes: this retires a signature */
	if (step->data >= run->plan->flash_size)
		rc = cx3_plan_must_be_signed(&run->writer, step->addr, err);
	for (uint32_t addr = step->addr; addr < end && rc == CX3_OK; addr += len) {
		const uint8_t *bytes = data + (addr - step->addr);

		rc = program_pages(run, addr, bytes, end, &len, err);
		if (rc != CX3_OK || len > 0)
			continue;
		len = cx3_page_part(addr, end);
		rc = program_page(run, addr, bytes, len, err);
	}
	return rc;
}

/* Compares what was just read with what the step wants, page by page. */
static int compare(struct run *run, const struct cx3_step *step, uint32_t addr, uint32_t end,
		   struct cx3_error *err)
{
	const uint8_t *wanted = run->plan->target + step->data;
	const uint8_t *have = cx3_shadow_bytes(run->shadow);
	uint32_t len;
	int rc = CX3_OK;

	for (; addr < end && rc == CX3_OK; addr += len) {
		len = cx3_page_part(addr, end);
		if (memcmp(have + addr, wanted + (addr - step->addr), len) == 0)
			continue;
		run->health->differences++;
		rc = check_reset(run, err);
		if (rc == CX3_OK)
			rc = cx3_plan_repair(&run->writer, step, run->place, addr, len, err);
	}
	return rc;
}

static int read_back(struct run *run, const struct cx3_step *step, uint32_t addr, uint32_t end,
		     struct cx3_error *err)
{
	int rc = cx3_shadow_reread(run->shadow, addr, end - addr, err);

	return rc == CX3_OK ? compare(run, step, addr, end, err) : rc;
}

static int read_back_doubtful(struct run *run, const struct cx3_step *step, struct cx3_error *err)
{
	const uint8_t *wanted = run->plan->target + step->data - step->addr;
	uint32_t addr = step->addr, end = step->addr + step->len;
	int rc = CX3_OK;

	while (addr < end && rc == CX3_OK) {
		uint32_t from = addr;

		addr = cx3_plan_doubtful(run->shadow, wanted, addr, end);
		if (addr > from)
			rc = read_back(run, step, from, addr, err);
		else
			addr = cx3_plan_block_end(addr, end);
	}
	return rc;
}

static bool noise_was_seen(const struct run *run)
{
	struct cx3_flash *flash = run->shadow->flash;

	return run->health->differences > 0 || cx3_flash_counts(flash)->repeats > 0 ||
	       cx3_card_repeats(cx3_flash_card(flash)) > 0;
}

/* Over wires that were seen to flip bits what may have been read wrong and looked right
 * (doubtful.c) is read back a second time. */
static int read_doubtful_again(struct run *run, unsigned lap, struct cx3_error *err)
{
	int rc = CX3_OK;

	for (size_t i = 0; i < run->plan->count && rc == CX3_OK && noise_was_seen(run); i++) {
		if (run->plan->step[i].kind == CX3_STEP_VERIFY && run->plan->place[i].lap == lap &&
		    run->plan->place[i].stage == CX3_STAGE_BODY)
			rc = read_back_doubtful(run, &run->plan->step[i], err);
	}
	return rc;
}

static int run_verify(struct run *run, const struct cx3_step *step, struct cx3_error *err)
{
	uint32_t end = step->addr + step->len;
	uint32_t piece = cx3_read_piece(run->shadow->flash);
	uint32_t len;
	int rc = CX3_OK;

	if (run->place.stage == CX3_STAGE_BODY && end % CX3_FLASH_PAGE != 0)
		rc = cx3_plan_check_rest(&run->writer, run->place.lap, end, err);
	for (uint32_t addr = step->addr; addr < end && rc == CX3_OK; addr += len) {
		len = end - addr < piece ? end - addr : piece;
		rc = check_stop(run, addr, err);
		if (rc == CX3_OK)
			rc = check_reset(run, err);
		if (rc == CX3_OK)
			rc = read_back(run, step, addr, addr + len, err);
		if (rc == CX3_OK)
			cx3_meter_add(&run->meter, "verifying",
				      cx3_flash_read_cost(run->shadow->flash, len), len);
	}
	return rc;
}

static int run_register(struct run *run, const struct cx3_step *step, struct cx3_error *err)
{
	struct cx3_flash *flash = run->shadow->flash;
	int rc;

	switch (step->kind) {
	case CX3_STEP_UNPROTECT:
		rc = cx3_flash_protection_read(flash, &run->before, err);
		run->open_sent = rc == CX3_OK;
		if (rc == CX3_OK)
			rc = cx3_flash_unprotect(flash, err);
		break;
	case CX3_STEP_PROTECT:
		if (run->plan->puts_back)
			memcpy(run->before.status, run->plan->put_back,
			       sizeof(run->plan->put_back));
		rc = cx3_flash_protection_write(flash, &run->before, err);
		run->open_sent = run->open_sent && rc != CX3_OK;
		break;
	case CX3_STEP_SETTING:
		rc = cx3_flash_setting_write(flash, (enum cx3_flash_setting)step->data, step->len,
					     err);
		break;
	case CX3_STEP_QUAD:
		rc = cx3_flash_quad_write(flash, step->len != 0, err);
		break;
	default:
		rc = cx3_card_set_boot_address(cx3_flash_card(flash), step->addr, err);
	}
	if (rc == CX3_OK)
		cx3_meter_add(&run->meter, "writing", cx3_plan_step_cost(run->plan, step, flash),
			      0);
	return rc;
}

static int run_step(struct run *run, const struct cx3_step *step, struct cx3_error *err)
{
	switch (step->kind) {
	case CX3_STEP_ERASE:
		return run_erase(run, step, err);
	case CX3_STEP_PROGRAM:
		return run_program(run, step, err);
	case CX3_STEP_VERIFY:
		return run_verify(run, step, err);
	case CX3_STEP_UNPROTECT:
	case CX3_STEP_BOOT_ADDRESS:
	case CX3_STEP_PROTECT:
	case CX3_STEP_QUAD:
	case CX3_STEP_SETTING:
		break;
	}
	run->at = step->addr;
	return run_register(run, step, err);
}

/* Between two stages: what must hold before the next one may begin. */
static int enter_stage(struct run *run, struct cx3_plan_place next, struct cx3_error *err)
{
	struct cx3_plan_place before = run->place;
	bool signs = next.stage >= CX3_STAGE_SIGN && next.stage < CX3_STAGE_IN_PLACE;
	bool retires = next.stage == CX3_STAGE_RETIRE && before.stage != CX3_STAGE_RETIRE;
	int rc = CX3_OK;

	/* the last lap's image is the one that boots from here on */
	if (next.lap != before.lap)
		rc = cx3_plan_check_signed(run->plan, before.lap, run->shadow, err);
	run->place = next;
	if (rc == CX3_OK && signs)
		rc = check_reset(run, err);
	signs = signs && (before.stage < CX3_STAGE_SIGN || before.lap != next.lap);
	if (rc == CX3_OK && signs)
		rc = cx3_plan_recheck(&run->writer, next.lap, run->reread_all, err);
	if (rc == CX3_OK && signs)
		rc = read_doubtful_again(run, next.lap, err);
	if (rc == CX3_OK && retires)
		rc = cx3_plan_check_signed(run->plan, next.lap, run->shadow, err);
	return rc;
}

static void tell_it_is_lifted(const struct run *run, struct cx3_error *err)
{
	char next[sizeof(err->next)];

	if (!err)
		return;
	snprintf(next, sizeof(next), "%s", err->next);
	cx3_fail_next(err, "The write protection (status 0x%02x) is still lifted. %.400s",
		      run->before.status[0], next);
}

/* After a failure: puts the write protection back. Where that fails as well, err->next says so.
 * Another card's registers are not ours to write; and where others use the gateway too, what is
 * sent may arrive as something else, and bits of these registers can't be taken back. */
static void close_after_failure(struct run *run, int rc, struct cx3_error *err)
{
	struct cx3_flash *flash = run->shadow->flash;

	run->health->left_lifted = run->open_sent && (rc == CX3_E_CHANGED || rc == CX3_E_GATEWAY ||
						      cx3_flash_protection_write(
							      flash, &run->before, NULL) != CX3_OK);
	if (run->health->left_lifted)
		tell_it_is_lifted(run, err);
}

/* The chip was reset, or others used the gateway. */
static int find_cause(const struct run *run, int rc, struct cx3_error *err)
{
	struct cx3_error why = {0};

	if (!cx3_plan_may_be_reset(rc))
		return rc;
	if (check_reset(run, &why) != CX3_E_CHANGED)
		return cx3_flash_blame(run->shadow->flash, rc, err);
	if (err)
		*err = why;
	return CX3_E_CHANGED;
}

static int run_steps(struct run *run, struct cx3_error *err)
{
	int rc = CX3_OK;
	bool astray;

	for (size_t i = 0; i < run->plan->count && rc == CX3_OK; i++) {
		rc = enter_stage(run, run->plan->place[i], err);
		if (rc == CX3_OK)
			rc = run_step(run, &run->plan->step[i], err);
	}
	if (rc == CX3_OK && run->wrote)
		rc = check_reset(run, err);
	if (rc == CX3_OK) {
		rc = cx3_plan_check_filled(run->plan, run->shadow, err);
		run->writer.damaged = rc != CX3_OK;
	}
	if (rc != CX3_OK) {
		/* a command that may have gone elsewhere */
		astray = rc == CX3_E_CHANGED;
		rc = find_cause(run, rc, err);
		astray = run->wrote && (astray || rc == CX3_E_CHANGED);
		cx3_plan_explain(run->plan, run->place, run->at, run->wrote,
				 run->writer.damaged || astray, err);
		close_after_failure(run, rc, err);
	}
	return rc;
}

int cx3_plan_run_kept(struct cx3_plan *plan, struct cx3_shadow *shadow,
		      const struct cx3_watch *watch, struct cx3_plan_health *health,
		      struct cx3_error *err)
{
	struct cx3_adapter *adapter = cx3_card_adapter(cx3_flash_card(shadow->flash));
	struct cx3_plan_health own = {0};
	struct run run = {.plan = plan, .shadow = shadow, .health = health ? health : &own};
	int rc;

	run.writer = (struct cx3_writer){.plan = plan, .shadow = shadow, .health = run.health};
	cx3_meter_start(&run.meter, watch, adapter, plan->total);
	rc = run_steps(&run, err);
	run.health->untouched = !run.wrote;
	return rc;
}

/*
 * The semaphore is kept from the first step to the last, so that no driver resets the
 * chip during a write.
 */
int cx3_plan_run(struct cx3_plan *plan, struct cx3_shadow *shadow, const struct cx3_watch *watch,
		 struct cx3_plan_health *health, struct cx3_error *err)
{
	struct cx3_flash *flash = shadow->flash;
	int rc, rc_free;

	cx3_flash_keep(flash);
	rc = cx3_plan_run_kept(plan, shadow, watch, health, err);
	rc_free = cx3_flash_let_go(flash, rc == CX3_OK ? err : NULL);
	return rc == CX3_OK ? rc_free : rc;
}
