/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flash semaphore, 0xf03fc: a read that answers 0 has taken it, writing 0
 * frees it. The running firmware takes it now and then (sem=), and leaves its
 * own words in the gateway's registers.
 *
 * And 0xf03a0, which works alike, between flash tools.
 */
#include "model.h"

/* How long the firmware keeps it under sem=every:N. */
#define FIRMWARE_HOLD_NS 2000000u

/* The firmware, or a host's driver. */
static bool firmware_holds(const struct simcard *card)
{
	const struct semaphore *sem = &card->semaphore;

	if (sim_others_hold(card))
		return true;
	if (card->boot.livefish) /* no firmware runs */
		return false;
	if (card->now_ns < sem->firmware_until_ns)
		return true;
	return sem->period_ns && card->now_ns % sem->period_ns < sem->busy_ns;
}

uint32_t sim_semaphore_read(struct simcard *card)
{
	struct semaphore *sem = &card->semaphore;

	uint32_t taken = card->habits.sem_word ? (uint32_t)card->habits.sem_word : 1;

	if (sem->holder == SIM_TOOL || sem->holder == SIM_LEFT)
		return taken;
	if (sem->every && ++sem->tries % sem->every == 0)
		sem->firmware_until_ns = card->now_ns + FIRMWARE_HOLD_NS;
	sem->lost = false;
	sem->holder = sem->stuck || firmware_holds(card) ? SIM_FIRMWARE : SIM_TOOL;
	if (sem->holder == SIM_FIRMWARE)
		return taken;
	sem->taken_ns = card->now_ns;
	/* Firmware may have used the gateway since the last time; in livefish none runs. */
	if (!card->boot.livefish)
		sim_gateway_scribble(card);
	sim_state_live(card);
	return 0;
}

void sim_semaphore_write(struct simcard *card, uint32_t value)
{
	struct semaphore *sem = &card->semaphore;
	uint64_t held_us = (card->now_ns - sem->taken_ns) / 1000;

	if (value != 0) {
		sim_violation(card, "0x%x written to the semaphore, where only 0 has a meaning",
			      value);
		return;
	}
	if (card->gateway.held)
		sim_violation(card, "semaphore freed with chip select still held");
	if (sem->holder == SIM_FIRMWARE && !sem->stuck && firmware_holds(card))
		sim_violation(card, "semaphore freed while the firmware was using it");
	if (sem->holder == SIM_TOOL && held_us > card->counts.longest_hold_us)
		card->counts.longest_hold_us = held_us;
	sem->stuck = false;
	sem->holder = SIM_FREE;
	sem->lost = false;
	sim_state_live(card);
}

static bool other_tool_holds(const struct simcard *card)
{
	return card->now_ns < card->tools.other_until_ns;
}

uint32_t sim_tools_read(struct simcard *card)
{
	struct tools_semaphore *tools = &card->tools;

	if (tools->word)
		return (uint32_t)tools->word;
	if (tools->taken || other_tool_holds(card))
		return 1;
	tools->taken = true;
	sim_state_live(card);
	return 0;
}

void sim_tools_write(struct simcard *card, uint32_t value)
{
	struct tools_semaphore *tools = &card->tools;

	if (value != 0 || tools->word) {
		sim_violation(card, "0x%x written to the tools' semaphore", value);
		return;
	}
	if (!tools->taken && other_tool_holds(card) && tools->other_until_ns != UINT64_MAX)
		sim_violation(card, "the tools' semaphore freed while another tool had it");
	tools->taken = false;
	tools->other_until_ns = 0;
	sim_state_live(card);
}
