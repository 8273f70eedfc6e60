/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults, by number or by chance. A plan and a seed always give the same run, so
 * that a failure can be replayed, and a test can fail the 1st message, then the
 * 2nd, and so on until the job gets through.
 */
#include "model.h"

/* xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators" */
uint64_t sim_random(struct simcard *card)
{
	uint64_t x = card->faults.random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	card->faults.random = x;
	return x * 0x2545f4914f6cdd1du;
}

/* Never if start is 0: the fault was not asked for. */
static bool from(uint64_t count, uint64_t start)
{
	return start && count >= start;
}

static _Thread_local simcard_watch_fn *watcher;
static _Thread_local void *watcher_user;

void simcard_before(simcard_watch_fn *before, void *user)
{
	watcher = before;
	watcher_user = user;
}

static void tell(struct simcard *card, enum simcard_event event)
{
	if (watcher)
		watcher(watcher_user, card, event);
}

/* Called for each START and repeated START, which counts.i2c_messages has counted. */
enum sim_trouble sim_fault_message(struct simcard *card)
{
	const struct faults *f = &card->faults;
	uint64_t n = card->counts.i2c_messages;

	tell(card, SIMCARD_MESSAGE);
	if (from(n, f->gone))
		card->dead = true;
	if (card->dead)
		return from(n, f->gone) ? SIM_GONE : SIM_POWER_CUT;
	if (from(n, f->bus_stuck))
		return SIM_BUS_STUCK;
	if (n == f->arbitration || from(n, f->arbitration_from))
		return SIM_ARBITRATION;
	if (n == f->timeout || from(n, f->timeout_from))
		return SIM_TIMEOUT;
	if (n == f->nack || from(n, f->nack_from))
		return SIM_NACK;
	if (from(n, f->nack_burst) && n - f->nack_burst < f->nack_burst_count)
		return SIM_NACK;
	if (n == f->cut)
		return SIM_CUT;
	return SIM_NO_TROUBLE;
}

/* I2C has no checksum: a flipped bit arrives as if it were right. */
static uint8_t flip(struct simcard *card, uint8_t byte, bool this_one)
{
	const struct faults *f = &card->faults;

	if (this_one)
		byte ^= (uint8_t)(1u << (sim_random(card) >> 61));
	if (!f->flip_rate || (f->noisy_above && card->clock_hz <= f->noisy_above))
		return byte;
	for (unsigned bit = 0; bit < 8; bit++) {
		if ((sim_random(card) >> 32) % 1000000 < f->flip_rate)
			byte ^= (uint8_t)(1u << bit);
	}
	return byte;
}

uint8_t sim_fault_noise(struct simcard *card, uint8_t sent, unsigned bits)
{
	uint64_t limit = card->faults.noise * (UINT64_MAX / 1000000000u);

	for (unsigned bit = 0; limit && bit < bits; bit++) {
		if (sim_random(card) < limit)
			sent ^= (uint8_t)(1u << bit);
	}
	return sent;
}

uint32_t sim_fault_word(struct simcard *card, uint32_t word)
{
	const struct faults *f = &card->faults;

	tell(card, SIMCARD_WORD_READ);
	return card->counts.reg_reads == f->flip_word ? word ^ 1u << f->flip_word_bit : word;
}

uint8_t sim_fault_read_byte(struct simcard *card, uint8_t byte)
{
	byte = flip(card, byte, ++card->faults.read_bytes == card->faults.flip_read);
	return sim_fault_noise(card, byte, 8);
}

uint8_t sim_fault_write_byte(struct simcard *card, uint8_t byte)
{
	byte = flip(card, byte, ++card->faults.written_bytes == card->faults.flip_write);
	return sim_fault_noise(card, byte, 8);
}

static bool power_fails(struct simcard *card)
{
	const struct simcard_counts *counts = &card->counts;
	uint64_t erases = counts->sector_erases + counts->block_erases;
	struct faults *f = &card->faults;

	if (f->power_cut && counts->reg_writes + 1 >= f->power_cut)
		return true;
	if (f->erased_cut && erases >= f->erased_cut && simcard_at_rest(card))
		return true;
	if (!f->order_cut || erases + counts->page_programs == 0)
		return false;
	return ++f->since_order >= f->order_cut;
}

void simcard_flip_at(struct simcard *card, uint64_t n, unsigned bit)
{
	card->faults.flip_word = n;
	card->faults.flip_word_bit = bit;
}

void sim_fault_power_off(struct simcard *card)
{
	sim_nor_power_off(card);
	card->dead = true;
	card->power_lost = true;
	card->trouble = SIM_POWER_CUT;
}

/* The write that the power fails at is not done, nor is anything after it. */
bool sim_fault_power(struct simcard *card)
{
	tell(card, SIMCARD_REG_WRITE);
	if (!card->dead && power_fails(card))
		sim_fault_power_off(card);
	return card->dead;
}
