/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FAKE_ADAPTER_H
#define CX3_FAKE_ADAPTER_H

/*
 * An adapter with a few registers behind it that fails as a test plans it, and
 * keeps what it was asked to send. Unlike the simulated card it can lose the
 * answer to one chosen transfer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "card/card.h"

#define FAKE_REGS 48u
#define FAKE_CALLS 64u
#define FAKE_SENT 512u

/* What goes wrong in the n-th call (from 0) of transfer. */
struct fake_fault {
	int code;	     /* CX3_OK: nothing */
	size_t happened;     /* so many transfers reach the card */
	size_t done, unsure; /* and this is what the mark says */
};

struct fake_sent {
	uint32_t reg;
	uint16_t wr_len, rd_len;
};

struct fake {
	struct cx3_adapter head;
	struct {
		uint32_t reg, value;
	} regs[FAKE_REGS];
	unsigned reg_count;
	bool semaphore; /* 0xf03fc behaves as one */
	bool taken;
	uint64_t taken_until_us; /* by the firmware */
	uint64_t grab_at_us;	 /* the firmware takes it then, if it is free; 0: never */
	uint64_t grab_us;
	unsigned stray_reads; /* reads of the semaphore that reach another register, reading 0 */
	struct fake_fault fault[FAKE_CALLS];
	unsigned calls;
	struct fake_sent sent[FAKE_SENT];
	unsigned sent_count;
	unsigned frees;	    /* writes of 0 to the semaphore */
	size_t refuse_over; /* CX3_E_TOO_LONG for messages longer than this; 0: none */
	bool never_halve;   /* ... without lowering max_read and max_write */
	uint64_t now_us;
};

static inline struct fake *fake_self(struct cx3_adapter *a)
{
	return (struct fake *)a;
}

static inline uint32_t *fake_reg(struct fake *f, uint32_t reg)
{
	for (unsigned i = 0; i < f->reg_count; i++) {
		if (f->regs[i].reg == reg)
			return &f->regs[i].value;
	}
	assert_true(f->reg_count < FAKE_REGS);
	f->regs[f->reg_count].reg = reg;
	f->regs[f->reg_count].value = 0;
	return &f->regs[f->reg_count++].value;
}

static inline uint32_t fake_read(struct fake *f, uint32_t reg)
{
	bool was;

	if (reg != 0xf03fc || !f->semaphore)
		return *fake_reg(f, reg);
	if (f->stray_reads > 0) {
		f->stray_reads--;
		return 0;
	}
	if (f->grab_at_us && f->now_us >= f->grab_at_us && !f->taken) {
		f->taken_until_us = f->now_us + f->grab_us;
		f->grab_at_us = 0;
	}
	was = f->taken || f->now_us < f->taken_until_us;
	if (!was)
		f->taken = true;
	return was;
}

static inline void fake_write(struct fake *f, uint32_t reg, uint32_t value)
{
	if (reg != 0xf03fc || !f->semaphore) {
		*fake_reg(f, reg) = value;
		return;
	}
	f->frees++;
	/* Nobody may take it from the firmware's hands unasked. */
	if (f->now_us < f->taken_until_us)
		f->taken_until_us = 0;
	f->taken = false;
}

static inline void fake_one(struct fake *f, const struct cx3_xfer *x)
{
	uint32_t reg = (uint32_t)x->wr[0] << 24 | (uint32_t)x->wr[1] << 16 |
		       (uint32_t)x->wr[2] << 8 | x->wr[3];

	if (f->sent_count < FAKE_SENT)
		f->sent[f->sent_count++] = (struct fake_sent){reg, x->wr_len, x->rd_len};
	for (size_t i = 4; i + 3 < x->wr_len; i += 4)
		fake_write(f, reg + (uint32_t)i - 4,
			   (uint32_t)x->wr[i] << 24 | (uint32_t)x->wr[i + 1] << 16 |
				   (uint32_t)x->wr[i + 2] << 8 | x->wr[i + 3]);
	for (size_t i = 0; i + 3 < x->rd_len; i += 4) {
		uint32_t value = fake_read(f, reg + (uint32_t)i);

		for (unsigned b = 0; b < 4; b++)
			x->rd[i + b] = (uint8_t)(value >> (24 - 8 * b));
	}
}

static inline int fake_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
				struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct fake *f = fake_self(a);
	struct fake_fault fault = {0};

	f->now_us += 1000;
	if (f->calls < FAKE_CALLS)
		fault = f->fault[f->calls];
	f->calls++;
	*mark = (struct cx3_progress_mark){0};
	for (size_t i = 0; i < n && f->refuse_over; i++) {
		if (xfer[i].wr_len <= f->refuse_over && xfer[i].rd_len <= f->refuse_over)
			continue;
		if (!f->never_halve) {
			a->max_read = f->refuse_over;
			a->max_write = f->refuse_over;
		}
		mark->done = i;
		for (size_t k = 0; k < i; k++)
			fake_one(f, &xfer[k]);
		return cx3_fail(err, CX3_E_TOO_LONG, "fake", "too long");
	}
	for (size_t i = 0; i < (fault.code ? fault.happened : n); i++)
		fake_one(f, &xfer[i]);
	mark->done = fault.code ? fault.done : n;
	mark->unsure = fault.unsure;
	return fault.code ? cx3_fail(err, (enum cx3_code)fault.code, "fake", "planned") : CX3_OK;
}

static inline void fake_wait_us(struct cx3_adapter *a, uint64_t us)
{
	fake_self(a)->now_us += us;
}

static inline uint64_t fake_now_us(struct cx3_adapter *a)
{
	return fake_self(a)->now_us;
}

static const struct cx3_adapter_ops fake_ops = {
	.name = "fake",
	.transfer = fake_transfer,
	.wait_us = fake_wait_us,
	.now_us = fake_now_us,
};

/* A ConnectX-3 Pro, in livefish or not; the plan of faults counts from its first call. */
static inline void fake_init(struct fake *f, bool livefish)
{
	memset(f, 0, sizeof(*f));
	f->head = (struct cx3_adapter){.ops = &fake_ops,
				       .label = "fake",
				       .addr = CX3_CARD_ADDRESS,
				       .retries = CX3_DEFAULT_RETRIES,
				       .max_write = 8192,
				       .max_read = 8192};
	*fake_reg(f, 0xf0014) = 0x1f7;
	*fake_reg(f, 0x41270) = livefish ? 0xfffff000u : 0;
	*fake_reg(f, 0x1f064) = livefish ? 0 : 2u << 16;
	*fake_reg(f, 0x1f068) = livefish ? 0 : 42u << 16 | 5000;
	f->semaphore = true;
}

/* Opens the card, then forgets what was sent and planned so far. */
static inline struct cx3_card *fake_card(struct fake *f, const struct cx3_card_options *options)
{
	struct cx3_card *card;
	struct cx3_error err;

	assert_int_equal(cx3_card_open(&f->head, options, &card, &err), CX3_OK);
	f->calls = 0;
	f->sent_count = 0;
	return card;
}

#endif
