/* SPDX-License-Identifier: BSD-2-Clause */
/* Write protection: the tool's table against the model's, in both directions, and written. */
#include "sim/parts.h"
#include "wrapped.h"

#include "flash/flash_priv.h"

struct area {
	uint32_t start, len;
};

/* Each part, status register 1 and CMP: fn is called with what the tool makes of it. */
static void walk(void (*fn)(const struct cx3_flash_part *part, const uint8_t *status,
			    struct area area, bool exact))
{
	size_t count;
	const struct cx3_flash_part *parts = cx3_flash_parts(&count);

	for (size_t i = 0; i < count; i++) {
		for (unsigned s = 0; s < 512; s++) {
			uint8_t status[2] = {(uint8_t)s, s & 256 ? 0x40 : 0};
			struct area area;
			bool exact = cx3_flash_protected_area(&parts[i], status, &area.start,
							      &area.len);

			fn(&parts[i], status, area, exact);
		}
	}
}

/*
 * A tool that believes too little to be protected is refused in the middle of a burn; a
 * model that protects too little would not show it. So both must be the same.
 */
static void same_as_model(const struct cx3_flash_part *part, const uint8_t *status,
			  struct area area, bool exact)
{
	struct area model;

	(void)exact;
	sim_bits_area(sim_part_named(part->name), status, &model.start, &model.len);
	if (area.len < model.len)
		fail_msg("%s, status %02x %02x: 0x%x bytes protected, the model has 0x%x",
			 part->name, status[0], status[1], area.len, model.len);
	if (area.len != model.len || area.start != model.start)
		fail_msg("%s, status %02x %02x: the model protects less", part->name, status[0],
			 status[1]);
}

static void tool_and_model_agree(void **state)
{
	(void)state;
	walk(same_as_model);
}

/* From an area to bits and back. What is not exact is never offered. */
static void there_and_back(const struct cx3_flash_part *part, const uint8_t *status,
			   struct area area, bool exact)
{
	struct cx3_flash_protection p = {.status = {status[0], status[1], 0}};
	struct area again;

	if (!exact)
		return;
	assert_int_equal(cx3_flash_protection_of(part, area.start, area.len, &p, NULL), CX3_OK);
	assert_true(cx3_flash_protected_area(part, p.status, &again.start, &again.len));
	if (again.start != area.start || again.len != area.len)
		fail_msg("%s: 0x%x bytes at 0x%x come back as 0x%x at 0x%x", part->name, area.len,
			 area.start, again.len, again.start);
	/* SRWD is not protection */
	assert_int_equal(p.status[0] & 0x80, status[0] & 0x80);
}

static void areas_to_bits(void **state)
{
	(void)state;
	walk(there_and_back);
}

static void impossible_areas(void **state)
{
	static const struct {
		uint8_t jedec[3];
		struct area area;
	} cases[] = {
		{{0x20, 0x71, 0x15}, {0x10000, 0x10000}},  /* neither end */
		{{0x20, 0x20, 0x15}, {0, 0x10000}},	   /* no TB */
		{{0xef, 0x40, 0x15}, {0, 0x3000}},	   /* 12 KiB */
		{{0x9d, 0x60, 0x15}, {0x1f0000, 0x10000}}, /* TB is not read: not known */
		{{0x1f, 0x46, 0x02}, {0, 0x10000}},	   /* sector by sector */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cx3_flash_protection p = {.status = {0x80, 0x02, 0}};
		struct cx3_error err;

		assert_int_equal(cx3_flash_protection_of(cx3_flash_find_part(cases[i].jedec),
							 cases[i].area.start, cases[i].area.len, &p,
							 &err),
				 CX3_E_USAGE);
		assert_int_equal(p.status[0], 0x80);
		assert_true(err.next[0]);
	}
}

/* What is known about the whole, whatever the chip behind the id. */
static void not_exact(void **state)
{
	static const struct {
		uint8_t jedec[3], status[2];
		bool exact;
		uint32_t len;
	} cases[] = {
		{{0xc2, 0x20, 0x17}, {0x04, 0}, false, 0x800000}, /* TB elsewhere */
		{{0xc2, 0x20, 0x18}, {0x04, 0}, false, 0x1000000},
		{{0xc2, 0x20, 0x16}, {0x04, 0}, true, 0x10000},
		{{0xc2, 0x20, 0x16}, {0x20, 0}, false, 0x400000}, /* BP3, or inverted */
		{{0x9d, 0x60, 0x18}, {0x04, 0}, false, 0x1000000},
		{{0x01, 0x02, 0x15}, {0x04, 0}, false, 0x400000},
		{{0x01, 0x02, 0x15}, {0x1c, 0}, true, 0x400000},
		{{0x1f, 0x46, 0x02}, {0x04, 0}, false, 0x200000}, /* some sectors */
		{{0xef, 0x40, 0x15}, {0x58, 0x40}, false, 0x200000},
		{{0xef, 0x40, 0x15}, {0x00, 0}, true, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cx3_flash_part *part = cx3_flash_find_part(cases[i].jedec);
		uint32_t start, len;

		assert_int_equal(cx3_flash_protected_area(part, cases[i].status, &start, &len),
				 cases[i].exact);
		assert_int_equal(len, cases[i].len);
	}
}

/* Lifted for a write, and put back to the bit; QE and the like never change. */
static void put_back(void **state)
{
	static const struct {
		const char *options;
		uint32_t size;
	} cases[] = {
		{"part=M25PX16,status=0x34", 0x200000},
		{"part=W25Q16,status=0x68,status2=0x42", 0x200000},
		{"part=W25Q32,status=0x14,status2=0x02", 0x400000},
		{"part=N25Q064A,status=0x64", 0x800000},
		{"part=MX25L1606E,status=0x64", 0x200000},
		{"part=MX25L12805D,status=0x48", 0x1000000},
		{"part=S25FL032P,status=0x08", 0x400000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cx3_flash_protection before, after;
		char options[80];
		struct fixture b;

		fixture_make(&b, cases[i].size, 0x20000);
		snprintf(options, sizeof(options), "livefish=1,%s", cases[i].options);
		fixture_must(&b, fixture_flash(&b, options, NULL));
		fixture_must(&b, cx3_flash_protection_read(b.flash, &before, &b.err));
		assert_true(before.len > 0);
		fixture_must(&b, cx3_flash_unprotect(b.flash, &b.err));
		fixture_must(&b, cx3_flash_protection_read(b.flash, &after, &b.err));
		assert_int_equal(after.len, 0);
		fixture_must(&b, cx3_flash_erase(b.flash, 0, CX3_FLASH_BLOCK, &b.err));
		fixture_must(&b, cx3_flash_protection_write(b.flash, &before, &b.err));
		fixture_must(&b, cx3_flash_protection_read(b.flash, &after, &b.err));
		assert_memory_equal(&before, &after, sizeof(before));
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

/* All sectors protected, and the register locked by SPRL: lifted and put back. */
static void put_back_on_at25df(void **state)
{
	struct cx3_flash_protection before, after;
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x20000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=AT25DF161,status=0x9c", NULL));
	fixture_must(&b, cx3_flash_protection_read(b.flash, &before, &b.err));
	assert_int_equal(before.lock_kind, CX3_LOCK_SECTORS);
	assert_int_equal(before.register_lock, CX3_REGISTER_PIN);
	assert_int_equal(before.len, BENCH_SIZE);
	fixture_must(&b, cx3_flash_erase(b.flash, 0, CX3_FLASH_BLOCK, &b.err));
	fixture_must(&b, cx3_flash_protection_read(b.flash, &after, &b.err));
	assert_int_equal(after.len, 0);
	fixture_must(&b, cx3_flash_protection_write(b.flash, &before, &b.err));
	fixture_must(&b, cx3_flash_protection_read(b.flash, &after, &b.err));
	assert_memory_equal(&before, &after, sizeof(before));
	/* the next write lifts it again */
	fixture_must(&b, cx3_flash_erase(b.flash, 0x10000, CX3_FLASH_BLOCK, &b.err));
	/* some sectors: which they were is not known */
	before.status[0] = 0x14;
	assert_int_equal(cx3_flash_protection_write(b.flash, &before, &b.err), CX3_E_PART);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* The bits that are wanted, found and written: what "protect the lower half" needs. */
static void protect_a_range(void **state)
{
	struct cx3_flash_protection p;
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x20000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=W25Q16,status2=0x02", NULL));
	fixture_must(&b, cx3_flash_protection_read(b.flash, &p, &b.err));
	fixture_must(&b, cx3_flash_protection_of(cx3_flash_part(b.flash), 0, 0x100000, &p, &b.err));
	fixture_must(&b, cx3_flash_protection_write(b.flash, &p, &b.err));
	fixture_must(&b, cx3_flash_protection_read(b.flash, &p, &b.err));
	assert_true(p.exact);
	assert_int_equal(p.start, 0);
	assert_int_equal(p.len, 0x100000);
	assert_int_equal(p.status[1] & 0x02, 0x02); /* QE */
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* WPS: the BP bits read 0 and everything is locked, until power-off if it is opened. */
static void block_locks(void **state)
{
	struct cx3_flash_status status = {.size = sizeof(status)};
	struct cx3_flash_protection p = {.lock_kind = CX3_LOCK_BITS};
	struct fixture b;

	(void)state;
	fixture_make(&b, 0x400000, 0x20000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=W25Q32,status3=0x64", NULL));
	fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
	assert_int_equal(status.protected_len, 0x400000);
	assert_int_equal(status.protection.lock_kind, CX3_LOCK_BLOCKS);
	assert_int_equal(status.protection.status[2], 0x64);
	assert_int_equal(
		cx3_flash_protection_of(cx3_flash_part(b.flash), 0, 0, &status.protection, &b.err),
		CX3_E_PART);
	fixture_must(&b, cx3_flash_unprotect(b.flash, &b.err));
	fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
	assert_int_equal(status.protected_len, 0);
	fixture_must(&b, cx3_flash_erase(b.flash, 0x10000, CX3_FLASH_SECTOR, &b.err));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);

	/* a chip of the same id that has no status 3: its answer is all ones */
	p.status[2] = 0xff;
	cx3_flash_protection_decode(cx3_flash_find_part((const uint8_t[]){0xef, 0x40, 0x16}), false,
				    &p);
	assert_int_equal(p.lock_kind, CX3_LOCK_BITS);
	assert_int_equal(p.len, 0);
	/* some chips of this id may have locks that are not read: said so */
	cx3_flash_protection_decode(cx3_flash_find_part((const uint8_t[]){0xc2, 0x20, 0x18}), false,
				    &p);
	assert_int_equal(p.lock_kind, CX3_LOCK_BITS_OR_BLOCKS);
}

/* SRP1: nothing is written, and the WP# pin is not blamed. */
static void locked_registers(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b,
		     fixture_flash(&b, "livefish=1,part=W25Q16,status=0x1c,status2=0x01", NULL));
	wrap_reads(&b, 0xf0400, 0, 0);
	wrap.counted_word = 0x01u << 16;
	wrap.counted_mask = 0xffu << 16;
	assert_int_equal(cx3_flash_unprotect(b.flash, &b.err), CX3_E_STATUS_LOCKED);
	assert_non_null(strstr(said(&b.err), "SRP1"));
	assert_null(strstr(said(&b.err), "WP#"));
	assert_int_equal(wrap.writes, 0);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* SST's parts take a status write only after EWSR, all but one of them. */
static void sst_wants_ewsr(void **state)
{
	static const struct {
		const char *name;
		uint32_t size;
	} parts[] = {{"SST25VF040B", 0x80000},
		     {"SST25VF080B", 0x100000},
		     {"SST25VF016B", 0x200000},
		     {"SST25VF032B", 0x400000}};

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		for (unsigned plain = 0; plain < 2; plain++) {
			struct cx3_flash_options how = {.reading = plain ? CX3_READ_PLAIN
									 : CX3_READ_PROBE};
			char options[64];
			struct fixture b;

			fixture_make(&b, parts[i].size, 0x20000);
			snprintf(options, sizeof(options), "livefish=1,part=%s", parts[i].name);
			fixture_must(&b, fixture_flash(&b, options, &how));
			fixture_must(&b, cx3_flash_erase(b.flash, 0, CX3_FLASH_BLOCK, &b.err));
			memset(b.content, 0xff, CX3_FLASH_BLOCK);
			fixture_must(&b, fixture_compare(&b, 0, b.content, CX3_FLASH_BLOCK));
			fixture_close(&b);
			fixture_no_violation(&b);
			fixture_free(&b);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tool_and_model_agree),
		cmocka_unit_test(areas_to_bits),
		cmocka_unit_test(impossible_areas),
		cmocka_unit_test(not_exact),
		cmocka_unit_test(put_back),
		cmocka_unit_test(put_back_on_at25df),
		cmocka_unit_test(protect_a_range),
		cmocka_unit_test(block_locks),
		cmocka_unit_test(locked_registers),
		cmocka_unit_test(sst_wants_ewsr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
