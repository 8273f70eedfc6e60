/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_WRAPPED_H
#define CX3_WRAPPED_H

/*
 * The simulated card behind an adapter that damages what comes back from one
 * register, or counts what goes to it: things that a card would not do by itself.
 */
#include "flash_fixture.h"

#include "adapters.h"

struct wrap {
	struct cx3_adapter_ops ops;
	const struct cx3_adapter_ops *real;
	uint32_t reg;			     /* the register that is looked at */
	uint32_t flip;			     /* xored into the words read from it */
	bool force;			     /* ... or put in their place */
	unsigned skip, times;		     /* not the first `skip` reads, then `times` of them */
	uint64_t taken_us, longest_hold_us;  /* with the semaphore's register */
	unsigned writes;		     /* to the register */
	uint32_t counted_word, counted_mask; /* of those, writes of this word */
};

/* One at a time: an adapter's ops have no room for more. */
static struct wrap wrap;

static inline void wrap_semaphore(struct cx3_adapter *a, const struct cx3_xfer *xfer)
{
	static const uint8_t zero[4];
	uint64_t now_us = a->ops->now_us(a);

	if (xfer->rd_len == 4 && memcmp(xfer->rd, zero, 4) == 0)
		wrap.taken_us = now_us;
	else if (!xfer->rd_len && wrap.taken_us && now_us - wrap.taken_us > wrap.longest_hold_us)
		wrap.longest_hold_us = now_us - wrap.taken_us;
}

static inline int wrap_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
				struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc = wrap.real->transfer(a, xfer, n, mark, err);

	for (size_t i = 0; i < n; i++) {
		const uint8_t *w = xfer[i].wr;
		uint32_t reg = (uint32_t)w[0] << 24 | (uint32_t)w[1] << 16 | (uint32_t)w[2] << 8 |
			       w[3];
		uint32_t word = 0;

		if (reg != wrap.reg)
			continue;
		if (reg == 0xf03fc)
			wrap_semaphore(a, &xfer[i]);
		for (unsigned b = 4; b < 8 && b < xfer[i].wr_len; b++)
			word = word << 8 | w[b];
		if (xfer[i].wr_len > 4 && (word & wrap.counted_mask) == wrap.counted_word)
			wrap.writes++;
		if (!xfer[i].rd_len || wrap.times == 0)
			continue;
		if (wrap.skip > 0) {
			wrap.skip--;
			continue;
		}
		wrap.times--;
		for (unsigned b = 0; b < 4; b++)
			xfer[i].rd[b] = (uint8_t)((wrap.force ? 0 : xfer[i].rd[b]) ^
						  (wrap.flip >> (24 - 8 * b)));
	}
	return rc;
}

/* From now on, reads of `reg` have `flip` xored in, `times` times. */
static inline void wrap_reads(struct fixture *b, uint32_t reg, uint32_t flip, unsigned times)
{
	wrap = (struct wrap){.real = &cx3_sim_ops, .reg = reg, .flip = flip, .times = times};
	wrap.ops = cx3_sim_ops;
	wrap.ops.transfer = wrap_transfer;
	b->adapter->ops = &wrap.ops;
}

#endif
