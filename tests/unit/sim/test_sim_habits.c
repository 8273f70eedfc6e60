/* SPDX-License-Identifier: BSD-2-Clause */
/* The switches for what no document says: each position does to a plain sequence what the text
 * of habits.c says, and the kind card does not. A position without a case here fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/model.h"
#include "sim_fixture.h"

#define REG_LIVEFISH 0x41270u
#define PATTERN 64u /* bytes from the flash's address 0 on: 00 01 02 ... */

/* --- Whole registers --- */

/* Opcode alone with a hold, then four bytes; the fourth of an id is not defined. */
static uint32_t id_behind_bare_head(struct simcard *card)
{
	gw_run(card, GW_OPCODE(0x9f) | GW_HOLD);
	gw_run(card, GW_READ | GW_BYTES(2));
	return simcard_reg_read(card, GW_DATA) >> 16;
}

/* 16 bytes with address and hold, 2 ms, and 16 more: their first word. */
static uint32_t second_block_read(struct simcard *card)
{
	simcard_reg_write(card, GW_ADDRESS, 0);
	gw_run(card, GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(4) | GW_HOLD);
	simcard_advance_us(card, 2000);
	gw_run(card, GW_READ | GW_BYTES(4));
	return simcard_reg_read(card, GW_DATA);
}

/* The same of a page program: what stands there then. */
static uint32_t second_block_programmed(struct simcard *card)
{
	uint8_t there[4];

	gw_write_enable(card);
	for (uint32_t i = 0; i < 16; i += 4)
		simcard_reg_write(card, GW_DATA + i, 0x5a5a5a5a);
	simcard_reg_write(card, GW_ADDRESS, 0x1000);
	gw_run(card, GW_OPCODE(0x02) | GW_ADDR | GW_BYTES(4) | GW_HOLD);
	gw_run(card, GW_BYTES(4));
	gw_run(card, GW_READ | GW_BYTES(0)); /* chip select rises, if it has not */
	(void)gw_wait(card);
	gw_read(card, 0x1010, there, 2);
	return there[0];
}

static uint32_t command_read_back(struct simcard *card)
{
	simcard_reg_write(card, GW_COMMAND, 0x00031111); /* both are not started */
	simcard_reg_write(card, GW_COMMAND, 0x00052231);
	return simcard_reg_read(card, GW_COMMAND);
}

static uint32_t address_read_back(struct simcard *card)
{
	simcard_reg_write(card, GW_ADDRESS, 0x12000100);
	return simcard_reg_read(card, GW_ADDRESS);
}

static uint32_t address_after_read(struct simcard *card)
{
	uint8_t data[16];

	gw_read(card, 0x100, data, 4);
	return simcard_reg_read(card, GW_ADDRESS);
}

static uint32_t taken_semaphore(struct simcard *card)
{
	return simcard_reg_read(card, REG_SEMAPHORE);
}

static uint32_t boot_register(struct simcard *card)
{
	return simcard_reg_read(card, REG_BOOT);
}

static uint32_t id_register_low(struct simcard *card)
{
	return simcard_reg_read(card, REG_ID) & 0xffff;
}

static uint32_t livefish_word(struct simcard *card)
{
	return simcard_reg_read(card, REG_LIVEFISH);
}

static uint32_t second_chip_id(struct simcard *card)
{
	gw_run(card, GW_CHIP | GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2));
	return simcard_reg_read(card, GW_DATA) >> 8;
}

static uint32_t one_byte_of_id(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA, 0);
	gw_run(card, GW_OPCODE(0x9f) | GW_READ | GW_BYTES(0));
	return simcard_reg_read(card, GW_DATA);
}

static uint32_t two_bytes_of_status(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA, 0);
	gw_run(card, GW_OPCODE(0x05) | GW_READ | GW_BYTES(1));
	return simcard_reg_read(card, GW_DATA);
}

/* --- Messages --- */

static void write_words(struct simcard *card, uint32_t reg, unsigned count, bool stop)
{
	const uint8_t addr[4] = {0, (uint8_t)(reg >> 16), (uint8_t)(reg >> 8), (uint8_t)reg};

	(void)simcard_i2c_start(card, 0x90);
	for (unsigned i = 0; i < 4; i++)
		(void)simcard_i2c_write(card, addr[i]);
	for (unsigned i = 0; i < 4 * count; i++)
		(void)simcard_i2c_write(card, (uint8_t)(0x11 * (i / 4 + 1)));
	if (stop)
		simcard_i2c_stop(card);
}

/* The last of `count` words that one message reads. */
static uint32_t read_words(struct simcard *card, uint32_t reg, unsigned count)
{
	uint32_t word = 0;

	write_words(card, reg, 0, false);
	(void)simcard_i2c_start(card, 0x91);
	for (unsigned i = 0; i < 4 * count; i++)
		word = word << 8 | simcard_i2c_read(card, i + 1 < 4 * count);
	simcard_i2c_stop(card);
	return word;
}

static uint32_t first_of_two_written(struct simcard *card)
{
	write_words(card, GW_DATA, 2, true);
	return simcard_reg_read(card, GW_DATA);
}

static uint32_t second_of_two_written(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA + 4, 0);
	write_words(card, GW_DATA, 2, true);
	return simcard_reg_read(card, GW_DATA + 4);
}

static uint32_t second_of_two_read(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA + 4, 0x12345678);
	return read_words(card, GW_DATA, 2);
}

static uint32_t read_after_write(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA, 0x77);
	write_words(card, GW_DATA, 1, true);
	return read_words(card, GW_DATA, 1);
}

static uint32_t written_before_stop(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA, 0x77);
	write_words(card, GW_DATA, 1, false);
	return simcard_reg_read(card, GW_DATA);
}

/* A write that a repeated START ends, and one that a STOP ends. */
static uint32_t written_before_start(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA, 0x77);
	write_words(card, GW_DATA, 1, false);
	write_words(card, GW_DATA + 4, 1, true);
	return simcard_reg_read(card, GW_DATA);
}

static uint32_t acknowledges(struct simcard *card)
{
	bool ack = simcard_i2c_start(card, 0x90);

	simcard_i2c_stop(card);
	return ack;
}

static uint32_t acknowledges_in_command(struct simcard *card)
{
	simcard_reg_write(card, GW_COMMAND,
			  GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2) | GW_ENABLE | GW_BUSY);
	return acknowledges(card);
}

/* --- Time --- */

static uint32_t busy_after_command(struct simcard *card)
{
	simcard_reg_write(card, GW_COMMAND,
			  GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(4) | GW_ENABLE | GW_BUSY);
	return (simcard_reg_read(card, GW_COMMAND) & GW_BUSY) != 0;
}

static void write_status(struct simcard *card)
{
	gw_write_enable(card);
	simcard_reg_write(card, GW_DATA, 0);
	gw_run(card, GW_OPCODE(0x01) | GW_BYTES(0));
}

static uint32_t status_write_is_long(struct simcard *card)
{
	write_status(card);
	return gw_wait(card) > 500000;
}

static uint32_t busy_after_2_ms(struct simcard *card)
{
	gw_write_enable(card);
	simcard_reg_write(card, GW_DATA, 0x5a5a5a5a);
	simcard_reg_write(card, GW_ADDRESS, 0x1000);
	gw_run(card, GW_OPCODE(0x02) | GW_ADDR | GW_BYTES(2));
	simcard_advance_us(card, 2000);
	return gw_status(card, 0x05) & 1;
}

static uint32_t busy_at_once(struct simcard *card)
{
	write_status(card);
	return gw_status(card, 0x05) & 1;
}

static uint32_t register_after_2_s(struct simcard *card)
{
	simcard_reg_write(card, GW_ADDRESS, 0x1234);
	simcard_advance_us(card, 2000000);
	(void)acknowledges(card);
	return simcard_reg_read(card, GW_ADDRESS);
}

/* In hundreds: SCL is held low before the STOP. */
static uint32_t us_of_a_command_and_a_start(struct simcard *card)
{
	uint64_t began;

	simcard_reg_write(card, GW_COMMAND,
			  GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2) | GW_ENABLE | GW_BUSY);
	began = simcard_now_us(card);
	(void)acknowledges(card);
	return (uint32_t)(simcard_now_us(card) - began) / 100 - 1;
}

static uint32_t longest_message(struct simcard *card)
{
	return (uint32_t)sim_habit_longest(card, 0);
}

static uint32_t link_register(struct simcard *card)
{
	simcard_reg_write(card, 0xf3834, 2u << 27);
	return simcard_reg_read(card, 0xf3834);
}

/* --- Others --- */

/* No firmware runs in livefish. */
static void let_firmware_run(struct simcard *card)
{
	card->boot.livefish = false;
	card->others.intrusions = 1; /* a read is its next command */
	card->others.intruded_ns = card->now_ns;
}

static uint32_t address_while_firmware_runs(struct simcard *card)
{
	simcard_reg_write(card, GW_ADDRESS, 0x1234);
	let_firmware_run(card);
	simcard_advance_us(card, 2000);
	return simcard_reg_read(card, GW_ADDRESS) == 0x1234 ? 0x1234 : 0;
}

/* Freed, it is the driver's. */
static uint32_t semaphore_behind_a_driver(struct simcard *card)
{
	simcard_advance_us(card, 20000000);
	simcard_reg_write(card, REG_SEMAPHORE, 0);
	return simcard_reg_read(card, REG_SEMAPHORE);
}

/* --- The cases --- */

static const struct {
	const char *options;
	uint32_t (*look)(struct simcard *card);
	uint32_t kind, then; /* without the options; with them */
} cases[] = {
	{"bare-head=0", id_behind_bare_head, 0x2071, 0xffff},
	{"bare-head=clock", id_behind_bare_head, 0x2071, 0x7115},
	{"held-program=0", second_block_programmed, 0x5a, 0xff},
	{"held-program=0", second_block_read, 0x10111213, 0x10111213},
	{"data-only=none", second_block_read, 0x10111213, 0x00010203},
	{"data-only=reads", second_block_read, 0x10111213, 0x10111213},
	{"data-only=reads", second_block_programmed, 0x5a, 0xff},
	{"hold-blocks=1", second_block_read, 0x10111213, 0xffffffff},
	{"hold-ms=1", second_block_read, 0x10111213, 0xffffffff},
	{"command-echo=0", command_read_back, 0x00052231, 0},
	{"command-echo=part", command_read_back, 0x00052231, 0x2211},
	{"command-echo=stale", command_read_back, 0x00052231, 0x00031111},
	{"address-echo=0", address_read_back, 0x12000100, 0},
	{"top-byte=0", address_read_back, 0x12000100, 0x000100},
	{"address-echo=count", address_after_read, 0x100, 0x110},
	{"sem-word=0x5a", taken_semaphore, 1, 0x5a},
	{"locked-but-id=1", boot_register, 0, 0xbad0cafe},
	{"locked-but-id=1", id_register_low, 0x1f7, 0x1f7},
	{"no-id=1", id_register_low, 0x1f7, 0},
	{"no-livefish-word=1", livefish_word, 0xfffff000, 0},
	{"wrap=4", first_of_two_written, 0x11111111, 0x22222222},
	{"read-ff=4", second_of_two_read, 0x12345678, 0xffffffff},
	{"write-nack=8", second_of_two_written, 0x22222222, 0},
	{"at-stop=1", written_before_stop, 0x11111111, 0x77},
	{"at-stop=1", written_before_start, 0x11111111, 0x11111111},
	{"join=0", written_before_start, 0x11111111, 0x77},
	{"read-after-write=0", read_after_write, 0x11111111, 0x77},
	{"busy-nack=1000", acknowledges_in_command, 1, 0},
	{"ack-busy=0", acknowledges_in_command, 1, 0},
	{"stretch=1000", us_of_a_command_and_a_start, 0, 10},
	{"block-read=0", second_of_two_read, 0x12345678, 0},
	{"block-write=0", first_of_two_written, 0x11111111, 0x22222222},
	{"held-read=0", second_block_read, 0x10111213, 0xffffffff},
	{"held-read=0", second_block_programmed, 0x5a, 0x5a},
	{"long-messages=0", longest_message, 0, 8},
	{"no-poll=0", busy_after_command, 0, 1},
	{"livefish-link=0", link_register, 2u << 27, 0},
	{"fw-gateway=1", address_while_firmware_runs, 0x1234, 0},
	{"reset-every=1000", register_after_2_s, 0x1234, 0},
	{"driver-reset=20000", semaphore_behind_a_driver, 0, 1},
	{"boot-ms=100", acknowledges, 1, 0},
	{"slow-spi=1", busy_after_command, 0, 1},
	{"wrsr-ms=1000", status_write_is_long, 0, 1},
	{"wip-late=1000000", busy_at_once, 1, 0},
	{"slow-pages=1", busy_after_2_ms, 0, 1},
	{"self-reset=1", register_after_2_s, 0x1234, 0},
	{"byte-low=1", one_byte_of_id, 0x20000000, 0x20},
	{"status-word=0", two_bytes_of_status, 0, 0x00ff0000},
	{"second=0x202015", second_chip_id, 0xffffff, 0x202015},
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

/* The card is in livefish, for no image is on its flash; the semaphore is the tool's. */
static uint32_t look_with(const char *options, uint32_t (*look)(struct simcard *card))
{
	uint8_t pattern[PATTERN];
	struct fixture f;
	uint32_t seen;

	for (unsigned i = 0; i < PATTERN; i++)
		pattern[i] = (uint8_t)i;
	fixture_make(&f, FIXTURE_SIZE);
	fixture_poke(&f, 0, pattern, PATTERN);
	fixture_open(&f, options);
	(void)simcard_reg_read(f.card, REG_SEMAPHORE);
	seen = look(f.card);
	fixture_remove(&f);
	return seen;
}

static void each_position(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		uint32_t kind = look_with("", cases[i].look);
		uint32_t then = look_with(cases[i].options, cases[i].look);

		if (kind != cases[i].kind || then != cases[i].then)
			fail_msg("%s (case %zu): 0x%08x, and 0x%08x without it", cases[i].options,
				 i, then, kind);
	}
}

/* simcard_habit() gives all the positions there are. */
static void each_has_a_case(void **state)
{
	char position[64];
	size_t count = 0;

	(void)state;
	for (; simcard_habit(count, position, sizeof(position)); count++) {
		size_t i = 0;

		while (i < CASES && strncmp(cases[i].options, position, strlen(position)) != 0)
			i++;
		if (i == CASES)
			fail_msg("no case in this file for %s", position);
	}
	assert_true(count >= 30);
}

/* Writes that wait for a STOP: an adapter's transfers are joined by repeated STARTs then. */
static void joins_transfers(void **state)
{
	static const char *const options[] = {"", "at-stop=1", "join=0"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct fixture f;

		fixture_make(&f, FIXTURE_SIZE);
		fixture_open(&f, options[i]);
		assert_int_equal(simcard_joins(f.card), i > 0);
		fixture_remove(&f);
	}
}

static void refuses_nonsense(void **state)
{
	static const char *const bad[] = {"wrap=12", "bare-head=maybe", "at-stop=2", "read-ff=3"};
	struct fixture f;

	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cx3_devname name;
		struct simcard *card;
		struct cx3_error err;
		char device[300];

		snprintf(device, sizeof(device), "sim:%s,%s", f.file, bad[i]);
		assert_int_equal(cx3_devname_parse(device, &name, &err), CX3_OK);
		assert_int_equal(simcard_open(&name, &card, &err), CX3_E_USAGE);
	}
	fixture_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_position),
		cmocka_unit_test(each_has_a_case),
		cmocka_unit_test(joins_transfers),
		cmocka_unit_test(refuses_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
