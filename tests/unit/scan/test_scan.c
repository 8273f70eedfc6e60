/* SPDX-License-Identifier: BSD-2-Clause */
/* A scan of one named device: the card, one that is in use, and the speed hint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/prctl.h>
#include <unistd.h>

#include "cx3flash/scan.h"
#include "sim_fixture.h"

static struct fixture f;
static struct cx3_bus *buses;
static size_t count;

static int setup(void **state)
{
	(void)state;
	fixture_make(&f, FIXTURE_SIZE);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(buses);
	buses = NULL;
	fixture_remove(&f);
	return 0;
}

static int scan(void)
{
	const struct cx3_scan_options options = {.device = f.device};
	struct cx3_error err;

	snprintf(f.device, sizeof(f.device), "sim:%s", f.file);
	return cx3_scan(&options, NULL, &buses, &count, &err);
}

static void a_card_is_found(void **state)
{
	(void)state;
	assert_int_equal(scan(), CX3_OK);
	assert_int_equal(count, 1);
	assert_int_equal(buses[0].finding, CX3_BUS_CARD);
	assert_int_equal(buses[0].id.hw_id, 0x1f7);
}

static void one_that_is_in_use_is_told(void **state)
{
	char words[64];

	(void)state;
	fixture_open(&f, "");
	prctl(PR_SET_NAME, "test_scan"); /* under valgrind it has another name */
	assert_int_equal(scan(), CX3_OK);
	assert_int_equal(count, 1);
	assert_int_equal(buses[0].finding, CX3_BUS_FAILED);
	assert_int_equal(buses[0].code, CX3_E_IN_USE);
	snprintf(words, sizeof(words), "in use by process %d (test_scan)", (int)getpid());
	if (!strstr(buses[0].words, words))
		fail_msg("%s lacks %s", buses[0].words, words);
}

static void the_simulated_card_has_no_hint(void **state)
{
	struct cx3_adapter *adapter;
	char words[200], device[120];

	(void)state;
	snprintf(device, sizeof(device), "sim:%s", f.file);
	assert_int_equal(cx3_adapter_open(device, NULL, &adapter, NULL), CX3_OK);
	assert_false(cx3_scan_speed_hint(adapter, words, sizeof(words)));
	cx3_adapter_close(adapter);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_card_is_found),
		TEST(one_that_is_in_use_is_told),
		TEST(the_simulated_card_has_no_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
