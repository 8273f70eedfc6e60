/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register scripts onto the adapter: a step becomes one transfer, or several
 * where it is longer than a message may be (the register address counts up by
 * itself inside a message); all transfers of a script go down as one batch.
 */
#include "card_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "wire_log.h"

#define ADDRESS_BYTES 4u
#define FIRST_PAUSE_US 4000u

bool cx3_card_pause(struct cx3_card *card, uint64_t us, uint64_t deadline_us)
{
	struct cx3_adapter *adapter = card->adapter;

	if (adapter->ops->now_us(adapter) + us > deadline_us)
		return false;
	adapter->ops->wait_us(adapter, us);
	return true;
}

/* How many words one message may carry, by the adapter's limits now and the vendor's. */
static uint16_t words_per_message(const struct cx3_card *card, bool write)
{
	const struct cx3_adapter *adapter = card->adapter;
	bool single = write ? card->manners.single_writes : card->manners.single_reads;
	size_t words = write ? (adapter->max_write - ADDRESS_BYTES) / 4 : adapter->max_read / 4;
	size_t most = write ? MAX_WRITE_WORDS : MAX_READ_WORDS;

	assert(words > 0);
	if (single)
		return 1;
	return (uint16_t)(words < most ? words : most);
}

static int reserve(struct cx3_card *card, size_t pieces, size_t wire_len, struct cx3_error *err)
{
	if (pieces > card->pieces_cap) {
		struct cx3_xfer *xfer = realloc(card->xfer, pieces * sizeof(*xfer));
		struct piece *piece;

		if (xfer)
			card->xfer = xfer;
		piece = realloc(card->piece, pieces * sizeof(*piece));
		if (piece)
			card->piece = piece;
		if (!xfer || !piece)
			goto no_memory;
		card->pieces_cap = pieces;
	}
	if (wire_len > card->wire_cap) {
		uint8_t *wire = realloc(card->wire, wire_len);

		if (!wire)
			goto no_memory;
		card->wire = wire;
		card->wire_cap = wire_len;
	}
	return CX3_OK;
no_memory:
	return cx3_fail(err, CX3_E_NO_MEMORY, card->adapter->label,
			"There is no memory for a batch of %zu transfers.\n"
			"Close other programs and try again.",
			pieces);
}

static void add_piece(struct cx3_card *card, const struct cx3_regop *op, struct piece piece)
{
	struct cx3_xfer *xfer = &card->xfer[card->pieces];
	uint8_t *bytes = card->wire + card->wire_len;
	uint16_t data = (uint16_t)(piece.count * 4u);

	card->piece[card->pieces++] = piece;
	put_be32(bytes, piece.flush ? REG_HW_ID : op->reg + piece.first * 4u);
	*xfer = (struct cx3_xfer){.wr = bytes, .wr_len = ADDRESS_BYTES, .blind = op->blind};
	card->wire_len += ADDRESS_BYTES + data;
	if (!op->write) {
		xfer->rd = bytes + ADDRESS_BYTES;
		xfer->rd_len = data;
		return;
	}
	card->wrote = true;
	xfer->wr_len = (uint16_t)(ADDRESS_BYTES + data);
	for (size_t i = 0; i < piece.count; i++)
		put_be32(bytes + ADDRESS_BYTES + i * 4, op->words[piece.first + i]);
}

/* Is step `i` a reading right after a write, on a card where that may overtake the write? */
static bool needs_flush(const struct cx3_card *card, const struct cx3_regop *ops, size_t i)
{
	return card->manners.flush && !ops[i].write && (i ? ops[i - 1].write : card->just_wrote);
}

/* Compiles the script from word `first` of step `from` on. */
static int compile(struct cx3_card *card, const struct cx3_regop *ops, size_t n, size_t from,
		   uint16_t first, struct cx3_error *err)
{
	uint16_t limit[2] = {words_per_message(card, false), words_per_message(card, true)};
	size_t pieces = 0, wire_len = 0;
	int rc;

	for (size_t i = from; i < n; i++) {
		uint16_t most = limit[ops[i].write];
		size_t parts = (ops[i].count + (size_t)most - 1) / most;
		size_t flushes = needs_flush(card, ops, i);

		pieces += parts + flushes;
		wire_len += (parts + flushes) * ADDRESS_BYTES + (ops[i].count + flushes) * 4;
	}
	rc = reserve(card, pieces, wire_len, err);
	if (rc)
		return rc;
	card->pieces = 0;
	card->wire_len = 0;
	for (size_t i = from; i < n; i++, first = 0) {
		uint16_t most = limit[ops[i].write];

		if (first == 0 && needs_flush(card, ops, i))
			add_piece(card, &ops[i], (struct piece){i, 0, 1, true, false});
		while (first < ops[i].count) {
			uint16_t left = (uint16_t)(ops[i].count - first);
			struct piece piece = {i, first, left < most ? left : most, false,
					      ops[i].secret};

			add_piece(card, &ops[i], piece);
			first = (uint16_t)(first + piece.count);
		}
	}
	return CX3_OK;
}

/* Words that have surely arrived go to their steps. */
static void collect(struct cx3_card *card, struct cx3_regop *ops, size_t done)
{
	for (size_t i = 0; i < done; i++) {
		const struct piece *piece = &card->piece[i];

		if (ops[piece->step].write || piece->flush)
			continue;
		for (size_t w = 0; w < piece->count; w++)
			ops[piece->step].words[piece->first + w] = be32(card->xfer[i].rd + w * 4);
	}
}

/* The adapter's mark, which counts transfers, in steps of the script. */
static struct cx3_progress_mark mark_in_steps(const struct cx3_card *card, size_t n,
					      const struct cx3_progress_mark *raw)
{
	size_t touched = raw->done + raw->unsure;
	struct cx3_progress_mark mark = {.done = n};

	if (raw->done >= card->pieces)
		return mark;
	mark.done = card->piece[raw->done].step;
	if (raw->unsure > 0)
		mark.unsure = card->piece[touched - 1].step + 1 - mark.done;
	else if (card->piece[raw->done].first > 0)
		mark.unsure = 1; /* begun: its first words are through */
	return mark;
}

/* Where a run stands between two sends. */
struct run {
	size_t step;	/* compile from here */
	uint16_t first; /* word of that step */
	unsigned fails; /* in a row, without a transfer gained */
	uint64_t deadline_us;
};

/* Whether the failure `rc` may be answered by sending the rest again; pauses if so. */
static bool try_again(struct cx3_card *card, struct run *run, int rc, enum cx3_repeat repeat,
		      const struct cx3_progress_mark *raw, const size_t limits[2])
{
	struct cx3_adapter *adapter = card->adapter;

	if (rc == CX3_E_TOO_LONG)
		return adapter->max_read < limits[0] || adapter->max_write < limits[1];
	if (repeat != CX3_REPEATABLE || !cx3_code_may_pass(rc))
		return false;
	if (raw->done > 0 || run->fails == 0) {
		run->fails = 0;
		run->deadline_us = adapter->ops->now_us(adapter) + card->patience_us;
	}
	if (run->fails >= adapter->retries)
		return false;
	cx3_log(adapter->log, CX3_LOG_DEBUG, "%s: %s, trying again", adapter->label,
		cx3_code_name((enum cx3_code)rc));
	return cx3_card_pause(card, (uint64_t)FIRST_PAUSE_US << (run->fails < 16 ? run->fails : 16),
			      run->deadline_us) &&
	       ++run->fails > 0;
}

/* Transfers [at, mark->done + mark->unsure) from piece `at` on, as the batch has left them. */
static void log_batch(const struct cx3_card *card, size_t at, int rc,
		      const struct cx3_progress_mark *mark)
{
	const struct cx3_adapter *adapter = card->adapter;

	if (!cx3_wire_is_logged(adapter->log))
		return;
	for (size_t i = 0; i < mark->done + mark->unsure; i++) {
		const struct cx3_xfer *xfer = &card->xfer[at + i];

		cx3_wire_log(
			adapter->log,
			&(struct cx3_wire_line){
				.label = adapter->label,
				.addr = adapter->addr,
				.wr = xfer->wr,
				.rd = xfer->rd,
				.wr_len = xfer->wr_len,
				.rd_len = xfer->rd_len,
				.secret = card->piece[at + i].secret,
				.error = i < mark->done ? NULL : cx3_code_name((enum cx3_code)rc),
			});
	}
}

/* The compiled script, in one batch or each transfer alone. */
static int send(struct cx3_card *card, struct cx3_progress_mark *raw, struct cx3_error *err)
{
	struct cx3_adapter *adapter = card->adapter;
	size_t most = card->manners.alone ? 1 : card->pieces;
	int rc = CX3_OK;

	for (size_t at = 0; at < card->pieces && rc == CX3_OK; at = raw->done) {
		struct cx3_progress_mark part = {0};

		rc = adapter->ops->transfer(adapter, card->xfer + at, most, &part, err);
		if (rc == CX3_OK)
			part = (struct cx3_progress_mark){most, 0};
		log_batch(card, at, rc, &part);
		raw->done = at + part.done;
		raw->unsure = part.unsure;
	}
	return rc;
}

static bool reads_from(const struct cx3_regop *ops, size_t n, size_t step)
{
	while (step < n && ops[step].write)
		step++;
	return step < n;
}

int cx3_card_run(struct cx3_card *card, struct cx3_regop *ops, size_t n, enum cx3_repeat repeat,
		 struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct cx3_adapter *adapter = card->adapter;
	struct run run = {0};

	if (mark)
		*mark = (struct cx3_progress_mark){0};
	for (;;) {
		const size_t limits[2] = {adapter->max_read, adapter->max_write};
		struct cx3_progress_mark raw = {0};
		int rc = compile(card, ops, n, run.step, run.first, err);

		if (rc || card->pieces == 0)
			return rc;
		rc = send(card, &raw, err);
		card->just_wrote = ops[n - 1].write;
		collect(card, ops, raw.done);
		if (mark)
			*mark = mark_in_steps(card, n, &raw);
		if (rc == CX3_OK)
			return CX3_OK;
		if (raw.done < card->pieces) {
			run.step = card->piece[raw.done].step;
			run.first = card->piece[raw.done].first;
		}
		if (!try_again(card, &run, rc, repeat, &raw, limits))
			return rc;
		card->repeats += rc != CX3_E_TOO_LONG && reads_from(ops, n, run.step);
	}
}

int cx3_card_read(struct cx3_card *card, uint32_t reg, uint32_t *word, struct cx3_error *err)
{
	struct cx3_regop op = {.reg = reg, .count = 1};

	op.words = word;
	return cx3_card_run(card, &op, 1, CX3_REPEATABLE, NULL, err);
}

int cx3_card_write(struct cx3_card *card, uint32_t reg, uint32_t word, struct cx3_error *err)
{
	struct cx3_regop op = {.reg = reg, .words = &word, .count = 1, .write = true};

	return cx3_card_run(card, &op, 1, CX3_REPEATABLE, NULL, err);
}
