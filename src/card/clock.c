/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fastest bus clock that a card and its wires bear. The way goes up in short steps, so
 * that no clock is tried that is far above one that works: a slave that can't follow may
 * take a register's address for another one. The clock that is left on top is then proven;
 * if it is not without an error, the next slower one is.
 */
#include "card_priv.h"

#include <inttypes.h>

/* Readings at each clock on the way up: 8000 bits. */
#define STEP_READINGS 100u

struct choice {
	struct cx3_card *card;
	bool (*cancelled)(void *user);
	void *user;
	struct cx3_link *link; /* at the clock that is set now */
};

static int interrupted(const struct choice *c, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_INTERRUPTED, c->card->adapter->label,
			"Stopped while the bus clock was chosen; nothing was written.\n"
			"The command can simply be run again.");
}

static int set_clock(const struct choice *c, unsigned hz, struct cx3_error *err)
{
	struct cx3_adapter *adapter = c->card->adapter;

	*c->link = (struct cx3_link){0, 0};
	return adapter->ops->set_clock(adapter, hz, err);
}

/* What rules out a clock, and not the card or the adapter. */
static bool only_too_fast(int rc)
{
	return cx3_code_may_pass(rc) || rc == CX3_E_BUS || rc == CX3_E_UNSUPPORTED;
}

/* Reads until `bits` were carried at the clock that is set. *clean: not one was wrong. */
static int carry(const struct choice *c, uint64_t bits, bool *clean, struct cx3_error *err)
{
	struct cx3_adapter *adapter = c->card->adapter;
	struct cx3_error why = {.code = CX3_OK};
	int rc = CX3_OK;

	while (rc == CX3_OK && c->link->wrong == 0 && c->link->bits < bits) {
		if (c->cancelled && c->cancelled(c->user))
			return interrupted(c, err);
		rc = cx3_card_link(c->card, STEP_READINGS, CX3_ONCE, c->link, &why);
	}
	*clean = rc == CX3_OK && c->link->wrong == 0;
	if (rc != CX3_OK && !only_too_fast(rc)) {
		if (err)
			*err = why;
		return rc;
	}
	cx3_log(adapter->log, CX3_LOG_DEBUG,
		"%s: at %u Hz %" PRIu64 " of %" PRIu64 " bits wrong%s%s", adapter->label,
		adapter->clock_hz, c->link->wrong, c->link->bits,
		rc == CX3_OK ? "" : ", then: ", rc == CX3_OK ? "" : why.cause);
	return CX3_OK;
}

/* Sets a clock and tries it. */
static int try_clock(const struct choice *c, unsigned hz, uint64_t bits, bool *clean,
		     struct cx3_error *err)
{
	struct cx3_error why;
	int rc = set_clock(c, hz, &why);

	*clean = false;
	if (rc == CX3_OK)
		return carry(c, bits, clean, err);
	cx3_log(c->card->adapter->log, CX3_LOG_DEBUG, "%s: %u Hz: %s", c->card->adapter->label, hz,
		why.cause);
	if (only_too_fast(rc))
		return CX3_OK;
	if (err)
		*err = why;
	return rc;
}

/* The slowest needs no proof, since there is no other; what it carries is told all the same. */
static int take_slowest(const struct choice *c, struct cx3_error *err)
{
	int rc = set_clock(c, c->card->adapter->auto_hz[0], err);

	return rc == CX3_OK ? cx3_link_read(c->card, STEP_READINGS, c->link, err) : rc;
}

static int choose(const struct choice *c, uint64_t proof, struct cx3_error *err)
{
	const unsigned *hz = c->card->adapter->auto_hz;
	unsigned left = 0; /* hz[0] to hz[left - 1] are not ruled out */
	bool clean = true;
	int rc = CX3_OK;

	while (hz[left] && clean && rc == CX3_OK) {
		rc = try_clock(c, hz[left], 1, &clean, err);
		left += clean;
	}
	/* clean: the fastest of all is set, and its bits count */
	if (clean && left > 1 && rc == CX3_OK) {
		rc = carry(c, proof, &clean, err);
		left -= !clean;
	}
	while (!clean && left > 1 && rc == CX3_OK) {
		rc = try_clock(c, hz[left - 1], proof, &clean, err);
		left -= !clean;
	}
	return rc == CX3_OK && !clean ? take_slowest(c, err) : rc;
}

int cx3_link_choose_clock(struct cx3_card *card, uint64_t proof, bool (*cancelled)(void *user),
			  void *user, struct cx3_link *link, struct cx3_error *err)
{
	const struct choice c = {card, cancelled, user, link};
	struct cx3_adapter *adapter = card->adapter;
	int rc = choose(&c, proof, err);

	if (rc == CX3_OK)
		cx3_log(adapter->log, CX3_LOG_INFO,
			"%s: the bus clock was chosen by reading: %u Hz, where %" PRIu64
			" of %" PRIu64 " bits were wrong",
			adapter->label, adapter->clock_hz, link->wrong, link->bits);
	return rc;
}
