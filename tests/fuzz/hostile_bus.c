/* SPDX-License-Identifier: BSD-2-Clause */
/* Which batch is lied about, and how. */
#include "hostile_bus.h"

#include <assert.h>
#include <string.h>

#define MOST_LIES 32u	     /* as many as a word has bits: no two flips are of one bit */
#define BIG_GAP 64u	     /* batches between two lies of many bits */
#define MOST_BATCHES 100000u /* of a run in which lies are told */
#define MOST_XFERS 8192u     /* of a batch; a longer one is sent as it is */

enum lie {
	LIE_FLIP,
	LIE_WRITE, /* a bit of what is written, register's address included */
	LIE_REPLACE,
	LIE_ONES,
	LIE_SHIFT,
	LIE_FAIL,
	LIE_GONE,
	LIE_SHORTER,
	LIE_CANCEL
};

/* Flips and failures are what happens most. */
static const enum lie kinds[16] = {
	LIE_FLIP, LIE_FLIP, LIE_FLIP,	 LIE_WRITE, LIE_WRITE, LIE_WRITE,   LIE_WRITE,	LIE_FAIL,
	LIE_FAIL, LIE_FAIL, LIE_REPLACE, LIE_SHIFT, LIE_ONES,  LIE_SHORTER, LIE_CANCEL, LIE_GONE};

static struct hostile_bus *bus;
static const struct cx3_adapter_ops *honest;
static struct cx3_adapter_ops lying;

/*
 * Writes to the gateway (0xf0400 to 0xf041c) of which no data come back: orders to the flash,
 * and what is set up before them. There are few, and a wrong bit in them does most harm.
 */
static bool is_order(const struct cx3_xfer *xfer, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		const uint8_t *reg = xfer[i].wr;
		bool gateway = xfer[i].wr_len >= 4 && reg[0] == 0 && reg[1] == 0x0f && reg[2] == 4;

		if (gateway && xfer[i].rd_len > 4)
			return false;
		any = any || (gateway && xfer[i].wr_len > 4);
	}
	return any;
}

/* Four bytes a lie: how many batches from the last one, its kind, its argument. */
static void plan_next(void)
{
	uint32_t gap;

	bus->next = UINT64_MAX;
	if (bus->plan.left < 4 || bus->lies == MOST_LIES)
		return;
	gap = (uint32_t)fuzz_byte(&bus->plan) << 8;
	gap |= fuzz_byte(&bus->plan);
	bus->kind = fuzz_byte(&bus->plan) % 16;
	if (kinds[bus->kind] == LIE_WRITE)
		bus->next = bus->orders + 1 + gap % 512;
	else
		bus->next = bus->batches + 1 + gap % 4096;
	bus->arg = fuzz_byte(&bus->plan);
}

static int fail_with(struct cx3_adapter *a, unsigned arg, struct cx3_error *err)
{
	static const enum cx3_code codes[] = {CX3_E_NO_ACK,  CX3_E_NACK_DATA,	CX3_E_IO,
					      CX3_E_TIMEOUT, CX3_E_ARBITRATION, CX3_E_BUS};

	bus->failed = true;
	return cx3_fail(err, codes[arg % 6], a->label, "The fuzzer breaks off here.\nTry again.");
}

/* Carried out up to any place; the mark says less than that, and the truth is within it. */
static int break_off(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		     struct cx3_progress_mark *mark, struct cx3_error *err)
{
	size_t real = fuzz_below(&bus->random, (uint32_t)n + 1), most;
	int rc = real ? honest->transfer(a, xfer, real, mark, err) : CX3_OK;

	if (rc != CX3_OK)
		return rc;
	mark->done = fuzz_below(&bus->random, (uint32_t)real + 1);
	most = n - real;
	mark->unsure = real - mark->done + fuzz_below(&bus->random, (uint32_t)most + 1);
	return fail_with(a, bus->arg, err);
}

/* Shorter messages from now on, if the batch has a longer one. */
static int shorten(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		   struct cx3_progress_mark *mark, struct cx3_error *err)
{
	size_t read = 4 * (1 + fuzz_below(&bus->random, 64));
	size_t write = 8 + 4 * fuzz_below(&bus->random, 32);

	for (size_t i = 0; i < n; i++) {
		if (xfer[i].rd_len <= read && xfer[i].wr_len <= write)
			continue;
		*mark = (struct cx3_progress_mark){0};
		a->max_read = read < a->max_read ? read : a->max_read;
		a->max_write = write < a->max_write ? write : a->max_write;
		return cx3_fail(err, CX3_E_TOO_LONG, a->label,
				"The message is too long.\n"
				"Split it.");
	}
	return honest->transfer(a, xfer, n, mark, err);
}

/* A transfer of the batch that reads, or NULL. */
static const struct cx3_xfer *one_that_reads(const struct cx3_xfer *xfer, size_t n)
{
	size_t first = fuzz_below(&bus->random, (uint32_t)n);

	for (size_t i = 0; i < n; i++) {
		const struct cx3_xfer *one = &xfer[(first + i) % n];

		if (one->rd_len)
			return one;
	}
	return NULL;
}

/* The n-th flip of a run is of bit n of some 32-bit word. */
static void flip(const struct cx3_xfer *xfer)
{
	uint32_t word = fuzz_below(&bus->random, xfer->rd_len / 4u);
	unsigned bit = bus->flips++ % 32;

	xfer->rd[word * 4 + bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void shift(const struct cx3_xfer *xfer)
{
	memmove(xfer->rd + 1, xfer->rd, xfer->rd_len - 1u);
	xfer->rd[0] = (uint8_t)fuzz_random(&bus->random);
}

/* Lies of many bits come alone, and all ones once. */
static bool too_much(enum lie lie)
{
	if (lie == LIE_FLIP)
		return false;
	if (bus->last_big && bus->batches - bus->last_big < BIG_GAP)
		return true;
	if (lie == LIE_ONES && bus->all_ones)
		return true;
	bus->last_big = bus->batches;
	bus->all_ones = bus->all_ones || lie == LIE_ONES;
	return false;
}

static void falsify(enum lie lie, const struct cx3_xfer *xfer, size_t n)
{
	const struct cx3_xfer *one = one_that_reads(xfer, n);

	if (!one || one->rd_len < 4 || too_much(lie))
		return;
	if (lie == LIE_FLIP)
		flip(one);
	else if (lie == LIE_SHIFT)
		shift(one);
	else if (lie == LIE_ONES)
		memset(one->rd, 0xff, one->rd_len);
	for (unsigned i = 0; lie == LIE_REPLACE && i < one->rd_len; i++)
		one->rd[i] = (uint8_t)fuzz_random(&bus->random);
}

/* Sends the batch with one bit wrong in one of its messages. */
static int send_damaged(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static struct cx3_xfer copy[MOST_XFERS];
	static uint8_t message[4096];
	size_t which = fuzz_below(&bus->random, (uint32_t)n);
	uint32_t word = fuzz_below(&bus->random, (xfer[which].wr_len + 3u) / 4u);
	unsigned bit = bus->flips++ % 32;
	uint32_t at = word * 4 + bit / 8;

	if (n > MOST_XFERS || at >= xfer[which].wr_len || xfer[which].wr_len > sizeof(message))
		return honest->transfer(a, xfer, n, mark, err);
	memcpy(copy, xfer, n * sizeof(*copy));
	memcpy(message, xfer[which].wr, xfer[which].wr_len);
	message[at] ^= (uint8_t)(1u << bit % 8);
	copy[which].wr = message;
	return honest->transfer(a, copy, n, mark, err);
}

static int lie_about(struct cx3_adapter *a, enum lie lie, const struct cx3_xfer *xfer, size_t n,
		     struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc;

	bus->lies++;
	bus->gone = lie == LIE_GONE;
	bus->cancelled = bus->cancelled || lie == LIE_CANCEL;
	if (lie == LIE_FAIL || lie == LIE_GONE)
		return break_off(a, xfer, n, mark, err);
	if (lie == LIE_SHORTER)
		return shorten(a, xfer, n, mark, err);
	if (lie == LIE_WRITE)
		return send_damaged(a, xfer, n, mark, err);
	rc = honest->transfer(a, xfer, n, mark, err);
	if (rc == CX3_OK && lie != LIE_CANCEL)
		falsify(lie, xfer, n);
	return rc;
}

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	enum lie lie = kinds[bus->kind];
	int rc;

	*mark = (struct cx3_progress_mark){0};
	bus->batches++;
	if (bus->gone || (bus->lies && bus->batches > MOST_BATCHES)) {
		bus->failed = true;
		return cx3_fail(err, CX3_E_GONE, a->label,
				"The adapter vanished.\n"
				"Plug it in again.");
	}
	bus->orders += is_order(xfer, n);
	if (lie == LIE_WRITE ? !is_order(xfer, n) || bus->orders != bus->next
			     : bus->batches != bus->next)
		return honest->transfer(a, xfer, n, mark, err);
	rc = lie_about(a, lie, xfer, n, mark, err);
	plan_next();
	return rc;
}

void hostile_bus_attach(struct hostile_bus *b, struct cx3_adapter *adapter)
{
	bus = b;
	honest = adapter->ops;
	lying = *honest;
	lying.transfer = transfer;
	adapter->ops = &lying;
	plan_next();
}
