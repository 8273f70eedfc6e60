/* SPDX-License-Identifier: BSD-2-Clause */
/* The self test: what it tells of a right and of each wrong wiring. */
#include "ft232h_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char report[2000];

static void collect(void *user, const char *text)
{
	size_t len = strlen(report);

	(void)user;
	snprintf(report + len, sizeof(report) - len, "%s\n", text);
}

static int test(struct fixture *fixture, struct cx3_error *err)
{
	report[0] = '\0';
	return fixture->adapter->ops->selftest(fixture->adapter, collect, NULL, err);
}

static void all_right(void **state)
{
	static const struct {
		enum mpsse_chip chip;
		unsigned hz;
		const char *measured;
	} cases[] = {
		{CHIP_FT232H, 400000, "measured 40"},
		{CHIP_FT232H, 100000, "set to 75.8 kHz, measured 7"},
		{CHIP_FT2232H, 400000, "measured 40"},
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct fixture fixture;
		struct cx3_error err = {0};

		fixture_init(&fixture, cases[i].chip, 150, cases[i].hz);
		assert_int_equal(fixture_open(&fixture, cases[i].hz, &err), CX3_OK);
		if (test(&fixture, &err) != CX3_OK)
			fail_msg("%s\n%s", report, said(&err));
		assert_non_null(strstr(report, "all right"));
		assert_non_null(strstr(report, "0x48: answers"));
		if (!strstr(report, cases[i].measured))
			fail_msg("%s", report);
		fixture_assert_clean(&fixture);
		fixture_close(&fixture);
	}
}

static void expect(struct fixture *fixture, int code, const char *says)
{
	struct cx3_error err = {0};

	wire_update(&fixture->host.chip.wire);
	assert_int_equal(test(fixture, &err), code);
	if (!strstr(said(&err), says))
		fail_msg("expected \"%s\" in \"%s\"", says, said(&err));
	assert_null(strstr(report, "all right"));
}

static void what_is_wrong_is_told(void **state)
{
	struct fixture fixture;
	struct cx3_error err = {0};
	struct wire_faults *faults = &fixture.host.chip.wire.faults;

	(void)state;
	fixture_init(&fixture, CHIP_FT232H, 150, 400000);
	assert_int_equal(fixture_open(&fixture, 400000, &err), CX3_OK);
	faults->stuck_low[WIRE_SCL] = true;
	expect(&fixture, CX3_E_BUS, "SCL is low");
	*faults = (struct wire_faults){.stuck_low = {false, true}};
	expect(&fixture, CX3_E_BUS, "SDA stays low");
	memset(faults, 0, sizeof(*faults));
	fixture.host.chip.wire.rise_ns[WIRE_SDA] = 50000;
	expect(&fixture, CX3_E_BUS, "SDA does not come up");
	fixture.host.chip.wire.rise_ns[WIRE_SDA] = 1200;
	wire_advance(&fixture.host.chip.wire, 100000);
	expect(&fixture, CX3_E_BUS, "SDA does not follow at 400000 Hz");
	fixture.host.chip.wire.rise_ns[WIRE_SDA] = 0;
	wire_advance(&fixture.host.chip.wire, 100000);
	fixture.adapter->addr = 0x50;
	expect(&fixture, CX3_E_NO_ACK, "nothing answers at 0x50");
	fixture.host.unplug_at = fixture.host.writes + fixture.host.reads + 3;
	expect(&fixture, CX3_E_GONE, "unplugged");
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_right),
		cmocka_unit_test(what_is_wrong_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
