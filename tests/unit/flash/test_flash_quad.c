/* SPDX-License-Identifier: BSD-2-Clause */
/* The quad enable bit: where the model's parts have it, and that no other bit changes with it. */
#include "flash_fixture.h"
#include "sim/parts.h"

static void one_place_for_tool_and_model(void **state)
{
	static const enum cx3_flash_quad places[] = {[SIM_NO_QUAD] = CX3_QUAD_NONE,
						     [SIM_QUAD_1_6] = CX3_QUAD_STATUS1,
						     [SIM_QUAD_2_1] = CX3_QUAD_STATUS2};
	size_t count;
	const struct cx3_flash_part *parts = cx3_flash_parts(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct sim_part *model = sim_part_named(parts[i].name);
		enum cx3_flash_quad place = places[sim_quad_of(model)];

		/* of other chips than the model's; and in a register of its own */
		if (parts[i].jedec[0] == 0xc2 && parts[i].quad == CX3_QUAD_STATUS1)
			place = CX3_QUAD_STATUS1;
		if (strncmp(parts[i].name, "N25Q", 4) == 0)
			place = CX3_QUAD_CONFIG;
		if (parts[i].quad != place)
			fail_msg("%s: %d, not %d", parts[i].name, parts[i].quad, place);
	}
}

struct use {
	const char *options;
	uint32_t size;
	int rc;
};

/* With each other bit set that can be. */
static const struct use uses[] = {
	{"part=W25Q16,status=0xfc,status2=0x40", 0x200000, CX3_OK},
	{"part=W25Q32,status=0x44,status2=0x38,status3=0x60", 0x400000, CX3_OK},
	{"part=S25FL116K,status=0xdc", 0x200000, CX3_OK},
	{"part=IS25LP016,status=0xbc", 0x200000, CX3_OK},
	{"part=MX25L1606E,status=0xbc,qe=6", 0x200000, CX3_OK},
	{"part=MX25L1606E,status=0x3c", 0x200000, CX3_E_PROTECTED},
	{"part=W25Q16,status=0x04,status2=0x41", 0x200000, CX3_E_STATUS_LOCKED},
	{"part=M25PX16,status=0x04", 0x200000, CX3_E_PART},
	{"part=N25Q032A", 0x400000, CX3_E_PART},
	{"part=M25P16", 0x200000, CX3_E_PART},
};

static void no_other_bit_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct cx3_flash_protection before, now;
		char options[100];
		struct fixture b;
		int rc;

		fixture_make(&b, uses[i].size, 0);
		snprintf(options, sizeof(options), "livefish=1,%s", uses[i].options);
		fixture_must(&b, fixture_flash(&b, options, NULL));
		fixture_must(&b, cx3_flash_protection_read(b.flash, &before, &b.err));
		rc = cx3_flash_quad_write(b.flash, true, &b.err);
		if (rc != uses[i].rc)
			fail_msg("%s: %d, %s", options, rc, said(&b.err));
		fixture_must(&b, cx3_flash_protection_read(b.flash, &now, &b.err));
		assert_int_equal(cx3_flash_quad_enabled(cx3_flash_part(b.flash), &now),
				 rc == CX3_OK);
		assert_int_equal(now.len, before.len);
		if (rc == CX3_OK)
			fixture_must(&b, cx3_flash_quad_write(b.flash, false, &b.err));
		fixture_must(&b, cx3_flash_protection_read(b.flash, &now, &b.err));
		assert_memory_equal(&now, &before, sizeof(now));
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

/* The WP# pin that holds the registers is none any more once QE is set. */
static void pins(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=W25Q16,status=0x80,wp=1", NULL));
	assert_int_equal(cx3_flash_quad_write(b.flash, true, &b.err), CX3_E_PROTECTED);
	fixture_close(&b);
	fixture_must(&b, fixture_flash(&b, "part=W25Q16,status=0x80,status2=2,wp=1", NULL));
	fixture_must(&b, cx3_flash_quad_write(b.flash, false, &b.err));
	fixture_close(&b);
	fixture_free(&b);
}

static void set_by_its_maker(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=W25Q16JV-M,qe=fixed", NULL));
	assert_int_equal(cx3_flash_quad_write(b.flash, false, &b.err), CX3_E_PROTECTED);
	assert_non_null(strstr(said(&b.err), "its maker has set it for good"));
	fixture_close(&b);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_place_for_tool_and_model),
		cmocka_unit_test(no_other_bit_changes),
		cmocka_unit_test(pins),
		cmocka_unit_test(set_by_its_maker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
