/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of ways: what is known of each undocumented behaviour, and since when. */
#include "gateway_priv.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *what, *plain;
} texts[CX3_WAYS] = {
	[CX3_WAY_JOIN] = {"join", "transfers joined in one call of the adapter are carried out",
			  "each transfer is a call of its own"},
	[CX3_WAY_READ_AFTER] = {"read-after-write",
				"a read right after a write sees what was written",
				"a reading that is thrown away goes before it"},
	[CX3_WAY_BLOCK_READ] = {"block-read", "the register address counts up in a read message",
				"each register is read alone"},
	[CX3_WAY_BLOCK_WRITE] = {"block-write", "the register address counts up in a write message",
				 "each register is written alone"},
	[CX3_WAY_LONG] = {"long-messages", "the adapter takes messages of 20 bytes",
			  "messages as short as it takes them"},
	[CX3_WAY_ACK_BUSY] = {"ack-busy", "the card acknowledges while a gateway command runs",
			      "the command register is polled alone until it is acknowledged"},
	[CX3_WAY_NO_POLL] = {"no-poll", "a gateway command is done before the next message",
			     "each command is waited for"},
	[CX3_WAY_HELD_READ] = {"held-read", "chip select stays low between the commands of a read",
			       "each 16 bytes are read with an address of their own"},
	[CX3_WAY_BARE_HEAD] = {"bare-head", "chip select stays low after opcode and address alone",
			       "a page begins with opcode, address and 16 bytes"},
	[CX3_WAY_HELD_PROGRAM] = {"held-program",
				  "a page is programmed with chip select held, as the vendor's "
				  "tool does it",
				  "each 16 bytes are programmed by a command of their own"},
	[CX3_WAY_COMMAND_ECHO] = {"command-echo", "0xf0400 reads back as it was written",
				  "a damaged command shows when the flash is read back"},
	[CX3_WAY_ADDRESS_ECHO] = {"address-echo", "0xf0404 reads back as it was written",
				  "a damaged address shows when the flash is read back"},
	[CX3_WAY_TOP_BYTE] = {"top-byte", "[31:24] of 0xf0404 are kept and have no effect",
			      "the top byte of the address stays 0"},
	[CX3_WAY_STATUS_WORD] = {"status-word",
				 "the flash repeats its status byte for as long as it is read",
				 "only the first byte that it sends counts"},
	[CX3_WAY_LIVEFISH_LINK] = {"livefish-link",
				   "in livefish 0xf3834 keeps a lost PCIe link from resetting the "
				   "chip",
				   "0xf3834 is left alone"},
};

const char *cx3_way_name(unsigned way)
{
	return way < CX3_WAYS ? texts[way].name : NULL;
}

const char *cx3_way_state_name(enum cx3_way_state state)
{
	static const char *const names[] = {"unknown", "assumed", "proven", "given-up"};

	return names[state];
}

static int unknown_name(const char *text, struct cx3_error *err)
{
	char names[256] = "";

	for (size_t i = 0; i < CX3_WAYS; i++) {
		size_t len = strlen(names);

		snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "", texts[i].name);
	}
	return cx3_fail(err, CX3_E_USAGE, "assumption",
			"\"%.60s\" is no assumption: it is NAME=no or NAME=yes.\n"
			"The names are %s.",
			text, names);
}

int cx3_assume(struct cx3_assumptions *assumptions, const char *text, struct cx3_error *err)
{
	for (size_t i = 0; i < CX3_WAYS; i++) {
		size_t len = strlen(texts[i].name);

		if (strncmp(text, texts[i].name, len) != 0 || text[len] != '=')
			continue;
		if (strcmp(text + len + 1, "no") == 0)
			assumptions->of[i] = CX3_ASSUME_NO;
		else if (strcmp(text + len + 1, "yes") == 0)
			assumptions->of[i] = CX3_ASSUME_YES;
		else
			break;
		return CX3_OK;
	}
	return unknown_name(text, err);
}

/* What --plain-read rules out: everything that sends a command without waiting for the one
 * before it. */
static bool asks_much(enum cx3_way way)
{
	return way == CX3_WAY_NO_POLL || way == CX3_WAY_HELD_READ || way == CX3_WAY_BARE_HEAD ||
	       way == CX3_WAY_HELD_PROGRAM;
}

static void set(struct cx3_gateway *gw, enum cx3_way way, enum cx3_way_state state, const char *why)
{
	gw->way[way].state = state;
	snprintf(gw->way[way].why, sizeof(gw->way[way].why), "%s", why);
}

int cx3_ways_check(const struct cx3_assumptions *assumptions, struct cx3_error *err)
{
	for (unsigned i = CX3_WAYS; i < CX3_WAYS_MOST; i++) {
		if (assumptions->of[i] != CX3_ASSUME_NOTHING)
			return cx3_fail(err, CX3_E_USAGE, "assumption",
					"This version of the library knows no behaviour with the "
					"number %u.\n"
					"Install a newer one.",
					i);
	}
	return CX3_OK;
}

void cx3_ways_init(struct cx3_gateway *gw)
{
	for (unsigned i = 0; i < CX3_WAYS; i++) {
		gw->way[i].name = texts[i].name;
		gw->way[i].what = texts[i].what;
		gw->way[i].plain = texts[i].plain;
		if (gw->options.assume.of[i] == CX3_ASSUME_YES)
			set(gw, i, CX3_WAY_ASSUMED, "the user said yes");
		else if (gw->options.assume.of[i] == CX3_ASSUME_NO)
			set(gw, i, CX3_WAY_GIVEN_UP, "the user said no");
		else if (gw->options.reading == CX3_READ_PLAIN && asks_much(i))
			set(gw, i, CX3_WAY_GIVEN_UP, "the plain way was asked for");
		else
			set(gw, i, CX3_WAY_UNKNOWN, "nothing has shown it yet");
	}
	if (cx3_card_identity(gw->card)->state != CX3_CARD_LIVEFISH &&
	    cx3_way_is_open(gw, CX3_WAY_LIVEFISH_LINK))
		set(gw, CX3_WAY_LIVEFISH_LINK, CX3_WAY_UNKNOWN, "the firmware runs: left alone");
	if (cx3_way_is_given_up(gw, CX3_WAY_ACK_BUSY))
		set(gw, CX3_WAY_NO_POLL, CX3_WAY_GIVEN_UP, gw->way[CX3_WAY_ACK_BUSY].why);
}

void cx3_way_proven(struct cx3_gateway *gw, enum cx3_way way, const char *why)
{
	if (gw->way[way].state != CX3_WAY_UNKNOWN)
		return;
	set(gw, way, CX3_WAY_PROVEN, why);
	cx3_log(cx3_card_adapter(gw->card)->log, CX3_LOG_INFO, "%s: %s: yes: %s: %s",
		cx3_gw_label(gw), texts[way].name, texts[way].what, why);
}

void cx3_way_give_up(struct cx3_gateway *gw, enum cx3_way way, const char *why)
{
	if (gw->way[way].state == CX3_WAY_GIVEN_UP)
		return;
	set(gw, way, CX3_WAY_GIVEN_UP, why);
	cx3_log(cx3_card_adapter(gw->card)->log, CX3_LOG_WARN, "%s: %s: no: %s. So %s",
		cx3_gw_label(gw), texts[way].name, why, texts[way].plain);
	/* what is not acknowledged has to be waited for */
	if (way == CX3_WAY_ACK_BUSY)
		cx3_way_give_up(gw, CX3_WAY_NO_POLL, why);
}

void cx3_way_assumed(struct cx3_gateway *gw, enum cx3_way way, const char *why)
{
	if (gw->way[way].state == CX3_WAY_UNKNOWN)
		set(gw, way, CX3_WAY_ASSUMED, why);
}
