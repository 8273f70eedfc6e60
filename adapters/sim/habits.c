/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour that no document describes, each as a switch; what each does is in help.c. Without
 * options the card is kind; the other positions are at least as strict as a real card could be.
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
	{"stretch", offsetof(struct habits, stretch_us), 1, 10000000},
	{"boot-ms", offsetof(struct habits, boot_ms), 1, 60000},
	{"wrsr-ms", offsetof(struct habits, wrsr_ms), 1, 60000},
	{"wip-late", offsetof(struct habits, wip_late_us), 1, 1000000},
	{"slow-pages", offsetof(struct habits, slow_pages), 1, 1000000},
	{"self-reset", offsetof(struct habits, self_reset_s), 1, 1000000},
	{"second", offsetof(struct habits, second), 1, 0xffffff},
	{"wrap", offsetof(struct habits, wrap), 4, 64},
	{"fw-gateway", offsetof(struct habits, fw_gateway_ms), 1, 1000000},
	{"reset-every", offsetof(struct habits, reset_every_ms), 1, 1000000},
	{"driver-reset", offsetof(struct habits, driver_reset_ms), 1, 1000000},
};

#define FLAG(k, member)                                                                            \
	{                                                                                          \
		(k), offsetof(struct habits, member)                                               \
	}

static const struct flag {
	const char *key;
	size_t at; /* of a bool in struct habits */
} flags[] = {
	FLAG("locked-but-id", locked_but_id),
	FLAG("no-id", no_id),
	FLAG("no-livefish-word", no_livefish_word),
	FLAG("at-stop", at_stop),
	FLAG("slow-spi", slow_spi),
	FLAG("byte-low", byte_low),
};

/* Here 0 is what sets the bool: the card lacks it. */
static const struct flag lacks[] = {
	FLAG("join", no_join),
	FLAG("read-after-write", no_read_after_write),
	FLAG("block-read", no_block_read),
	FLAG("block-write", no_block_write),
	FLAG("long-messages", no_long_messages),
	FLAG("ack-busy", no_ack_busy),
	FLAG("no-poll", no_no_poll),
	FLAG("held-read", no_held_read),
	FLAG("held-program", no_held_program),
	FLAG("top-byte", no_top_byte),
	FLAG("status-word", no_status_word),
	FLAG("livefish-link", no_livefish_link),
};

/* One word of several; *value is its place among them. */
static const struct {
	const char *key, *words[4];
	size_t at; /* of an enum in struct habits */
} choices[] = {
	{"bare-head", {"1", "0", "clock"}, offsetof(struct habits, bare)},
	{"data-only", {"all", "none", "reads"}, offsetof(struct habits, data_only)},
	{"command-echo", {"1", "0", "part", "stale"}, offsetof(struct habits, command_echo)},
	{"address-echo", {"1", "0", "count"}, offsetof(struct habits, address_echo)},
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))
#define FLAGS (sizeof(flags) / sizeof(flags[0]))
#define LACKS (sizeof(lacks) / sizeof(lacks[0]))
#define CHOICES (sizeof(choices) / sizeof(choices[0]))

bool simcard_habit(size_t index, char *text, size_t size)
{
	const char *word = "", *key = NULL;

	if (index < NUMBERS)
		key = numbers[index].key;
	else if (index < NUMBERS + FLAGS)
		key = flags[index - NUMBERS].key;
	else if (index < NUMBERS + FLAGS + LACKS)
		key = lacks[index - NUMBERS - FLAGS].key;
	else
		index -= NUMBERS + FLAGS + LACKS;
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

bool sim_habit_can_lack(const char *name)
{
	for (size_t i = 0; i < LACKS; i++) {
		if (strcmp(lacks[i].key, name) == 0)
			return true;
	}
	for (size_t i = 0; i < CHOICES; i++) {
		if (strcmp(choices[i].key, name) == 0 && strcmp(choices[i].words[1], "0") == 0)
			return true;
	}
	return false;
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

/* `when`: the value that sets the bool. */
static int take_flag(struct habits *h, struct cx3_devname *name, const struct flag *flag,
		     uint64_t when, struct cx3_error *err)
{
	bool *set = (void *)((char *)h + flag->at);
	uint64_t value = *set ? when : !when;
	int rc = cx3_devname_take_uint(name, flag->key, 0, 1, &value, err);

	*set = value == when;
	return rc;
}

int sim_habits_take(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	struct habits *h = &card->habits;
	int rc = CX3_OK;

	for (size_t i = 0; rc == CX3_OK && i < NUMBERS; i++)
		rc = cx3_devname_take_uint(name, numbers[i].key, numbers[i].min, numbers[i].max,
					   (void *)((char *)h + numbers[i].at), err);
	for (size_t i = 0; rc == CX3_OK && i < FLAGS; i++)
		rc = take_flag(h, name, &flags[i], 1, err);
	for (size_t i = 0; rc == CX3_OK && i < LACKS; i++)
		rc = take_flag(h, name, &lacks[i], 0, err);
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
	return command & CMD_READ ? !h->no_held_read : !h->no_held_program;
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
	case SIM_ECHO_STALE:
		word = card->habits.command_before & ~CMD_BUSY;
		break;
	case SIM_ECHO_WHOLE:
		break;
	}
	return word | (busy ? CMD_BUSY : 0);
}

uint32_t sim_habit_address(const struct simcard *card, uint32_t word)
{
	if (card->habits.address_echo == SIM_ADDRESS_NONE)
		return 0;
	return card->habits.no_top_byte ? word & 0xffffffu : word;
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

/* ack-busy=0, no-poll=0, long-messages=0 */
#define USUAL_NACK_US 500u
#define USUAL_SLOW_US 2000u
#define USUAL_LENGTH 8u

void sim_habit_started(struct simcard *card)
{
	struct habits *h = &card->habits;
	uint64_t nack_us = h->no_ack_busy && !h->busy_nack_us ? USUAL_NACK_US : h->busy_nack_us;

	if (nack_us)
		h->nack_until_ns = card->now_ns + nack_us * 1000;
	h->stretch_until_ns = card->now_ns + h->stretch_us * 1000;
}

uint64_t sim_habit_slow_us(const struct simcard *card)
{
	return card->habits.no_no_poll && !card->slow_gw_us ? USUAL_SLOW_US : card->slow_gw_us;
}

uint64_t sim_habit_longest(const struct simcard *card, uint64_t given)
{
	return card->habits.no_long_messages && !given ? USUAL_LENGTH : given;
}

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

	if (h->no_read_after_write)
		sim_habit_carry_out(card);
	if (h->pending_count == SIM_PENDING)
		return;
	if (!h->at_stop && !h->no_join && !h->no_read_after_write) {
		sim_reg_write(card, reg, value);
		return;
	}
	h->pending[h->pending_count++] = (struct sim_pending){reg, value};
}

void sim_habit_message_end(struct simcard *card, bool stop)
{
	struct habits *h = &card->habits;

	if (!stop && h->no_join)
		h->pending_count = h->message_begin;
	if (stop && !h->no_read_after_write)
		sim_habit_carry_out(card);
	h->message_begin = h->pending_count;
}

bool simcard_joins(const struct simcard *card)
{
	return card->habits.at_stop || card->habits.no_join;
}
