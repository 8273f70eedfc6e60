/* SPDX-License-Identifier: BSD-2-Clause */
/* The simulated card behind the pins of the emulated chip. */
#include "mpsse_host.h"
#include "sim/model.h"

/* What the card's own clock has not counted: pauses, the host's share. */
static void follow_time(const struct mpsse_card *c)
{
	uint64_t wire_us = c->wire->now_ns / 1000;
	uint64_t card_us = simcard_now_us(c->card);

	if (wire_us > card_us)
		simcard_advance_us(c->card, wire_us - card_us);
}

static bool card_start(void *user, uint8_t address_and_read_bit)
{
	const struct mpsse_card *c = user;

	follow_time(c);
	return simcard_i2c_start(c->card, address_and_read_bit);
}

static bool card_write(void *user, uint8_t byte)
{
	return simcard_i2c_write(((const struct mpsse_card *)user)->card, byte);
}

/* A slave learns only after the byte whether the master wants another. */
static uint8_t card_read(void *user)
{
	return simcard_i2c_read(((const struct mpsse_card *)user)->card, true);
}

static void card_read_end(void *user)
{
	struct simcard *card = ((const struct mpsse_card *)user)->card;
	struct slave *s = &card->slave;

	if (s->phase != SLAVE_READ)
		return;
	if (s->count % 4 != 0)
		sim_violation(card, "I2C read at 0x%x ends %u bytes into a word", s->addr,
			      s->count % 4);
	s->phase = SLAVE_DEAF;
}

static void card_stop(void *user)
{
	simcard_i2c_stop(((const struct mpsse_card *)user)->card);
}

/* The wire holds it then, not the card's own clock. */
static uint64_t card_holds(void *user)
{
	return simcard_hand_over_stretch(((const struct mpsse_card *)user)->card);
}

const struct wire_slave_ops mpsse_card_ops = {
	.start = card_start,
	.write = card_write,
	.read = card_read,
	.read_end = card_read_end,
	.stop = card_stop,
	.holds = card_holds,
};
