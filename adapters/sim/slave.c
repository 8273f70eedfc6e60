/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The I2C slave at 0x48, byte by byte. Each transfer writes four address bytes,
 * most significant first; then data bytes to write, or a repeated START and
 * data bytes to read. The address counts up by itself within a message. A word is
 * written when its fourth byte is in, and read when its first byte goes out: half
 * words reach no register.
 */
#include "model.h"

/* The vendor's code goes no further in one message; what lies beyond is not known to work. */
#define MOST_DATA 64u

/*
 * The slave holds SCL low since the last command's start (stretch=). The master waits for it as
 * long as it can: false if that is not long enough.
 */
static bool released(struct simcard *card)
{
	uint64_t until_ns = card->habits.stretch_until_ns;
	uint64_t limit_ns = card->stretch_limit_us * 1000;

	if (card->now_ns >= until_ns)
		return true;
	if (until_ns - card->now_ns <= limit_ns) {
		card->now_ns = until_ns;
		return true;
	}
	card->now_ns += limit_ns;
	card->trouble = SIM_TIMEOUT;
	card->slave.fault = true;
	card->slave.phase = SLAVE_DEAF;
	return false;
}

uint64_t simcard_hand_over_stretch(struct simcard *card)
{
	uint64_t until_ns = card->habits.stretch_until_ns;

	card->habits.stretch_until_ns = 0;
	return until_ns > card->now_ns ? until_ns - card->now_ns : 0;
}

static void bits(struct simcard *card, unsigned count)
{
	card->now_ns += count * 1000000000ull / card->clock_hz;
}

/* Eight bits and the ACK. Their time is kept: a division for each byte would be what a long
 * job spends most of its own time on. */
static void wire_byte(struct simcard *card)
{
	struct slave *s = &card->slave;

	card->counts.i2c_bytes++;
	if (s->byte_hz != card->clock_hz) {
		s->byte_hz = card->clock_hz;
		s->byte_ns = 9 * 1000000000ull / card->clock_hz;
	}
	card->now_ns += s->byte_ns;
}

/* What a write message must have been by the time that another START or STOP ends it. */
static void end_message(struct simcard *card)
{
	struct slave *s = &card->slave;

	if (s->fault || card->dead)
		return;
	if (s->phase == SLAVE_READ)
		sim_violation(card, "I2C read ended without a NACK on its last byte");
	else if (s->phase == SLAVE_WRITE && s->count > 0 && s->count < 4)
		sim_violation(card, "I2C message with %u of 4 address bytes", s->count);
	else if (s->phase == SLAVE_WRITE && s->count % 4 != 0)
		sim_violation(card, "I2C write at 0x%x ends %u bytes into a word", s->addr,
			      s->count % 4);
}

/*
 * Whether the chip keeps its address pointer over a STOP is not known, so that a tool
 * must not rely on it; split-read=1 is the chip that does. An adapter that has the whole
 * transfer queued can't stop where the address had no ACK: what it then reads is nothing.
 */
static void begin_read(struct simcard *card)
{
	struct slave *s = &card->slave;

	s->phase = SLAVE_READ;
	if (s->addressed || card->split_read)
		return;
	if (!s->missed)
		sim_violation(card, "I2C read without an address in the same transfer");
	s->phase = SLAVE_DEAF;
}

/* noise=: what the master does not see, the slave can't be blamed for. */
static bool ack(struct simcard *card, bool acks)
{
	bool seen;

	if (!card->faults.noise)
		return acks;
	seen = sim_fault_noise(card, acks, 1);
	card->slave.fault |= seen != acks;
	return seen;
}

/* The ACK, or not, of a slave address. */
static bool answer(struct simcard *card, uint8_t address_and_read_bit)
{
	struct slave *s = &card->slave;
	uint8_t arrived = sim_fault_noise(card, address_and_read_bit, 8);

	s->fault |= arrived != address_and_read_bit;
	if (arrived >> 1 != CX3_CARD_ADDRESS)
		return ack(card, false);
	if (card->now_ns < card->habits.nack_until_ns) {
		s->fault = s->missed = true; /* not the master's doing */
		return ack(card, false);
	}
	if (!(arrived & 1))
		s->phase = SLAVE_WRITE;
	else if (s->fault && !s->addressed)
		s->phase = SLAVE_DEAF; /* a write that arrived as a read */
	else
		begin_read(card);
	return ack(card, true);
}

bool simcard_i2c_start(struct simcard *card, uint8_t address_and_read_bit)
{
	struct slave *s = &card->slave;

	simcard_advance_us(card, 0);
	sim_habit_tick(card);
	if (!released(card))
		return false;
	if (s->started)
		sim_habit_message_end(card, false);
	end_message(card);
	card->counts.i2c_messages++;
	bits(card, 1);
	wire_byte(card);
	/* A repeated START leaves the address valid, a START after a STOP does not. */
	if (!s->started)
		s->addressed = s->missed = false;
	s->started = true;
	s->count = 0;
	s->phase = SLAVE_DEAF;
	card->trouble = sim_fault_message(card);
	if (card->trouble == SIM_CUT)
		s->cut = true;
	s->fault = card->trouble != SIM_NO_TROUBLE && card->trouble != SIM_CUT;
	if (s->fault || !answer(card, address_and_read_bit))
		return false;
	sim_trace_start(card, address_and_read_bit & 1);
	return true;
}

/* cut=: the message breaks off in the middle of its first data word. */
static bool cut_here(struct simcard *card, unsigned count)
{
	struct slave *s = &card->slave;

	if (!s->cut || s->count != count)
		return false;
	s->cut = false;
	s->fault = true;
	s->phase = SLAVE_DEAF;
	card->trouble = SIM_CUT;
	return true;
}

/* wrap=: within so many bytes; `stays`: not at all. */
static uint32_t next(const struct simcard *card, uint32_t addr, bool stays)
{
	uint32_t mask = card->habits.wrap ? (uint32_t)card->habits.wrap - 1 : UINT32_MAX;

	if (stays)
		return addr;

	return (addr & ~mask) | ((addr + 4) & mask);
}

static void take_byte(struct simcard *card, uint8_t byte)
{
	struct slave *s = &card->slave;

	s->word = s->word << 8 | byte;
	s->count++;
	if (s->count % 4 != 0)
		return;
	if (s->count == 4) {
		if (s->word % 4 != 0)
			sim_violation(card, "register address 0x%x is no multiple of 4", s->word);
		s->addr = s->word & ~3u;
		s->addressed = true;
	} else if (s->count > 4 + MOST_DATA) {
		sim_violation(card, "I2C write of more than %u data bytes", MOST_DATA);
	} else {
		sim_habit_write(card, s->addr, s->word);
		s->addr = next(card, s->addr, card->habits.no_block_write);
	}
}

bool simcard_i2c_write(struct simcard *card, uint8_t byte)
{
	struct slave *s = &card->slave;

	if (!released(card))
		return false;
	wire_byte(card);
	if (card->habits.write_nack && s->count >= card->habits.write_nack) {
		s->fault = true;
		return ack(card, false);
	}
	if (s->phase != SLAVE_WRITE || card->dead || cut_here(card, 4 + 2))
		return ack(card, false);
	byte = sim_fault_write_byte(card, byte);
	sim_trace_byte(card, byte);
	take_byte(card, byte);
	return ack(card, !card->dead);
}

static void check_read_end(struct simcard *card)
{
	struct slave *s = &card->slave;

	if (s->count % 4 != 0 && !s->fault)
		sim_violation(card, "I2C read at 0x%x ends %u bytes into a word", s->addr,
			      s->count % 4);
	s->phase = SLAVE_DEAF;
}

/* read-after-write=0: what was written before shows from the next word on. */
static uint32_t read_word(struct simcard *card)
{
	const struct slave *s = &card->slave;
	uint32_t word;

	if (card->habits.read_ff && s->count >= card->habits.read_ff)
		return 0xffffffffu;
	word = sim_reg_read(card, s->addr);
	if (card->habits.no_read_after_write)
		sim_habit_carry_out(card);
	return word;
}

uint8_t simcard_i2c_read(struct simcard *card, bool master_acks)
{
	struct slave *s = &card->slave;
	unsigned shift;
	uint8_t byte;

	if (!released(card))
		return 0xff;
	wire_byte(card);
	if (s->phase != SLAVE_READ || card->dead || cut_here(card, 2))
		return 0xff;
	if (s->count == MOST_DATA)
		sim_violation(card, "I2C read of more than %u bytes", MOST_DATA);
	if (s->count % 4 == 0) {
		s->word = s->count < MOST_DATA ? read_word(card) : 0xffffffffu;
		s->word = sim_fault_word(card, s->word);
		s->addr = next(card, s->addr, card->habits.no_block_read);
	}
	shift = 24 - 8 * (s->count % 4);
	s->count++;
	if (!ack(card, master_acks))
		check_read_end(card);
	byte = sim_fault_read_byte(card, (uint8_t)(s->word >> shift));
	sim_trace_byte(card, byte);
	return byte;
}

void simcard_i2c_stop(struct simcard *card)
{
	/* who has given up waiting for SCL sends no STOP */
	if (card->trouble != SIM_TIMEOUT && released(card)) {
		end_message(card);
		sim_habit_message_end(card, true);
		bits(card, 1);
	}
	sim_trace_stop(card);
	card->slave.phase = SLAVE_IDLE;
	card->slave.started = false;
	card->slave.addressed = false;
}
