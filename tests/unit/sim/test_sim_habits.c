/* SPDX-License-Identifier: BSD-2-Clause */
/* The switches for what no document says: each does to a plain sequence what its text says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim_fixture.h"

static void make(struct fixture *f, const char *options)
{
	fixture_make(f, FIXTURE_SIZE);
	fixture_open(f, options);
	gw_take(f->card);
}

static void drop(struct fixture *f)
{
	gw_free(f->card);
	fixture_remove(f);
}

/* The id behind a bare head: opcode alone with a hold, then four bytes. */
static uint32_t id_behind_bare_head(struct simcard *card)
{
	gw_run(card, GW_OPCODE(0x9f) | GW_HOLD);
	gw_run(card, GW_READ | GW_BYTES(2));
	return simcard_reg_read(card, GW_DATA);
}

static void chip_select(void **state)
{
	static const struct {
		const char *options;
		uint32_t id;
	} cases[] = {{"", 0x20711500},
		     {"bare-head=drop", 0xffffffff},
		     {"bare-head=clock", 0x711500ff},
		     {"data-only=none", 0},
		     {"data-only=reads", 0x20711500},
		     {"program-hold=0", 0xffffffff}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;
		uint32_t id;

		make(&f, cases[i].options);
		id = id_behind_bare_head(f.card);
		/* the fourth byte of an id is not defined */
		if ((id ^ cases[i].id) >> (strcmp(cases[i].options, "bare-head=clock") ? 8 : 16))
			fail_msg("%s: 0x%08x", cases[i].options, id);
		drop(&f);
	}
}

static void echoes(void **state)
{
	static const struct {
		const char *options;
		uint32_t command, address;
	} cases[] = {{"", 0x00052211, 0x12345678},
		     {"command-echo=none", 0, 0x12345678},
		     {"command-echo=part", 0x2211, 0x12345678},
		     {"address-echo=none", 0x00052211, 0},
		     {"address-echo=part", 0x00052211, 0x345678}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;

		make(&f, cases[i].options);
		simcard_reg_write(f.card, 0xf0404, 0x12345678);
		simcard_reg_write(f.card, 0xf0400, 0x00052211); /* not started */
		assert_int_equal(simcard_reg_read(f.card, 0xf0400), cases[i].command);
		assert_int_equal(simcard_reg_read(f.card, 0xf0404), cases[i].address);
		drop(&f);
	}
}

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

static void messages(void **state)
{
	static const struct {
		const char *options;
		uint32_t word[2]; /* of the data registers after a write of two */
	} cases[] = {{"", {0x11111111, 0x22222222}},
		     {"wrap=4", {0x22222222, 0}},
		     {"write-nack=8", {0x11111111, 0}},
		     {"at-stop=1", {0x11111111, 0x22222222}}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f;

		make(&f, cases[i].options);
		simcard_reg_write(f.card, 0xf0410, 0);
		simcard_reg_write(f.card, 0xf0414, 0);
		write_words(f.card, 0xf0410, 2, true);
		assert_int_equal(simcard_reg_read(f.card, 0xf0410), cases[i].word[0]);
		assert_int_equal(simcard_reg_read(f.card, 0xf0414), cases[i].word[1]);
		drop(&f);
	}
}

/* A write that a repeated START ends: waits for the STOP, or is dropped. */
static void joined_writes(void **state)
{
	static const char *const cases[] = {"at-stop=1", "need-stop=1"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture f;

		make(&f, cases[i]);
		assert_true(simcard_joins(f.card));
		simcard_reg_write(f.card, 0xf0410, 0x77);
		write_words(f.card, 0xf0410, 1, false);
		assert_int_equal(simcard_reg_read(f.card, 0xf0410), 0x77);
		write_words(f.card, 0xf0414, 1, true);
		assert_int_equal(simcard_reg_read(f.card, 0xf0410), i ? 0x77 : 0x11111111);
		drop(&f);
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
		cmocka_unit_test(chip_select),	    cmocka_unit_test(echoes),
		cmocka_unit_test(messages),	    cmocka_unit_test(joined_writes),
		cmocka_unit_test(refuses_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
