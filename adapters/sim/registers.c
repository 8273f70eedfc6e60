/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CR-space: which register is what. Unknown ones read 0, and writing one is a
 * violation: what it would do to a real card is not known. Addresses from the
 * vendor's driver source.
 */
#include "model.h"

#define REG_RUNNING_MAJOR 0x1f064u
#define REG_RUNNING_MINOR 0x1f068u
#define REG_LIVEFISH 0x41270u
#define REG_BOOT_ADDRESS 0xf0000u
#define REG_RESET 0xf0010u
#define REG_ID 0xf0014u
#define REG_SEMAPHORES 0xf0300u /* 64 in all; the vendor's tools keep each other out by 40 */
#define REG_TOOLS 0xf03a0u	/* 40 of them */
#define REG_SEMAPHORE 0xf03fcu	/* the last is the flash's */
#define REG_GATEWAY 0xf0400u
#define REG_GATEWAY_ADDRESS 0xf0404u
#define REG_GATEWAY_DATA 0xf0410u
#define REG_GATEWAY_END 0xf0420u
#define REG_PCIE 0xf3834u /* [28:27] = 2: a PCIe link that goes down does not reset the chip */

static bool is_gateway(uint32_t reg)
{
	return reg == REG_GATEWAY || reg == REG_GATEWAY_ADDRESS ||
	       (reg >= REG_GATEWAY_DATA && reg < REG_GATEWAY_END);
}

static bool is_other_semaphore(uint32_t reg)
{
	return reg >= REG_SEMAPHORES && reg < REG_SEMAPHORE;
}

/* All of the semaphores work alike: reading 0 takes, writing frees. */
static uint32_t take_other_semaphore(struct simcard *card, uint32_t reg)
{
	uint64_t bit = 1ull << ((reg - REG_SEMAPHORES) / 4);
	bool taken = card->other_semaphores & bit;

	card->other_semaphores |= bit;
	return taken;
}

/* "Secure host": nothing can be told from the word, even the semaphore reads like that. */
static bool is_shut(const struct simcard *card, uint32_t reg)
{
	bool shut = card->boot.locked || (card->habits.locked_but_id && reg != REG_ID);

	return shut && !sim_hcr_passes(card, reg);
}

uint32_t sim_reg_read(struct simcard *card, uint32_t reg)
{
	const struct sim_boot *boot = &card->boot;

	if (card->dead)
		return 0xffffffffu; /* PCI's answer when nobody is there */
	sim_others_tick(card);
	card->counts.reg_reads++;
	if (card->no_registers)
		return UINT32_MAX;
	if (is_shut(card, reg))
		return SIM_LOCKED_WORD;
	if (sim_hcr_is(card, reg))
		return sim_hcr_read(card, reg);
	if (is_gateway(reg))
		return sim_gateway_read(card, reg);
	if (reg == REG_TOOLS)
		return sim_tools_read(card);
	if (is_other_semaphore(reg))
		return take_other_semaphore(card, reg);
	switch (reg) {
	case REG_RUNNING_MAJOR:
		return (uint32_t)boot->fw[0] << 16;
	case REG_RUNNING_MINOR:
		return (uint32_t)boot->fw[1] << 16 | boot->fw[2];
	case REG_LIVEFISH:
		/* above 0xfff00000: livefish. Any other value will do. */
		if (boot->livefish)
			return card->habits.no_livefish_word ? 0 : 0xfffff000u;
		return 0x000012a4u;
	case REG_BOOT_ADDRESS:
		return boot->address;
	case REG_ID:
		if (boot->livefish && card->habits.no_id)
			return 0;
		return (uint32_t)card->hw_rev << 16 | card->hw_id;
	case REG_SEMAPHORE:
		return sim_semaphore_read(card);
	case REG_PCIE:
		return card->pcie_word;
	default:
		return 0;
	}
}

static void write_known(struct simcard *card, uint32_t reg, uint32_t value)
{
	switch (reg) {
	case REG_BOOT_ADDRESS:
		card->boot.address = value;
		break;
	case REG_RESET:
		if (value & 1)
			sim_boot_reset(card);
		break;
	case REG_SEMAPHORE:
		sim_semaphore_write(card, value);
		break;
	case REG_PCIE:
		/* the vendor's tool writes it in livefish only */
		if (!card->boot.livefish)
			sim_violation(card, "register 0x%x written though the firmware runs", reg);
		card->pcie_word = card->habits.no_livefish_link ? 0 : value;
		break;
	default:
		sim_violation(card, "register 0x%x written, which is none of the flash's", reg);
	}
}

void sim_reg_write(struct simcard *card, uint32_t reg, uint32_t value)
{
	if (card->dead || sim_fault_power(card))
		return;
	sim_others_tick(card);
	card->counts.reg_writes++;
	if (card->counts.reg_writes == card->faults.reset_at)
		sim_boot_reset_by_host(card);
	if (is_shut(card, reg) || card->no_registers)
		return;
	if (sim_hcr_is(card, reg))
		sim_hcr_write(card, reg, value);
	else if (is_gateway(reg))
		sim_gateway_write(card, reg, value);
	else if (reg == REG_TOOLS)
		sim_tools_write(card, value);
	else if (is_other_semaphore(reg))
		card->other_semaphores &= ~(1ull << ((reg - REG_SEMAPHORES) / 4));
	else
		write_known(card, reg, value);
	card->last_write_ns = card->now_ns;
}
