/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drive strength and dummy cycles: on which parts, what the registers hold, and that no other bit
 * changes. Faults are in tests/faults/flash_setting.c.
 */
#include "flash_fixture.h"

#define STRENGTH CX3_SETTING_DRIVER_STRENGTH
#define CYCLES CX3_SETTING_DUMMY_CYCLES
#define UNKNOWN ((enum cx3_flash_setting)7)
#define STEPS "25, 50, 75 or 100"

static int open_card(struct fixture *b, const char *options)
{
	char all[120];

	snprintf(all, sizeof(all), "livefish=1,%s", options);
	return fixture_flash(b, all, NULL);
}

struct reading {
	const char *options;
	uint32_t size;
	enum cx3_flash_setting setting;
	bool there, sure;
	unsigned number;
};

static const struct reading readings[] = {
	{"part=W25Q40,drv=1,status3=0x80", 0x80000, STRENGTH, true, true, 100},
	{"part=W25Q40,drv=1,status3=0x20", 0x80000, STRENGTH, true, true, 75},
	{"part=W25Q16,drv=1,status3=0x44", 0x200000, STRENGTH, true, true, 50},
	{"part=W25Q32,status3=0x60", 0x400000, STRENGTH, true, true, 25},
	{"part=W25Q16JV-M,status3=0x00", 0x200000, STRENGTH, true, false, 100},
	{"part=W25Q16", 0x200000, STRENGTH, false, true, 25},
	{"part=W25Q32,drv=0", 0x400000, STRENGTH, false, true, 25},
	{"part=W25Q16,drv=2", 0x200000, STRENGTH, true, false, 100},
	{"part=N25Q032A", 0x400000, STRENGTH, false, false, 0},
	{"part=S25FL116K", 0x200000, STRENGTH, false, false, 0},
	{"part=W25X16", 0x200000, STRENGTH, false, false, 0},
	{"part=M25PX16", 0x200000, CYCLES, false, false, 0},
	{"part=W25Q16", 0x200000, CYCLES, false, false, 0},
	{"part=N25Q032A", 0x400000, CYCLES, true, true, 15},
	{"part=N25Q032A,nvcr=0x8fdf", 0x400000, CYCLES, true, true, 8},
	{"part=N25Q032A,nvcr=0x0ffb", 0x400000, CYCLES, true, false, 0},
};

static void read_where_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		const struct reading *r = &readings[i];
		struct cx3_flash_value value;
		struct fixture b;
		char part[40];

		fixture_make(&b, r->size, 0);
		/* the bits of the last one count from power-on: it is on already */
		snprintf(part, sizeof(part), "%.*s", (int)strcspn(r->options, ","), r->options);
		fixture_must(&b, open_card(&b, part));
		fixture_close(&b);
		fixture_must(&b, open_card(&b, r->options));
		fixture_must(&b, cx3_flash_setting_read(b.flash, r->setting, &value, &b.err));
		if (value.there != r->there || value.sure != r->sure || value.number != r->number)
			fail_msg("%s: %d %d %u", r->options, value.there, value.sure, value.number);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

struct use {
	const char *part, *options;
	uint32_t size;
	enum cx3_flash_setting setting;
	unsigned number, raw; /* raw: what the register is after a power-off */
	int rc;
	const char *text;
};

/* With each other bit set that can be. */
static const struct use uses[] = {
	{"part=W25Q16,drv=1", ",status=0x7c,status2=0x7a,status3=0x84", 0x200000, STRENGTH, 25,
	 0xe4, CX3_OK, ""},
	{"part=W25Q32", ",status=0x44,status2=0x02,status3=0xe4", 0x400000, STRENGTH, 100, 0x84,
	 CX3_OK, ""},
	{"part=W25Q16JV-M", ",status=0x80,status3=0x60", 0x200000, STRENGTH, 75, 0x20, CX3_OK, ""},
	{"part=W25Q16JV-M", ",status3=0x60", 0x200000, STRENGTH, 25, 0x60, CX3_OK, ""},
	{"part=W25Q16", ",status=0x1c", 0x200000, STRENGTH, 50, 0xff, CX3_E_PART,
	 "several kinds of chips share its id"},
	{"part=W25Q32,drv=2", ",status=0x1c", 0x400000, STRENGTH, 50, 0x00, CX3_E_PART,
	 "it reads 0x00"},
	{"part=W25Q16,drv=1", ",status2=0x01,status3=0x60", 0x200000, STRENGTH, 50, 0x60,
	 CX3_E_STATUS_LOCKED, "SRP1 is set"},
	{"part=M25PX16", "", 0x200000, STRENGTH, 50, 0, CX3_E_PART, "no such setting"},
	{"part=N25Q032A", ",status=0xfc,nvcr=0xffff", 0x400000, CYCLES, 1, 0x1fff, CX3_OK, ""},
	{"part=N25Q032A", ",nvcr=0x1e5f", 0x400000, CYCLES, 15, 0xfe5f, CX3_OK, ""},
	{"part=W25Q16", "", 0x200000, CYCLES, 4, 0, CX3_E_PART, "no such setting"},
	/* values that would become another one, or other bits of the register */
	{"part=W25Q16,drv=1", ",status3=0x60", 0x200000, STRENGTH, 0, 0x60, CX3_E_USAGE, STEPS},
	{"part=W25Q16,drv=1", ",status3=0x60", 0x200000, STRENGTH, 30, 0x60, CX3_E_USAGE, STEPS},
	{"part=W25Q16,drv=1", ",status3=0x60", 0x200000, STRENGTH, 125, 0x60, CX3_E_USAGE, STEPS},
	{"part=W25Q16,drv=1", ",status3=0x60", 0x200000, STRENGTH, 200, 0x60, CX3_E_USAGE, STEPS},
	{"part=N25Q032A", ",nvcr=0x8fdf", 0x400000, CYCLES, 0, 0x8fdf, CX3_E_USAGE, "1 to 15"},
	{"part=N25Q032A", ",nvcr=0x8fdf", 0x400000, CYCLES, 16, 0x8fdf, CX3_E_USAGE, "1 to 15"},
	{"part=N25Q032A", ",nvcr=0x8fdf", 0x400000, CYCLES, 300, 0x8fdf, CX3_E_USAGE, "1 to 15"},
	{"part=N25Q032A", "", 0x400000, UNKNOWN, 1, 0, CX3_E_USAGE, "No setting of the flash"},
	{"part=W25Q16,drv=1", "", 0x200000, CX3_SETTING_NONE, 25, 0, CX3_E_USAGE,
	 "No setting of the flash"},
};

static void no_other_bit_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		const struct use *u = &uses[i];
		struct cx3_flash_protection before, now;
		struct cx3_flash_value value;
		struct fixture b;
		char options[120];
		int rc;

		fixture_make(&b, u->size, 0);
		snprintf(options, sizeof(options), "%s%s", u->part, u->options);
		fixture_must(&b, open_card(&b, options));
		fixture_must(&b, cx3_flash_protection_read(b.flash, &before, &b.err));
		rc = cx3_flash_setting_write(b.flash, u->setting, u->number, &b.err);
		if (rc != u->rc || (rc && !strstr(said(&b.err), u->text)))
			fail_msg("%s: %d, %s", options, rc, said(&b.err));
		fixture_close(&b);
		snprintf(options, sizeof(options), "%s,power-cycle=1", u->part);
		fixture_must(&b, open_card(&b, options));
		fixture_must(&b, cx3_flash_setting_read(b.flash, u->setting, &value, &b.err));
		fixture_must(&b, cx3_flash_protection_read(b.flash, &now, &b.err));
		if (value.raw != u->raw)
			fail_msg("%s: 0x%x", options, value.raw);
		assert_memory_equal(now.status, before.status, 2);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

/* A chip whose register says quad, dual or XIP is not written to: it is another kind of chip, or
 * one that its next power-on makes unreadable. */
static void odd_registers(void **state)
{
	static const unsigned odd[] = {0x0000, 0xfff7, 0xfffb, 0xfdff, 0xfbff, 0xf7ff};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct cx3_flash_value value;
		struct fixture b;
		char options[80];

		fixture_make(&b, 0x400000, 0);
		fixture_must(&b, open_card(&b, "part=N25Q032A"));
		fixture_close(&b);
		snprintf(options, sizeof(options), "part=N25Q032A,nvcr=0x%x", odd[i]);
		fixture_must(&b, open_card(&b, options));
		assert_int_equal(cx3_flash_setting_write(b.flash, CYCLES, 4, &b.err), CX3_E_PART);
		fixture_must(&b, cx3_flash_setting_read(b.flash, CYCLES, &value, &b.err));
		assert_int_equal(value.raw, odd[i]);
		fixture_close(&b);
		/* ... and that is what the next power-on does */
		assert_int_not_equal(open_card(&b, "part=N25Q032A,power-cycle=1"), CX3_OK);
		fixture_free(&b);
	}
}

/* The WP# pin holds register 3 as well; nothing tells that from a chip that has none. */
static void pins(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0);
	fixture_must(&b, open_card(&b, "part=W25Q16,drv=1,status=0x80,status3=0x60,wp=1"));
	assert_int_equal(cx3_flash_setting_write(b.flash, STRENGTH, 50, &b.err), CX3_E_PROTECTED);
	assert_non_null(strstr(said(&b.err), "its WP# pin may hold it"));
	fixture_close(&b);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_where_it_is),
		cmocka_unit_test(no_other_bit_changes),
		cmocka_unit_test(odd_registers),
		cmocka_unit_test(pins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
