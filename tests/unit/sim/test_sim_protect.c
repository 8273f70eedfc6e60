/* SPDX-License-Identifier: BSD-2-Clause */
/* Status writes as the model's parts take them: EWSR, SRP1, SPRL, locks for each block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim_fixture.h"

static void enable_status(struct simcard *card)
{
	gw_run(card, GW_OPCODE(0x50));
}

static void write_zero(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA, 0);
	gw_run(card, GW_OPCODE(0x01) | GW_BYTES(0));
	gw_wait(card);
}

/* Register 3's drive strength: 60, after `enable`. */
static void write_third(struct simcard *card)
{
	simcard_reg_write(card, GW_DATA, 0xff000000);
	gw_run(card, GW_OPCODE(0x11) | GW_BYTES(0));
	gw_wait(card);
}

static void third_with_wren(struct simcard *card)
{
	gw_write_enable(card);
	write_third(card);
}

static void third_until_power_off(struct simcard *card)
{
	enable_status(card);
	write_third(card);
}

static void write_config(struct simcard *card, uint32_t word)
{
	simcard_reg_write(card, GW_DATA, word);
	gw_run(card, GW_OPCODE(0xb1) | GW_BYTES(1));
	gw_wait(card);
}

static void config_without_wren(struct simcard *card)
{
	write_config(card, 0xff4f0000);
}

static void with_wren(struct simcard *card)
{
	gw_write_enable(card);
	write_zero(card);
}

static void with_ewsr(struct simcard *card)
{
	enable_status(card);
	write_zero(card);
}

/* EWSR holds for the next command only. */
static void with_ewsr_too_early(struct simcard *card)
{
	enable_status(card);
	(void)gw_status(card, 0x05);
	write_zero(card);
}

static void unlock_blocks(struct simcard *card)
{
	gw_write_enable(card);
	gw_run(card, GW_OPCODE(0x98));
}

static void unlock_without_wren(struct simcard *card)
{
	gw_run(card, GW_OPCODE(0x98));
}

static void erase_first_block(struct simcard *card)
{
	gw_erase(card, 0xd8, 0);
	gw_wait(card);
}

static void unlock_and_erase(struct simcard *card)
{
	unlock_blocks(card);
	erase_first_block(card);
}

struct use {
	const char *options;
	void (*act)(struct simcard *card);
	const char *complaint; /* NULL: none */
	uint32_t size;
	uint8_t left; /* of status register 1 */
};

static const struct use uses[] = {
	{"part=SST25VF080B", with_ewsr, NULL, 0x100000, 0},
	{"part=SST25VF080B", with_wren, "without a write enable", 0x100000, 0x1e},
	{"part=SST25VF080B", with_ewsr_too_early, "without a write enable", 0x100000, 0x1c},
	{"part=SST25VF016B", with_ewsr, NULL, 0x200000, 0},
	{"part=SST25VF016B", with_wren, NULL, 0x200000, 0},
	{"part=M25PX16,status=0x1c", with_wren, NULL, 0x200000, 0},
	{"part=M25PX16,status=0x1c", with_ewsr, "opcode 50", 0x200000, 0x1c},
	{"part=W25Q16,status=0x1c,status2=1", with_wren, "SRP1", 0x200000, 0x1e},
	/* SPRL goes first, the sectors with the next write */
	{"part=AT25DF161,status=0x9c", with_wren, NULL, 0x200000, 0x1c},
	{"part=W25Q32,status3=4", erase_first_block, "protects", 0x400000, 0x02},
	{"part=W25Q32,status3=4", unlock_and_erase, NULL, 0x400000, 0},
	{"part=W25Q32,status3=4", unlock_without_wren, "without a write enable", 0x400000, 0},
	/* WPS: the BP bits mean nothing */
	{"part=W25Q32,status=0x1c,status3=4", unlock_and_erase, NULL, 0x400000, 0x1c},
	{"part=W25Q16", unlock_blocks, "opcode 98", 0x200000, 0x02},
	{"part=W25Q32", third_with_wren, NULL, 0x400000, 0},
	{"part=W25Q32", third_until_power_off, NULL, 0x400000, 0},
	{"part=W25Q32", write_third, "without a write enable", 0x400000, 0},
	/* an older chip of the id ignores it; other families have none */
	{"part=W25Q32,drv=0", third_with_wren, NULL, 0x400000, 0x02},
	{"part=W25Q16", third_until_power_off, NULL, 0x200000, 0},
	{"part=M25PX16", write_third, "opcode 11", 0x200000, 0},
	{"part=N25Q032A", config_without_wren, "not enabled", 0x400000, 0},
	{"part=W25Q16", config_without_wren, "opcode b1", 0x200000, 0},
};

static void test_status_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		const struct use *u = &uses[i];
		const char *complaint;
		struct fixture f;
		uint8_t left;

		fixture_make(&f, u->size);
		fixture_open(&f, u->options);
		gw_take(f.card);
		u->act(f.card);
		left = gw_status(f.card, 0x05);
		complaint = simcard_violation(f.card);
		if (left != u->left)
			fail_msg("case %zu, %s: status 0x%02x", i, u->options, left);
		if (u->complaint ? !complaint || !strstr(complaint, u->complaint)
				 : complaint != NULL)
			fail_msg("case %zu, %s: %s", i, u->options, complaint ? complaint : "-");
		fixture_remove(&f);
	}
}

/* A write after 50 lasts until the power goes, over processes; one after 06 stays. */
static void test_status_three_over_power_off(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, 0x400000);
	fixture_open(&f, "part=W25Q32,status3=0x20");
	gw_take(f.card);
	third_until_power_off(f.card);
	assert_int_equal(gw_status(f.card, 0x15), 0xe4);
	gw_free(f.card);
	fixture_close(&f);
	fixture_open(&f, "part=W25Q32");
	gw_take(f.card);
	assert_int_equal(gw_status(f.card, 0x15), 0xe4);
	gw_free(f.card);
	fixture_close(&f);
	fixture_open(&f, "part=W25Q32,power-cycle=1");
	gw_take(f.card);
	assert_int_equal(gw_status(f.card, 0x15), 0x20);
	third_with_wren(f.card);
	gw_free(f.card);
	fixture_close(&f);
	fixture_open(&f, "part=W25Q32,power-cycle=1");
	gw_take(f.card);
	assert_int_equal(gw_status(f.card, 0x15), 0xe4);
	gw_free(f.card);
	fixture_remove(&f);
}

/* LB1 to LB3 of register 2 are set once for good. */
static void test_locks_of_status_two_stay(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, 0x400000);
	fixture_open(&f, "part=W25Q32,status2=0x2a");
	gw_take(f.card);
	gw_write_enable(f.card);
	simcard_reg_write(f.card, GW_DATA, 0);
	gw_run(f.card, GW_OPCODE(0x31) | GW_BYTES(0));
	gw_wait(f.card);
	assert_int_equal(gw_status(f.card, 0x35), 0x28);
	with_wren(f.card);
	assert_int_equal(gw_status(f.card, 0x35), 0x28);
	gw_free(f.card);
	fixture_remove(&f);
}

/* Block locks that a process has opened stay open until the power goes. */
static void test_block_locks_close_at_power_off(void **state)
{
	struct fixture f;

	(void)state;
	fixture_make(&f, 0x400000);
	fixture_open(&f, "part=W25Q32,status3=4");
	gw_take(f.card);
	unlock_blocks(f.card);
	gw_free(f.card);
	fixture_close(&f);
	fixture_open(&f, "part=W25Q32");
	gw_take(f.card);
	erase_first_block(f.card);
	assert_null(simcard_violation(f.card));
	gw_free(f.card);
	fixture_close(&f);
	fixture_open(&f, "part=W25Q32,power-cycle=1");
	gw_take(f.card);
	erase_first_block(f.card);
	assert_non_null(strstr(simcard_violation(f.card), "protects"));
	fixture_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_writes),
		cmocka_unit_test(test_block_locks_close_at_power_off),
		cmocka_unit_test(test_status_three_over_power_off),
		cmocka_unit_test(test_locks_of_status_two_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
