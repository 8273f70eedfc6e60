/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the chip does when it starts: looks for an image on the flash and runs
 * it, or stays in livefish. Read just as far as that needs: the signature, the
 * fail-safe word (0x28), the address of the Image Info (0x2c), its version tag.
 */
#include "bytes.h"
#include "model.h"

#include <string.h>

/* The FS2 magic, first 16 bytes of an image. */
static const uint8_t signature[SIM_SIGNATURE] = {0x4d, 0x54, 0x46, 0x57, 0x8c, 0xdf, 0xd0, 0x00,
						 0xde, 0xad, 0x92, 0x70, 0x41, 0x54, 0xbe, 0xef};

/* Chunk k of a fail-safe image lies 2k chunks after its start. */
uint32_t sim_phys(const struct sim_home *home, uint32_t addr)
{
	if (home->chunk == 0)
		return home->start + addr;
	return home->start + addr % home->chunk + 2 * (addr - addr % home->chunk);
}

/* Any address will do: the image may be anything. */
static uint32_t word_at(const struct nor *nor, const struct sim_home *home, uint32_t addr)
{
	return be32(nor->data + sim_phys(home, addr & ~3u) % nor->size);
}

/* A fail-safe image starts at 0 or at its chunk size, any other one at 0. */
bool sim_bootable(const struct nor *nor, uint32_t start, struct sim_home *home)
{
	uint32_t word;

	if (start > nor->size / 2 || memcmp(nor->data + start, signature, sizeof(signature)) != 0)
		return false;
	*home = (struct sim_home){.start = start};
	word = word_at(nor, home, 0x28);
	if (((word >> 24) + (word >> 16) + (word >> 8) + word) % 256 == 0 && (word & 8))
		home->chunk = 1u << ((word & 7) + 16);
	return start == 0 || start == home->chunk;
}

/* The lower home wins (so does the vendor's tool), unless the boot address register
 * names another one: it holds until the power goes. */
static bool find_home(const struct nor *nor, uint32_t preferred, struct sim_home *home)
{
	if (sim_bootable(nor, preferred, home))
		return true;
	if (sim_bootable(nor, 0, home))
		return true;
	for (uint32_t start = 0x10000; start < nor->size; start *= 2) {
		if (sim_bootable(nor, start, home))
			return true;
	}
	return false;
}

/* Image Info: tags of [31:24] id and [23:0] size; 1 is the firmware's version, 13 the hardware
 * access key. Where its data begin. */
static bool find_tag(const struct nor *nor, const struct sim_home *home, uint32_t id,
		     uint32_t *data)
{
	uint32_t at = word_at(nor, home, 0x2c) & 0xffffffu;

	/* 21 tags are known; a list without an end must not keep us. */
	for (unsigned tags = 0; tags < 64; tags++) {
		uint32_t tag = word_at(nor, home, at);

		if (tag >> 24 == 0xff)
			return false;
		*data = at + 4;
		if (tag >> 24 == id)
			return true;
		at += 4 + (tag & 0xffffffu);
	}
	return false;
}

static bool version_of(const struct nor *nor, const struct sim_home *home, uint16_t fw[3])
{
	uint32_t at;

	if (!find_tag(nor, home, 1, &at))
		return false;
	fw[0] = (uint16_t)(word_at(nor, home, at) >> 16);
	fw[1] = (uint16_t)(word_at(nor, home, at + 4) >> 16);
	fw[2] = (uint16_t)word_at(nor, home, at + 4);
	return true;
}

static uint64_t key_of(const struct nor *nor, const struct sim_home *home)
{
	uint32_t at;

	if (!find_tag(nor, home, 13, &at))
		return 0;
	return (uint64_t)word_at(nor, home, at) << 32 | word_at(nor, home, at + 4);
}

static void start(struct simcard *card, uint32_t preferred)
{
	/* For a card that is forced to be functional without an image. */
	static const uint16_t usual[3] = {2, 42, 5000};
	struct sim_home home = {0};
	bool found = find_home(&card->nor, preferred, &home);
	struct sim_boot *boot = &card->boot;

	memset(boot, 0, sizeof(*boot));
	boot->livefish = card->force_livefish >= 0 ? card->force_livefish == 1 : !found;
	boot->address = home.start << 8;
	boot->locked = card->locked;
	boot->key = card->key_option;
	if (!boot->key && found)
		boot->key = key_of(&card->nor, &home);
	sim_hcr_reset(card);
	card->pcie_word = 0;
	card->semaphore.holder = SIM_FREE;
	card->other_semaphores = 0;
	card->tools.taken = false;
	sim_others_reset(card);
	if (boot->livefish)
		return;
	if (card->has_fw)
		memcpy(boot->fw, card->forced_fw, sizeof(boot->fw));
	else if (!found || !version_of(&card->nor, &home, boot->fw))
		memcpy(boot->fw, usual, sizeof(boot->fw));
}

void sim_boot_power_on(struct simcard *card)
{
	sim_nor_power_on(card);
	start(card, 0);
	card->habits.nack_until_ns = card->now_ns + card->habits.boot_ms * 1000000;
	if (card->boot_option)
		card->boot.address = (uint32_t)card->boot_option << 8;
}

/* The host's driver or firmware does not ask: the flash goes on with what it does. */
void sim_boot_reset_by_host(struct simcard *card)
{
	bool ours = card->semaphore.holder == SIM_TOOL;

	sim_gateway_reset(card);
	start(card, card->boot.address >> 8);
	card->semaphore.lost = ours;
}

void sim_boot_reset(struct simcard *card)
{
	if (sim_nor_busy(card))
		sim_violation(card, "reset while the flash was erasing or programming");
	sim_gateway_reset(card);
	start(card, card->boot.address >> 8);
}
