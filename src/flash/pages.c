/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many pages one after the other. Two batches go out for a page:
 *
 * - One with its data and, behind them, the address of the next page and that register's echo.
 * - One with the status, WREN and the next page's bare head, and what reads back of it.
 *
 * The host judges both before it sends the next one. So an address is read back correctly before
 * WREN and the head that uses it are sent. The status command comes between the two, and one
 * flipped bit would send it to 0xf0404: so the address is read back with the head a second time,
 * before any data follow.
 *
 * WREN and the head may reach a flash that is still busy with the page before, which ignores
 * them. The status tells, and then no data are sent.
 *
 * A flash that was done in time for many pages is asked only for each fifth one, and gets a
 * quarter more time for the others. Their heads need no second echo of the address, for no command
 * came between. If it is late all the same, it ignores the next page, and is idle again before
 * the one after that. So each second page would be lost, and a question for each fourth one
 * could always come when it is idle. Asked for each fifth page it is found busy soon. From then
 * on it is asked for each page. What it has ignored until then shows when it is read back.
 *
 * What does not go smoothly ends the run: the open page is ended without data, the flash is
 * waited for, and the caller sends the page with cx3_flash_program.
 */
#include "program.h"

#include <assert.h>
#include <string.h>

/* An address that was read back longer ago is written anew. */
#define STALE_US 20000u
/* A page may take so many times as long as its data sheet's typical time. */
#define MOST_LATE 8u
/* After so many pages that were done in time the status is asked for each fifth page only. */
#define PROMPT_PAGES 16u
#define ASK_EACH 5u /* odd: see above */

struct run {
	struct cx3_flash *flash;
	uint32_t addr, end; /* what is still to be programmed */
	const uint8_t *bytes;
	bool staged;	    /* the next page's address is in the gateway, and was read back */
	bool unsettled;	    /* the flash may still be busy with the page before */
	bool late;	    /* it was, after its time */
	uint64_t sent_us;   /* its data have gone out, and so has the next address */
	uint32_t last_page; /* its address */
	uint32_t sure;	    /* the flash was asked, and what lies below was carried out */
	unsigned unasked;   /* pages in a row before whose head the status was not asked for */
};

static bool works(const struct cx3_flash *flash)
{
	static const enum cx3_way needed[] = {CX3_WAY_COMMAND_ECHO, CX3_WAY_ADDRESS_ECHO,
					      CX3_WAY_BLOCK_READ, CX3_WAY_STATUS_WORD};
	const struct cx3_gateway *gw = flash->gw;
	bool all = cx3_flash_bare_pages(flash) && !cx3_flash_tries_page(flash) &&
		   !flash->part->byte_program && !cx3_gw_address_moves(gw);

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		all = all && cx3_way_works(gw, needed[i]);
	/* nobody else gets the flash in between */
	return all && flash->stumbles < CX3_MOST_STUMBLES && cx3_gw_unbound(gw);
}

/* Bytes up to the end of the page in hand. */
static uint32_t page_part(const struct run *run)
{
	uint32_t page = CX3_FLASH_PAGE - run->addr % CX3_FLASH_PAGE, left = run->end - run->addr;

	return page < left ? page : left;
}

/* The page at run->addr, or the rest of it. False if it is blank. */
static bool make_page(const struct run *run, struct unit *unit)
{
	uint32_t skip, len = page_part(run);

	len = cx3_trim_blank(run->bytes, len, &skip);
	return len > 0 &&
	       cx3_flash_make_unit(unit, run->addr + skip, run->bytes + skip, len, false, false);
}

static void go_past_page(struct run *run)
{
	uint32_t len = page_part(run);

	run->addr += len;
	run->bytes += len;
}

/* Past blank pages. False if nothing is left. */
static bool next_page(struct run *run, struct unit *unit)
{
	while (run->addr < run->end) {
		if (make_page(run, unit))
			return true;
		go_past_page(run);
	}
	return false;
}

/* The status is asked for before the next head. */
static bool asks(const struct run *run)
{
	const struct cx3_flash *flash = run->flash;

	return !run->unsettled || flash->prompt < PROMPT_PAGES || run->unasked + 1 >= ASK_EACH;
}

/* Time for the page before, less what has passed since its data were sent. */
static void wait_for_page(const struct run *run)
{
	struct cx3_gateway *gw = run->flash->gw;
	struct cx3_wire wire = {0, 0};
	uint64_t needed_us = cx3_flash_program_wait(run->flash, 1).typical_us, passed_us;

	/* the next address has gone out behind the data, and the status command takes its time */
	cx3_wire_set_address(&wire, 1);
	cx3_wire_command(&wire, gw, 1);
	passed_us = cx3_gw_now_us(gw) - run->sent_us + cx3_gw_cost(gw, wire, 0, 0).us;
	needed_us = asks(run) ? needed_us + run->flash->late_us : needed_us + needed_us / 4;
	if (passed_us < needed_us)
		cx3_gw_wait_us(gw, needed_us - passed_us);
}

/* The flash takes longer for a page than its data sheet says. */
static void be_patient(struct run *run)
{
	struct cx3_flash *flash = run->flash;
	uint64_t typical_us = flash->part->page_program_us;

	run->late = true;
	flash->prompt = 0;
	flash->late_us = flash->late_us ? 2 * flash->late_us : typical_us / 4;
	if (flash->late_us > MOST_LATE * typical_us)
		flash->late_us = MOST_LATE * typical_us;
}

/* What came back of a page's head. */
struct answers {
	uint32_t status, head[2]; /* 0xf0400 and 0xf0404 */
};

/* WREN and the head; before them the status, if it is asked for. */
static int send_head(const struct run *run, uint32_t head, struct answers *a, struct cx3_error *err)
{
	struct cx3_gateway *gw = run->flash->gw;
	uint32_t ask = cx3_gw_word(GW_OP(SPI_READ_STATUS) | GW_READ | GW_HAS_DATA |
				   GW_LOG2_BYTES(2));
	uint32_t enable = cx3_gw_word(GW_OP(SPI_WRITE_ENABLE));
	bool asked = asks(run);

	cx3_gw_start(gw);
	if (asked) {
		cx3_gw_command(gw, &ask);
		cx3_gw_read(gw, GW_DATA, &a->status, 1);
	}
	cx3_gw_command(gw, &enable);
	cx3_gw_command(gw, &head);
	cx3_gw_blind(gw); /* without its WREN the flash ignores it */
	cx3_gw_read(gw, GW_COMMAND, a->head, asked ? 2 : 1);
	gw->last_word = head;
	return cx3_gw_run(gw, CX3_ONCE, NULL, err);
}

/*
 * The status before a page's head. *taken: the pages before were carried out, as far as it tells.
 * While the flash is busy that is known of the last one only.
 */
static bool is_idle(struct run *run, uint32_t word, bool *taken)
{
	uint8_t status = 0;
	bool busy, idle;

	if (!cx3_flash_status_repeats(word, &status))
		return false;
	busy = status & STATUS_WIP;
	idle = !busy && !(status & STATUS_WEL);
	*taken = idle || (busy && run->unasked == 0);
	if (busy)
		be_patient(run);
	if (!idle)
		return false;
	run->flash->prompt += run->unsettled && !run->flash->late_us;
	run->sure = run->addr;
	run->unasked = 0;
	return true;
}

/*
 * Opens the page. *smooth: its data may follow. Else *taken tells whether the pages before were
 * carried out, as far as the status told that.
 */
static int open_page(struct run *run, const struct unit *unit, bool *smooth, bool *taken)
{
	struct cx3_flash *flash = run->flash;
	uint32_t head = cx3_gw_word(GW_OP(SPI_PROGRAM) | GW_SEND_ADDR | GW_HOLD_CS);
	uint32_t addr = cx3_gw_address_word(flash->gw, unit->addr);
	struct answers a = {.status = UINT32_MAX, .head = {0, addr}};
	bool idle = true, asked = asks(run);
	int rc = send_head(run, head, &a, NULL);
	uint32_t wrong = (a.head[0] ^ head) & ~GW_BUSY;

	*smooth = *taken = false;
	if (rc)
		return rc;
	if (asked)
		idle = is_idle(run, a.status, taken);
	else
		run->unasked++;
	if (wrong)
		cx3_flash_raise_doubt(flash, unit, wrong, true);
	*smooth = idle && !wrong && a.head[1] == addr;
	return CX3_OK;
}

/* The open page's data; then the address of the page `next`, if there is one. */
static int send_data(struct run *run, const struct unit *unit, const struct unit *next)
{
	const uint32_t body = GW_HAS_DATA | GW_LOG2_BYTES(GW_BLOCK_LOG2);
	uint32_t middle = cx3_gw_word(body | GW_HOLD_CS), last = cx3_gw_word(body);
	struct cx3_gateway *gw = run->flash->gw;
	uint32_t reg = next ? cx3_gw_address_word(gw, next->addr) : 0, echo = ~reg;
	struct cx3_progress_mark mark;
	size_t steps;
	int rc;

	cx3_gw_start(gw);
	for (size_t i = 0; i < unit->blocks; i++) {
		cx3_gw_write(gw, GW_DATA, unit->words + i * GW_BLOCK_WORDS, GW_BLOCK_WORDS);
		cx3_gw_blind(gw); /* only bytes of this page: see page.c */
		cx3_gw_command(gw, i + 1 < unit->blocks ? &middle : &last);
		cx3_gw_blind(gw);
	}
	steps = gw->n_ops;
	if (next) {
		cx3_gw_write(gw, GW_ADDRESS, &reg, 1);
		cx3_gw_blind(gw); /* it starts nothing */
		cx3_gw_read(gw, GW_ADDRESS, &echo, 1);
	}
	rc = cx3_gw_run(gw, CX3_ONCE, &mark, NULL);
	run->sent_us = cx3_gw_now_us(gw);
	run->staged = next && rc == CX3_OK && echo == reg;
	return rc && mark.done >= steps ? CX3_OK : rc;
}

/* Ends what is open, and waits until the flash is idle. */
static int end_page(const struct run *run, uint32_t addr, struct cx3_error *err)
{
	struct cx3_flash_wait wait = cx3_flash_program_wait(run->flash, 1);
	bool taken;
	int rc = cx3_gw_end_command(run->flash->gw, false, err);

	return rc ? rc : cx3_flash_settle(run->flash, &wait, addr, &taken, err);
}

/* The last page that was sent: waits for it. *taken: it was carried out. */
static int settle_last(struct run *run, bool *taken, struct cx3_error *err)
{
	struct cx3_flash_wait wait = cx3_flash_program_wait(run->flash, 1);

	*taken = true;
	if (!run->unsettled)
		return CX3_OK;
	run->unsettled = false;
	return cx3_flash_settle(run->flash, &wait, run->last_page, taken, err);
}

/* Sees to it that the page's address is in the gateway. */
static int stage(struct run *run, const struct unit *unit, struct cx3_error *err)
{
	struct cx3_gateway *gw = run->flash->gw;

	if (run->staged && cx3_gw_now_us(gw) - run->sent_us < STALE_US)
		return CX3_OK;
	run->staged = true;
	return cx3_gw_set_address(gw, unit->addr, NULL, 0, false, err);
}

/*
 * One page, with the address of the one after it. *smooth: it was sent, and the one before was
 * carried out. Else nothing is open, and the flash is idle; *taken is about the one before.
 */
static int one_page(struct run *run, const struct unit *unit, bool *smooth, bool *taken,
		    struct cx3_error *err)
{
	struct run ahead = *run;
	struct unit next;
	bool more;
	int rc = stage(run, unit, err);

	*smooth = *taken = false;
	if (rc)
		return rc;
	if (run->unsettled)
		wait_for_page(run);
	rc = open_page(run, unit, smooth, taken);
	go_past_page(&ahead);
	more = next_page(&ahead, &next);
	if (!rc && *smooth)
		rc = send_data(run, unit, more ? &next : NULL);
	if (!rc && *smooth) {
		run->flash->stumbles = 0;
		run->flash->gw->counts.programs++;
		run->unsettled = true;
		run->last_page = unit->addr;
		return CX3_OK;
	}
	*smooth = false;
	*taken = *taken || !run->unsettled;
	run->unsettled = false;
	run->flash->stumbles += !run->late;
	return end_page(run, unit->addr, err);
}

/* All pages, until one does not go smoothly. *done: bytes up to the first that is not known to
 * have been carried out. */
static int all_pages(struct run *run, bool (*go_on)(void *user, uint32_t done), void *user,
		     uint32_t *done, struct cx3_error *err)
{
	uint32_t start = run->addr;
	bool smooth = true, taken = true, wanted = true;
	struct unit unit;
	int rc = CX3_OK;

	while (rc == CX3_OK && smooth && wanted && next_page(run, &unit)) {
		rc = one_page(run, &unit, &smooth, &taken, err);
		if (rc || !smooth)
			break;
		go_past_page(run);
		*done = run->addr - start;
		wanted = go_on(user, *done);
	}
	if (rc == CX3_OK && smooth) {
		rc = settle_last(run, &taken, err);
		if (taken && run->addr == run->end)
			*done = run->end - start;
	}
	if (!taken)
		*done = run->sure - start;
	return rc;
}

int cx3_flash_program_pages(struct cx3_flash *flash, uint32_t addr, const void *buf, uint32_t len,
			    bool (*go_on)(void *user, uint32_t done), void *user, uint32_t *done,
			    struct cx3_error *err)
{
	struct run run = {
		.flash = flash, .addr = addr, .end = addr + len, .sure = addr, .bytes = buf};
	int rc;

	assert(addr <= flash->part->size && len <= flash->part->size - addr);
	*done = 0;
	if (!works(flash))
		return CX3_OK;
	rc = cx3_gw_begin(flash->gw, 0, err);
	if (rc)
		return rc;
	rc = cx3_flash_prepare_write(flash, err);
	if (!rc)
		rc = all_pages(&run, go_on, user, done, err);
	return cx3_gw_end(flash->gw, rc, err);
}
