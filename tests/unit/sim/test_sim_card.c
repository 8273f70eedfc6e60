/* SPDX-License-Identifier: BSD-2-Clause */
/* The card as a whole: what it is, how it starts, what outlives the process. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "said.h"
#include "sim_fixture.h"

#define REG_LIVEFISH 0x41270u
#define REG_PCIE 0xf3834u

static struct fixture f;

static int setup(void **state)
{
	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_remove(&f);
	return 0;
}

static bool livefish(void)
{
	return simcard_reg_read(f.card, REG_LIVEFISH) > 0xfff00000;
}

static unsigned running_subminor(void)
{
	return simcard_reg_read(f.card, 0x1f068) & 0xffff;
}

static void test_chips(void **state)
{
	(void)state;
	fixture_open(&f, "");
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0x1f7);
	fixture_close(&f);
	fixture_open(&f, "chip=cx3,rev=1");
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0x101f5);
	fixture_close(&f);
	fixture_open(&f, "id=0x20f,boot=0x10000,power-cycle=1");
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0x20f);
	assert_int_equal(simcard_reg_read(f.card, REG_BOOT), 0x1000000);
	fixture_close(&f);
	fixture_open(&f, "no-registers=1,power-cycle=1");
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0xffffffff);
	simcard_reg_write(f.card, REG_BOOT, 0x100); /* goes nowhere */
	fixture_close(&f);
	fixture_open(&f, "locked=1");
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0xbad0cafe);
	assert_int_equal(simcard_reg_read(f.card, 0xf03fc), 0xbad0cafe);
	simcard_reg_write(f.card, REG_BOOT, 0x100); /* goes nowhere */
	fixture_close(&f);
	fixture_open(&f, "");
	assert_int_equal(simcard_reg_read(f.card, REG_BOOT), 0);
}

/* Numbers that fit no register, and a link where the new state is written. */
static void test_hostile_state(void **state)
{
	static const char *const states[] = {
		"{\"powered\":{\"boot_address\":1e300,\"pcie\":-1,\"live\":\"00\"}}",
		"{\"powered\":{\"boot_address\":4294967296,\"pcie\":1e10,\"status\":256}}"};
	char path[100], fresh[110], victim[100];
	struct stat now;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s.state", f.file);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	snprintf(victim, sizeof(victim), "%s/victim", f.folder);
	for (size_t i = 0; i < 2; i++) {
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(states[i], file);
		fclose(file);
		file = fopen(victim, "w");
		assert_non_null(file);
		fclose(file);
		assert_int_equal(symlink(victim, fresh), 0);
		fixture_open(&f, "");
		assert_int_equal(simcard_reg_read(f.card, REG_BOOT), 0);
		fixture_close(&f);
		assert_int_equal(stat(victim, &now), 0);
		assert_int_equal(now.st_size, 0);
		assert_int_not_equal(lstat(fresh, &now), 0);
	}
}

/* Each size has a part that is taken for it. */
static void test_sizes(void **state)
{
	(void)state;
	for (uint32_t size = 0x80000; size <= 0x1000000; size *= 2) {
		struct fixture one;
		uint8_t byte;

		fixture_make(&one, size);
		fixture_open(&one, "");
		gw_take(one.card);
		gw_read(one.card, size - 1, &byte, 0);
		assert_int_equal(byte, 0xff);
		assert_null(simcard_violation(one.card));
		fixture_remove(&one);
	}
}

static void test_blank_flash_is_livefish(void **state)
{
	(void)state;
	fixture_open(&f, "");
	assert_true(livefish());
	assert_int_equal(simcard_reg_read(f.card, 0x1f064), 0);
	simcard_reg_write(f.card, REG_PCIE, 2u << 27);
	assert_int_equal(simcard_reg_read(f.card, REG_PCIE), 2u << 27);
	assert_null(simcard_violation(f.card));
}

static void test_image_at_either_home_runs(void **state)
{
	(void)state;
	fixture_image(&f, 0x80000, 4321);
	fixture_open(&f, "");
	assert_false(livefish());
	assert_int_equal(simcard_reg_read(f.card, 0x1f064) >> 16, 2);
	assert_int_equal(simcard_reg_read(f.card, 0x1f068), 42u << 16 | 4321);
	assert_int_equal(simcard_reg_read(f.card, REG_BOOT), 0x80000u << 8);
	simcard_reg_write(f.card, REG_PCIE, 1);
	assert_non_null(simcard_violation(f.card));
}

static void test_image_elsewhere_does_not_run(void **state)
{
	(void)state;
	fixture_image(&f, 0x40000, 1); /* its chunk size is 0x80000 */
	fixture_open(&f, "");
	assert_true(livefish());
}

static void test_forced_states(void **state)
{
	(void)state;
	fixture_image(&f, 0, 1);
	fixture_open(&f, "livefish=1,power-cycle=1");
	assert_true(livefish());
	fixture_close(&f);
	fixture_open(&f, "fw=2.36.5150,power-cycle=1");
	assert_false(livefish());
	assert_int_equal(simcard_reg_read(f.card, 0x1f068), 36u << 16 | 5150);
}

static void test_reset_boots_from_the_boot_address(void **state)
{
	(void)state;
	fixture_image(&f, 0, 100);
	fixture_open(&f, "");
	assert_int_equal(running_subminor(), 100);
	fixture_image(&f, 0x80000, 200);
	simcard_reg_write(f.card, REG_BOOT, 0x80000u << 8);
	assert_int_equal(running_subminor(), 100); /* until it starts again */
	simcard_reg_write(f.card, REG_RESET, 1);
	assert_int_equal(running_subminor(), 200);
	assert_null(simcard_violation(f.card));
}

static void test_the_card_stays_powered_between_processes(void **state)
{
	(void)state;
	fixture_open(&f, "");
	assert_true(livefish());
	fixture_image(&f, 0, 7);
	simcard_reg_write(f.card, REG_BOOT, 0x100);
	fixture_close(&f);
	fixture_open(&f, "");
	assert_true(livefish());
	assert_int_equal(simcard_reg_read(f.card, REG_BOOT), 0x100);
	fixture_close(&f);
	fixture_open(&f, "power-cycle=1");
	assert_false(livefish());
	assert_int_equal(simcard_reg_read(f.card, REG_BOOT), 0);
	assert_int_equal(running_subminor(), 7);
}

static void test_volatile_protection_outlives_the_process_only(void **state)
{
	(void)state;
	fixture_open(&f, "part=AT25DF161");
	gw_take(f.card);
	assert_int_equal(gw_status(f.card, 0x05), 0x1c);
	gw_write_enable(f.card);
	simcard_reg_write(f.card, GW_DATA, 0);
	gw_run(f.card, GW_OPCODE(0x01) | GW_BYTES(0));
	gw_wait(f.card);
	gw_free(f.card);
	fixture_close(&f);
	fixture_open(&f, "part=AT25DF161");
	gw_take(f.card);
	assert_int_equal(gw_status(f.card, 0x05), 0x10);
	gw_free(f.card);
	fixture_close(&f);
	fixture_open(&f, "part=AT25DF161,power-cycle=1");
	gw_take(f.card);
	assert_int_equal(gw_status(f.card, 0x05), 0x1c);
}

/* A process that dies in the middle leaves flash, semaphore and chip select as they were. */
static void test_killed_process(void **state)
{
	int status;
	uint8_t got[4];
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		fixture_open(&f, "");
		gw_take(f.card);
		gw_program(f.card, 0x3000, "dead", 2);
		gw_wait(f.card);
		simcard_reg_write(f.card, GW_ADDRESS, 0);
		gw_run(f.card, GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(4) | GW_HOLD);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	fixture_peek(&f, 0x3000, got, 4);
	assert_memory_equal(got, "dead", 4);
	fixture_open(&f, "");
	assert_int_equal(simcard_reg_read(f.card, REG_SEMAPHORE), 1);
	/* The first command goes into the transaction that was left open. */
	gw_run(f.card, GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2));
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0xffffffff);
	gw_run(f.card, GW_OPCODE(0x9f) | GW_READ | GW_BYTES(2));
	assert_int_equal(simcard_reg_read(f.card, GW_DATA), 0x20711500);
	/* The semaphore is not ours: the model told that, and of nothing else. */
	assert_non_null(strstr(simcard_violation(f.card), "without holding the semaphore"));
	assert_int_equal(simcard_counts(f.card)->violations, 2);
}

static void test_realtime_follows_the_clock(void **state)
{
	(void)state;
	fixture_open(&f, "realtime=1");
	usleep(30000);
	simcard_i2c_start(f.card, 0x90);
	simcard_i2c_stop(f.card);
	assert_in_range(simcard_now_us(f.card), 30000, 5000000);
}

/* A second of its time takes a tenth of one here, and not less. */
static void test_pace_holds_it_back(void **state)
{
	uint64_t began, took;

	(void)state;
	fixture_open(&f, "pace=10");
	began = cx3_clock_us();
	for (int i = 0; i < 10; i++)
		simcard_advance_us(f.card, 100000);
	took = cx3_clock_us() - began;
	assert_in_range(took, 90000, 5000000);
	assert_int_equal(simcard_now_us(f.card), 1000000);
}

static void test_violations_are_in_the_state_file(void **state)
{
	char *text;

	(void)state;
	for (int i = 0; i < 2; i++) {
		fixture_open(&f, "");
		simcard_reg_write(f.card, 0xf0020, 1);
		fixture_close(&f);
	}
	text = fixture_state(&f);
	assert_non_null(strstr(text, "\"violations\":\t2"));
	assert_non_null(strstr(text, "\"first_violation\":\t\"register 0xf0020 written"));
	free(text);
}

static void write_state(const char *text)
{
	char path[100];
	FILE *file;

	snprintf(path, sizeof(path), "%s.state", f.file);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int open_code(const char *device, struct cx3_error *err)
{
	struct cx3_devname name;
	struct simcard *card;
	int rc = cx3_devname_parse(device, &name, err);

	assert_int_equal(rc, CX3_OK);
	rc = simcard_open(&name, &card, err);
	simcard_close(card);
	return rc;
}

static void test_state_file_has_options(void **state)
{
	struct cx3_error err;
	char device[120];

	(void)state;
	write_state("{\"chip\": \"cx3\", \"rev\": 3, \"livefish\": false, \"part\": \"W25Q16\"}");
	fixture_open(&f, "rev=4");
	assert_int_equal(simcard_reg_read(f.card, REG_ID), 0x401f5);
	assert_false(livefish());
	fixture_close(&f);
	snprintf(device, sizeof(device), "sim:%s", f.file);
	write_state("{\"chup\": \"cx3\"}");
	assert_int_equal(open_code(device, &err), CX3_E_USAGE);
	assert_non_null(strstr(said(&err), "chup"));
	write_state("no JSON");
	assert_int_equal(open_code(device, &err), CX3_E_FILE);
}

static void test_what_does_not_open(void **state)
{
	static const struct {
		const char *options;
		int code;
	} bad[] = {
		{"chip=cx5", CX3_E_USAGE},     {"part=NONE", CX3_E_USAGE},
		{"part=W25Q32", CX3_E_USAGE},  {"sem=sometimes", CX3_E_USAGE},
		{"nack-burst=3", CX3_E_USAGE}, {"fw=2.42", CX3_E_USAGE},
		{"livefish=2", CX3_E_USAGE},   {"clock=7", CX3_E_USAGE},
	};
	struct cx3_error err;
	char device[160];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(device, sizeof(device), "sim:%s,%s", f.file, bad[i].options);
		assert_int_equal(open_code(device, &err), bad[i].code);
	}
	snprintf(device, sizeof(device), "sim:%s.none", f.file);
	assert_int_equal(open_code(device, &err), CX3_E_NO_DEVICE);
	assert_non_null(strstr(said(&err), "head -c"));
	fixture_open(&f, "");
	snprintf(device, sizeof(device), "sim:%s", f.file);
	assert_int_equal(open_code(device, &err), CX3_E_IN_USE); /* one master at a time */
	fixture_close(&f);
	assert_int_equal(truncate(f.file, 0x180000), 0);
	assert_int_equal(open_code(device, &err), CX3_E_USAGE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_chips),
		TEST(test_hostile_state),
		TEST(test_sizes),
		TEST(test_blank_flash_is_livefish),
		TEST(test_image_at_either_home_runs),
		TEST(test_image_elsewhere_does_not_run),
		TEST(test_forced_states),
		TEST(test_reset_boots_from_the_boot_address),
		TEST(test_the_card_stays_powered_between_processes),
		TEST(test_volatile_protection_outlives_the_process_only),
		TEST(test_killed_process),
		TEST(test_realtime_follows_the_clock),
		TEST(test_pace_holds_it_back),
		TEST(test_violations_are_in_the_state_file),
		TEST(test_state_file_has_options),
		TEST(test_what_does_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
