/* SPDX-License-Identifier: BSD-2-Clause */
/* `-d sim:FILE`: batches, what they count, and how they fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters.h"
#include "low_fd.h"
#include "said.h"
#include "sim_fixture.h"

static struct fixture f;
static struct cx3_adapter *adapter;

static int setup(void **state)
{
	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	cx3_adapter_close(adapter);
	adapter = NULL;
	fixture_remove(&f);
	return 0;
}

static void open_adapter(const char *options)
{
	struct cx3_error err;
	char device[200];

	cx3_adapter_close(adapter);
	snprintf(device, sizeof(device), "sim:%s%s%s", f.file, *options ? "," : "", options);
	assert_int_equal(cx3_adapter_open(device, NULL, &adapter, &err), CX3_OK);
}

static const uint8_t id_address[4] = {0x00, 0x0f, 0x00, 0x14};
static uint8_t buffer[100][64];

/* n reads of the id, in one batch. */
static int read_ids(size_t n, struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct cx3_xfer xfer[100];

	memset(buffer, 0xee, sizeof(buffer));
	for (size_t i = 0; i < n; i++)
		xfer[i] = (struct cx3_xfer){id_address, buffer[i], 4, 4, false};
	return adapter->ops->transfer(adapter, xfer, n, mark, err);
}

static void test_batch_and_its_counts(void **state)
{
	struct cx3_progress_mark mark;
	struct cx3_error err;

	(void)state;
	open_adapter("clock=400k");
	assert_int_equal(adapter->clock_hz, 400000);
	assert_int_equal(read_ids(100, &mark, &err), CX3_OK);
	assert_int_equal(mark.done, 100);
	assert_memory_equal(buffer[99], "\0\0\1\xf7", 4);
	assert_int_equal(adapter->traffic.messages, 200);
	assert_int_equal(adapter->traffic.wire_bytes, 1000);
	assert_int_equal(adapter->traffic.calls, 5); /* 21 transfers of two messages in each */
	/* 93 clocks of 2.5 us each */
	assert_in_range(adapter->ops->now_us(adapter), 23200, 23300);
	adapter->ops->wait_us(adapter, 1000000);
	assert_in_range(adapter->ops->now_us(adapter), 1023200, 1023300);
}

static void test_calls_carry_42_messages(void **state)
{
	static const uint8_t free_semaphore[8] = {0x00, 0x0f, 0x03, 0xfc};
	struct cx3_xfer xfer[43];
	struct cx3_progress_mark mark;
	struct cx3_error err;

	(void)state;
	open_adapter("");
	for (unsigned i = 0; i < 43; i++)
		xfer[i] = (struct cx3_xfer){free_semaphore, NULL, 8, 0, false};
	assert_int_equal(adapter->ops->transfer(adapter, xfer, 42, &mark, &err), CX3_OK);
	assert_int_equal(adapter->traffic.calls, 1);
	assert_int_equal(adapter->ops->transfer(adapter, xfer, 43, &mark, &err), CX3_OK);
	assert_int_equal(adapter->traffic.calls, 3);
	assert_int_equal(adapter->traffic.wire_bytes, 85 * 9);
}

static void test_failed_call_does_not_say_where(void **state)
{
	struct cx3_progress_mark mark;
	struct cx3_error err;

	(void)state;
	open_adapter("nack=61");
	assert_int_equal(read_ids(100, &mark, &err), CX3_E_NO_ACK);
	assert_int_equal(mark.done, 21);
	assert_int_equal(mark.unsure, 21);
	open_adapter("nack=61,exact=1");
	assert_int_equal(read_ids(100, &mark, &err), CX3_E_NO_ACK);
	assert_int_equal(mark.done, 30);
	assert_int_equal(mark.unsure, 1);
	assert_int_equal(buffer[29][3], 0xf7);
	assert_int_equal(buffer[31][3], 0xee);
}

static void test_faults_and_their_codes(void **state)
{
	static const struct {
		const char *options;
		int code;
		bool passes; /* a second try succeeds */
	} faults[] = {
		{"nack=1", CX3_E_NO_ACK, true},
		{"nack-burst=1:1", CX3_E_NO_ACK, true},
		{"nack-from=1", CX3_E_NO_ACK, false},
		{"cut=2", CX3_E_IO, true},
		{"arb=2", CX3_E_ARBITRATION, true},
		{"bus-stuck=2", CX3_E_BUS, false},
		{"gone=2", CX3_E_GONE, false},
		{"addr=0x49", CX3_E_NO_ACK, false},
		{"timeout=2", CX3_E_TIMEOUT, true},
		{"timeout-from=2", CX3_E_TIMEOUT, false},
		{"arb-from=2", CX3_E_ARBITRATION, false},
	};
	struct cx3_progress_mark mark;
	struct cx3_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		open_adapter(faults[i].options);
		if (read_ids(1, &mark, &err) != faults[i].code)
			fail_msg("%s: %s", faults[i].options, said(&err));
		assert_int_equal(read_ids(1, &mark, &err) == CX3_OK, faults[i].passes);
	}
}

static void test_long_messages_are_refused(void **state)
{
	struct cx3_xfer xfer = {id_address, buffer[0], 4, 64, false};
	struct cx3_progress_mark mark;
	struct cx3_error err;
	size_t tries = 0;

	(void)state;
	open_adapter("max-read=16");
	while (adapter->ops->transfer(adapter, &xfer, 1, &mark, &err) == CX3_E_TOO_LONG) {
		assert_int_equal(mark.done + mark.unsure, 0);
		assert_int_equal(adapter->traffic.messages, 0);
		xfer.rd_len = (uint16_t)adapter->max_read;
		tries++;
	}
	assert_int_equal(tries, 2);
	assert_int_equal(xfer.rd_len, 16);
	open_adapter("max-write=8");
	xfer = (struct cx3_xfer){buffer[0], NULL, 20, 0, false};
	assert_int_equal(adapter->ops->transfer(adapter, &xfer, 1, &mark, &err), CX3_E_TOO_LONG);
	assert_int_equal(adapter->max_write, 10);
}

/* It does not say so at open, as an adapter of the kernel does not. */
static void test_a_register_is_too_long(void **state)
{
	struct cx3_xfer xfer = {buffer[0], NULL, CX3_LEAST_WRITE, 0, false};
	struct cx3_progress_mark mark;
	struct cx3_error err;

	(void)state;
	open_adapter("max-write=7");
	assert_true(adapter->limits_unsure);
	assert_true(adapter->max_write > CX3_LEAST_WRITE);
	assert_int_equal(read_ids(1, &mark, &err), CX3_OK);
	adapter->traffic.messages = 0;
	assert_int_equal(adapter->ops->transfer(adapter, &xfer, 1, &mark, &err), CX3_E_UNSUPPORTED);
	assert_int_equal(mark.done + mark.unsure, 0);
	assert_int_equal(adapter->traffic.messages, 0);
}

static void test_power_cut_is_no_answer(void **state)
{
	static const uint8_t boot[8] = {0x00, 0x0f, 0x00, 0x00, 0, 0, 1, 0};
	struct cx3_xfer xfer = {boot, NULL, 8, 0, false};
	struct cx3_progress_mark mark;
	struct cx3_error err;

	(void)state;
	open_adapter("power-cut=2");
	assert_int_equal(adapter->ops->transfer(adapter, &xfer, 1, &mark, &err), CX3_OK);
	assert_int_equal(adapter->ops->transfer(adapter, &xfer, 1, &mark, &err), CX3_E_NACK_DATA);
	assert_int_equal(read_ids(1, &mark, &err), CX3_E_NO_ACK);
}

static char last_line[512];

static void keep_line(void *user, enum cx3_log_level level, const char *line)
{
	(void)user;
	if (level == CX3_LOG_WARN)
		snprintf(last_line, sizeof(last_line), "%s", line);
}

static void test_violations_are_warned_of(void **state)
{
	static const struct cx3_log log = {keep_line, NULL, CX3_LOG_INFO};
	struct cx3_xfer xfer = {id_address, buffer[0], 3, 0, false};
	struct cx3_progress_mark mark;
	struct cx3_error err;
	char device[120];

	(void)state;
	snprintf(device, sizeof(device), "sim:%s", f.file);
	assert_int_equal(cx3_adapter_open(device, &log, &adapter, &err), CX3_OK);
	assert_int_equal(adapter->ops->transfer(adapter, &xfer, 1, &mark, &err), CX3_OK);
	cx3_adapter_close(adapter);
	adapter = NULL;
	assert_non_null(strstr(last_line, "3 of 4 address bytes"));
}

static void test_names_and_options(void **state)
{
	struct cx3_devname name;
	struct cx3_error err;
	char device[120];

	(void)state;
	assert_int_equal(cx3_devname_parse("/dev/i2c-3", &name, &err), CX3_OK);
	assert_int_equal(cx3_sim_ops.open(&name, NULL, &adapter, &err), CX3_E_NOT_MINE);
	snprintf(device, sizeof(device), "sim:%s,colour=red", f.file);
	assert_int_equal(cx3_adapter_open(device, NULL, &adapter, &err), CX3_E_USAGE);
	assert_non_null(strstr(said(&err), "colour"));
	assert_null(adapter);
}

static void test_a_card_has_one_user(void **state)
{
	struct cx3_adapter *second;
	struct cx3_error err;
	char device[120], words[64];

	(void)state;
	prctl(PR_SET_NAME, "test_sim_adapter"); /* under valgrind it has another name */
	open_adapter("");
	snprintf(device, sizeof(device), "sim:%s", f.file);
	assert_int_equal(cx3_adapter_open(device, NULL, &second, &err), CX3_E_IN_USE);
	assert_null(second);
	assert_string_equal(err.place, adapter->label);
	/* the kernel keeps 15 characters of a command's name */
	snprintf(words, sizeof(words), "by process %d (test_sim_adapte)", (int)getpid());
	if (!strstr(said(&err), words))
		fail_msg("%s lacks %s", said(&err), words);
	open_adapter(""); /* closes the first before it opens */
}

/* A process that is killed in the middle of a job frees the card. */
static void test_a_killed_process_frees_the_card(void **state)
{
	struct cx3_error err;
	char device[120], words[64], byte = 0;
	int ready[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	snprintf(device, sizeof(device), "sim:%s", f.file);
	pid = fork();
	if (pid == 0) {
		byte = cx3_adapter_open(device, NULL, &adapter, &err) == CX3_OK ? 1 : 0;
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 1);
	assert_int_equal(cx3_adapter_open(device, NULL, &adapter, &err), CX3_E_IN_USE);
	snprintf(words, sizeof(words), "by process %d (", (int)pid);
	assert_non_null(strstr(said(&err), words));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(cx3_adapter_open(device, NULL, &adapter, &err), CX3_OK);
	close(ready[0]);
	close(ready[1]);
}

/* Neither FILE nor FILE.state, which stays open too. */
static void test_no_standard_descriptor(void **state)
{
	struct cx3_xfer xfer = {id_address, buffer[0], 4, 4, false};
	struct cx3_progress_mark mark;
	struct cx3_error err;
	char device[120];

	(void)state;
	snprintf(device, sizeof(device), "sim:%s", f.file);
	for (int low = 0; low < 3; low++) {
		int saved = low_fd_close(low);
		int rc = cx3_adapter_open(device, NULL, &adapter, &err);
		bool taken;

		/* a semaphore that is taken is written to FILE.state at once */
		xfer.wr = (const uint8_t[4]){0x00, 0x0f, 0x03, 0xfc};
		if (rc == CX3_OK)
			rc = adapter->ops->transfer(adapter, &xfer, 1, &mark, &err);
		taken = fcntl(low, F_GETFD) >= 0;
		low_fd_restore(low, saved);
		assert_int_equal(rc, CX3_OK);
		assert_false(taken);
		cx3_adapter_close(adapter);
		adapter = NULL;
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_batch_and_its_counts),
		TEST(test_calls_carry_42_messages),
		TEST(test_failed_call_does_not_say_where),
		TEST(test_faults_and_their_codes),
		TEST(test_long_messages_are_refused),
		TEST(test_a_register_is_too_long),
		TEST(test_power_cut_is_no_answer),
		TEST(test_violations_are_warned_of),
		TEST(test_names_and_options),
		TEST(test_a_card_has_one_user),
		TEST(test_a_killed_process_frees_the_card),
		TEST(test_no_standard_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
