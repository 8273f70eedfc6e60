/* SPDX-License-Identifier: BSD-2-Clause */
/* The adapter that flips a bit. */
#include "flip_adapter.h"

#include <string.h>

#include "adapters.h"

struct flip flip;

static struct cx3_adapter_ops ops;

#define MOST_WRITE 68u
#define MOST_BATCH 8192u

static struct cx3_xfer copy[MOST_BATCH];
static size_t copied;
static uint8_t bytes[MOST_WRITE];

void flip_forget(void)
{
	flip.at = flip.bit = 0;
	memset(copy, 0, copied * sizeof(*copy));
	copied = 0;
	memset(bytes, 0, sizeof(bytes));
}

/* The batch, with its one damaged message in a copy of its own. */
static const struct cx3_xfer *damage(const struct cx3_xfer *xfer, size_t n, size_t index)
{
	if (n > MOST_BATCH || xfer[index].wr_len > MOST_WRITE ||
	    flip.bit >= 8u * xfer[index].wr_len)
		return xfer;
	memcpy(copy, xfer, n * sizeof(*xfer));
	copied = n;
	memcpy(bytes, xfer[index].wr, xfer[index].wr_len);
	bytes[flip.bit / 8] ^= (uint8_t)(0x80u >> flip.bit % 8);
	copy[index].wr = bytes;
	return copy;
}

static uint32_t word_at(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void note(const struct cx3_xfer *xfer)
{
	if (flip.sent && flip.writes < FLIP_MOST_WRITES)
		flip.sent[flip.writes] = (struct flip_sent){
			word_at(xfer->wr), word_at(xfer->wr + 4), 8u * xfer->wr_len};
}

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	for (size_t i = 0; i < n; i++) {
		if (xfer[i].rd_len)
			continue;
		note(&xfer[i]);
		if (flip.before)
			flip.before(flip.user, a, flip.writes + 1, 8u * xfer[i].wr_len);
		if (++flip.writes == flip.at)
			xfer = damage(xfer, n, i);
	}
	return cx3_sim_ops.transfer(a, xfer, n, mark, err);
}

void flip_at_adapter(struct cx3_adapter *adapter)
{
	flip.writes = 0;
	ops = cx3_sim_ops;
	ops.transfer = transfer;
	adapter->ops = &ops;
}
