/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour that no document describes, each as a switch. Without options the card is kind;
 * the other positions are at least as strict as a real card could be:
 *
 *   bare-head=drop|clock    a command of opcode and address alone does not hold chip select, or
 *                           clocks a byte more
 *   held-program=0          chip select is held for reads only
 *   data-only=none|reads    commands without opcode and address are not carried out, or reads only
 *   hold-blocks=N hold-ms=T a held chip select rises after N blocks, after T ms
 *   command-echo=none|part|stale   0xf0400 reads 0, keeps 16 bits but the hold bit, reads the
 *                           command before; its busy bit is always right
 *   address-echo=none|part|count   0xf0404 reads 0, keeps 24 bits, counts up with the data
 *   sem-word=N              a taken semaphore reads N, not 1
 *   locked-but-id=1         all registers but the id are locked
 *   no-id=1 no-livefish-word=1   in livefish 0xf0014, 0x41270 read 0
 *   wrap=N                  in a message the register address counts up within N bytes
 *   read-ff=N write-nack=N  what is longer than N bytes reads ff, is not acknowledged
 *   at-stop=1 need-stop=1   writes are carried out at STOP; dropped unless a STOP ends them. Then
 *                           the transfers of one call are joined by repeated STARTs
 *   late-writes=1           the first read after a write sees what was there before
 *   busy-nack=US            no ACK for so long after a command's start; boot-ms=N after power-on
 *   slow-spi=1              in livefish the SPI clock is a hundredth
 *   wrsr-ms=N wip-late=US   a status write takes N ms; WIP shows US late
 *   slow-pages=N            from the N-th page program on, each takes 5 ms, as worn parts do.
 *                           Then WREN and a program's head may come while it is busy
 *   self-reset=S            livefish: a reset every S seconds until 0xf3834 is set
 *   byte-low=1              a read of one byte lands in [7:0]; status-once=1: the status byte is
 *                           not repeated
 *   second=ID               a flash with this JEDEC id on chip select 1
 */
#include "model.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define LIVEFISH_LINK_SET 2u /* 0xf3834 [28:27] */

static const struct {
	const char *key;
	size_t at; /* of a uint64_t in struct habits */
	uint64_t min, max;
} numbers[] = {
	{"hold-blocks", offsetof(struct habits, hold_blocks), 1, 1000000},
	{"hold-ms", offsetof(struct habits, hold_ms), 1, 1000000},
	{"sem-word", offsetof(struct habits, sem_word), 1, UINT32_MAX},
	{"read-ff", offsetof(struct habits, read_ff), 4, 65535},
	{"write-nack", offsetof(struct habits, write_nack), 8, 65535},
	{"busy-nack", offsetof(struct habits, busy_nack_us), 1, 100000},
	{"boot-ms", offsetof(struct habits, boot_ms), 1, 60000},
	{"wrsr-ms", offsetof(struct habits, wrsr_ms), 1, 60000},
	{"wip-late", offsetof(struct habits, wip_late_us), 1, 1000000},
	{"slow-pages", offsetof(struct habits, slow_pages), 1, 1000000},
	{"self-reset", offsetof(struct habits, self_reset_s), 1, 1000000},
	{"second", offsetof(struct habits, second), 1, 0xffffff},
	{"wrap", offsetof(struct habits, wrap), 4, 64},
};

static const struct {
	const char *key;
	size_t at; /* of a bool in struct habits */
} flags[] = {
	{"locked-but-id", offsetof(struct habits, locked_but_id)},
	{"no-id", offsetof(struct habits, no_id)},
	{"no-livefish-word", offsetof(struct habits, no_livefish_word)},
	{"at-stop", offsetof(struct habits, at_stop)},
	{"need-stop", offsetof(struct habits, need_stop)},
	{"late-writes", offsetof(struct habits, late_writes)},
	{"slow-spi", offsetof(struct habits, slow_spi)},
	{"byte-low", offsetof(struct habits, byte_low)},
	{"status-once", offsetof(struct habits, status_once)},
};

/* One word of several; *value is its place among them. */
static const struct {
	const char *key, *words[4];
	size_t at; /* of an enum in struct habits */
} choices[] = {
	{"bare-head", {"hold", "drop", "clock"}, offsetof(struct habits, bare)},
	{"data-only", {"all", "none", "reads"}, offsetof(struct habits, data_only)},
	{"command-echo", {"whole", "none", "part", "stale"}, offsetof(struct habits, command_echo)},
	{"address-echo", {"whole", "none", "part", "count"}, offsetof(struct habits, address_echo)},
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))
#define FLAGS (sizeof(flags) / sizeof(flags[0]))
#define CHOICES (sizeof(choices) / sizeof(choices[0]))

bool simcard_habit(size_t index, char *text, size_t size)
{
	const char *word = "", *key = index == 0 ? "held-program" : NULL;

	if (index >= 1 && index < 1 + NUMBERS)
		key = numbers[index - 1].key;
	else if (index >= 1 + NUMBERS && index < 1 + NUMBERS + FLAGS)
		key = flags[index - 1 - NUMBERS].key;
	else if (index >= 1 + NUMBERS + FLAGS)
		index -= 1 + NUMBERS + FLAGS;
	for (size_t c = 0; !key && c < CHOICES; c++) {
		for (unsigned i = 1; !key && i < 4 && choices[c].words[i]; i++) {
			if (index-- > 0)
				continue;
			key = choices[c].key;
			word = choices[c].words[i];
		}
	}
	snprintf(text, size, "%s=%s", key ? key : "", word);
	return key != NULL;
}

static int take_choice(struct habits *h, struct cx3_devname *name, size_t c, struct cx3_error *err)
{
	const char *given = cx3_devname_take(name, choices[c].key);
	unsigned *value = (void *)((char *)h + choices[c].at);

	for (unsigned i = 0; given && i < 4 && choices[c].words[i]; i++) {
		if (strcmp(given, choices[c].words[i]) == 0) {
			*value = i;
			return CX3_OK;
		}
	}
	if (!given)
		return CX3_OK;
	return cx3_fail(err, CX3_E_USAGE, choices[c].key,
			"The value \"%s\" of %s= is not understood.\nWrite one of %s, %s, %s%s%s.",
			given, choices[c].key, choices[c].words[0], choices[c].words[1],
			choices[c].words[2], choices[c].words[3] ? ", " : "",
			choices[c].words[3] ? choices[c].words[3] : "");
}

int sim_habits_take(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	struct habits *h = &card->habits;
	uint64_t held_program = !h->no_held_program;
	int rc = cx3_devname_take_uint(name, "held-program", 0, 1, &held_program, err);

	h->no_held_program = held_program == 0;
	for (size_t i = 0; rc == CX3_OK && i < NUMBERS; i++)
		rc = cx3_devname_take_uint(name, numbers[i].key, numbers[i].min, numbers[i].max,
					   (void *)((char *)h + numbers[i].at), err);
	for (size_t i = 0; rc == CX3_OK && i < FLAGS; i++) {
		bool *flag = (void *)((char *)h + flags[i].at);
		uint64_t value = *flag;

		rc = cx3_devname_take_uint(name, flags[i].key, 0, 1, &value, err);
		*flag = value != 0;
	}
	for (size_t i = 0; rc == CX3_OK && i < CHOICES; i++)
		rc = take_choice(h, name, i, err);
	if (rc == CX3_OK && h->wrap & (h->wrap - 1))
		rc = cx3_fail(err, CX3_E_USAGE, "wrap",
			      "The value of wrap= is no power of two.\nWrite 4, 8, 16, 32 or 64.");
	return rc;
}

/* --- Chip select --- */

bool sim_habit_ignores(const struct simcard *card, uint32_t command)
{
	bool data_only = !(command & (CMD_OPCODE | CMD_ADDRESS));

	if (!data_only || card->habits.data_only == SIM_DATA_ALL)
		return false;
	return card->habits.data_only == SIM_DATA_NONE || !(command & CMD_READ);
}

bool sim_habit_ends_hold(const struct simcard *card)
{
	const struct habits *h = &card->habits;

	return (h->hold_ms && card->now_ns - h->held_since_ns > h->hold_ms * 1000000) ||
	       (h->hold_blocks && h->held_blocks >= h->hold_blocks);
}

bool sim_habit_holds(struct simcard *card, uint32_t command, bool held_before)
{
	struct habits *h = &card->habits;

	if (!held_before) {
		h->held_since_ns = card->now_ns;
		h->held_blocks = 0;
	}
	h->held_blocks += (command & CMD_DATA) != 0;
	if (!(command & CMD_HOLD) || !card->stream)
		return false;
	if (h->bare == SIM_BARE_DROPS && !(command & CMD_DATA))
		return false;
	return !h->no_held_program || (command & CMD_READ);
}

/* --- Registers --- */

uint32_t sim_habit_command(const struct simcard *card, uint32_t word, bool busy)
{
	word &= ~CMD_BUSY;
	switch (card->habits.command_echo) {
	case SIM_ECHO_NONE:
		word = 0;
		break;
	case SIM_ECHO_PART:
		word &= 0xffffu & ~CMD_HOLD;
		break;
	case SIM_ECHO_OTHER:
		word = card->habits.command_before & ~CMD_BUSY;
		break;
	case SIM_ECHO_WHOLE:
		break;
	}
	return word | (busy ? CMD_BUSY : 0);
}

uint32_t sim_habit_address(const struct simcard *card, uint32_t word)
{
	if (card->habits.address_echo == SIM_ECHO_NONE)
		return 0;
	return card->habits.address_echo == SIM_ECHO_PART ? word & 0xffffffu : word;
}

uint8_t sim_habit_second_chip(struct simcard *card, uint8_t in)
{
	struct habits *h = &card->habits;
	unsigned at = h->second_bytes++;

	if (at == 0)
		h->second_answers = in == 0x9f;
	if (!h->second || !h->second_answers || at == 0 || at > 3)
		return 0xff;
	return (uint8_t)(h->second >> (8 * (3 - at)));
}

/* --- Time --- */

void sim_habit_tick(struct simcard *card)
{
	struct habits *h = &card->habits;

	if (!h->self_reset_s || !card->boot.livefish ||
	    (card->pcie_word >> 27 & 3u) == LIVEFISH_LINK_SET)
		return;
	if (card->now_ns - h->last_reset_ns > h->self_reset_s * 1000000000u) {
		h->last_reset_ns = card->now_ns;
		sim_boot_reset(card);
	}
}

/* --- Writes that are not carried out at once --- */

void sim_habit_carry_out(struct simcard *card)
{
	struct habits *h = &card->habits;

	for (unsigned i = 0; i < h->pending_count; i++)
		sim_reg_write(card, h->pending[i].reg, h->pending[i].value);
	h->pending_count = h->message_begin = 0;
}

void sim_habit_write(struct simcard *card, uint32_t reg, uint32_t value)
{
	struct habits *h = &card->habits;

	if (h->late_writes)
		sim_habit_carry_out(card);
	if (h->pending_count == SIM_PENDING)
		return;
	if (!h->at_stop && !h->need_stop && !h->late_writes) {
		sim_reg_write(card, reg, value);
		return;
	}
	h->pending[h->pending_count++] = (struct sim_pending){reg, value};
}

void sim_habit_message_end(struct simcard *card, bool stop)
{
	struct habits *h = &card->habits;

	if (!stop && h->need_stop)
		h->pending_count = h->message_begin;
	if (stop && !h->late_writes)
		sim_habit_carry_out(card);
	h->message_begin = h->pending_count;
}

bool simcard_joins(const struct simcard *card)
{
	return card->habits.at_stop || card->habits.need_stop;
}
