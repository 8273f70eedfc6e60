/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that go astray, signatures that are none, and what survives a rewritten sector. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters.h"
#include "jobs_fixture.h"
#include "plan/plan.h"
#include "said.h"

#define PSID "MT_ASTRAY_001"
#define WORTH 0x40000u, 0x40000u /* something of worth behind the images, to the end */
#define COMMAND 0xf0400u
#define DATA 0xf0410u

/* What is damaged on the wire. One at a time: an adapter's ops have no room for more. */
static struct {
	struct cx3_adapter_ops ops;
	unsigned program;  /* the n-th program command, from 1, loses its address phase */
	unsigned read;	   /* the n-th reading of data after it, from 1, has a bit wrong */
	unsigned programs; /* so far */
	unsigned reads;	   /* since that one */
	unsigned erased;   /* ... before the first erase after it */
} wire;

static uint32_t word_at(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool is_program(const struct cx3_xfer *xfer)
{
	return xfer->wr_len == 8 && word_at(xfer->wr) == COMMAND &&
	       (word_at(xfer->wr + 4) & 0xff000cu) == 0x02000cu;
}

static bool is_erase(const struct cx3_xfer *xfer)
{
	return xfer->wr_len == 8 && word_at(xfer->wr) == COMMAND &&
	       (word_at(xfer->wr + 4) & 0xff000cu) == 0x20000cu;
}

static int one(struct cx3_adapter *a, const struct cx3_xfer *xfer, struct cx3_error *err)
{
	struct cx3_progress_mark mark;
	struct cx3_xfer own = *xfer;
	uint8_t bytes[80];
	int rc;

	memcpy(bytes, xfer->wr, xfer->wr_len);
	own.wr = bytes;
	if (is_program(xfer) && ++wire.programs == wire.program)
		bytes[7] &= (uint8_t)~0x08u;
	if (is_erase(xfer) && !wire.erased)
		wire.erased = wire.reads;
	rc = cx3_sim_ops.transfer(a, &own, 1, &mark, err);
	if (rc == CX3_OK && wire.programs >= wire.program && xfer->rd_len == 16 &&
	    word_at(bytes) == DATA && ++wire.reads == wire.read)
		xfer->rd[3] ^= 0x10;
	return rc;
}

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	*mark = (struct cx3_progress_mark){0};
	for (; mark->done < n; mark->done++) {
		int rc = one(a, &xfer[mark->done], err);

		if (rc != CX3_OK)
			return rc;
	}
	return CX3_OK;
}

struct scene {
	struct fixture b;
	uint8_t *before, *after, *image;
	uint32_t len;
	struct cx3_plan_health health;
	struct cx3_error err;
};

static int burn(struct scene *s, bool known)
{
	const struct cx3_burn_options options = {0};
	struct cx3_draft job = {0};
	const uint8_t *data;
	int rc;

	memset(&s->err, 0, sizeof(s->err));
	fixture_put(&s->b, s->before);
	fixture_open(&s->b, "", NULL);
	if (known)
		fixture_ok(cx3_shadow_read_all(s->b.shadow, &data, &s->err), &s->err);
	fixture_ok(fixture_draft_burn(s->b.shadow, s->image, s->len, &options, &job, &s->err),
		   &s->err);
	wire.ops = cx3_sim_ops;
	wire.ops.transfer = transfer;
	wire.programs = wire.reads = wire.erased = 0;
	s->b.adapter->ops = &wire.ops;
	s->health = (struct cx3_plan_health){0};
	rc = cx3_plan_run(job.plan, s->b.shadow, NULL, &s->health, &s->err);
	s->b.adapter->ops = &cx3_sim_ops;
	cx3_draft_free(&job);
	fixture_close(&s->b);
	return rc;
}

static void begin(struct scene *s, enum cx3_flash_reading reading, uint32_t from, uint32_t len)
{
	struct cx3_fs2_recipe recipe;

	memset(s, 0, sizeof(*s));
	memset(&wire, 0, sizeof(wire));
	fixture_with_image(&s->b, PSID, &recipe);
	s->b.reading = reading;
	s->before = fixture_get(&s->b);
	for (uint32_t i = from; i < from + len; i++)
		s->before[i] = (uint8_t)(i * 73 + (i >> 7));
	fixture_small_recipe(&recipe, PSID, 42);
	recipe.code_size = 5000;
	recipe.rom_size = 0;
	recipe.rom_count = 0;
	s->image = fixture_image(&recipe, &s->len);
	fixture_ok(burn(s, true), &s->err);
	s->after = fixture_get(&s->b);
}

static void end(struct scene *s)
{
	fixture_delete(&s->b);
	free(s->before);
	free(s->after);
	free(s->image);
}

static void expect_done(struct scene *s)
{
	uint8_t *now = fixture_get(&s->b);

	assert_memory_equal(now, s->after, s->b.size);
	free(now);
}

/* The address phase of a program is lost in the plain way: its first bytes become the
 * address. What was there is put back from the copy. */
static void put_back_where_it_is_known(void **state)
{
	unsigned astray = 0;
	struct scene s;

	(void)state;
	begin(&s, CX3_READ_PLAIN, WORTH);
	for (wire.program = 2; wire.program < 40; wire.program += 3) {
		fixture_ok(burn(&s, true), &s.err);
		expect_done(&s);
		astray += s.health.astray;
	}
	assert_true(astray > 4);
	end(&s);
}

/* Without a backup nothing is known of most places: then it is told, with the address. */
static void told_where_it_is_not_known(void **state)
{
	unsigned told = 0;
	struct scene s;

	(void)state;
	begin(&s, CX3_READ_PLAIN, WORTH);
	for (wire.program = 2; wire.program < 40; wire.program += 3) {
		if (burn(&s, false) == CX3_OK) {
			expect_done(&s);
			continue;
		}
		told++;
		assert_int_equal(s.err.code, CX3_E_VERIFY);
		assert_non_null(strstr(s.err.cause, "reads as if its bytes had gone there"));
		/* the place is "flash 0x..." */
		assert_non_null(strstr(s.err.cause, s.err.place + strlen("flash ")));
	}
	assert_true(told > 4);
	end(&s);
}

/* The sector that is put back has more in it, which is read before the erase. One of these
 * readings may be wrong. */
static void what_survives_is_read_twice(void **state)
{
	unsigned readings;
	struct scene s;

	(void)state;
	begin(&s, CX3_READ_PLAIN, WORTH);
	while (s.health.astray == 0) {
		wire.program++;
		fixture_ok(burn(&s, true), &s.err);
	}
	readings = wire.erased;
	assert_true(readings > 2 * CX3_FLASH_SECTOR / 16);
	for (unsigned i = 1; i < 2 * CX3_FLASH_SECTOR / 16; i += 23) {
		wire.read = readings - i;
		fixture_ok(burn(&s, true), &s.err);
		expect_done(&s);
		assert_int_equal(s.health.astray, 1);
	}
	end(&s);
}

/* An earlier reading showed a signature where none is: nothing is zeroed there. */
static void no_signature_is_not_zeroed(void **state)
{
	const struct cx3_burn_options options = {0};
	struct cx3_draft job = {0};
	struct cx3_error err = {0};
	const uint8_t *data;
	uint8_t *now;
	struct scene s;

	(void)state;
	begin(&s, CX3_READ_PROBE, WORTH);
	fixture_put(&s.b, s.before);
	fixture_open(&s.b, "", NULL);
	fixture_ok(cx3_shadow_read_all(s.b.shadow, &data, &err), &err);
	/* the one at 0, as if two wrong readings had been the same */
	memcpy(s.b.shadow->data + 0x40000, s.before, 16);
	s.b.shadow->trust[0x40000 / CX3_SHADOW_GRAIN] = CX3_TRUST_TWICE;
	fixture_ok(fixture_draft_burn(s.b.shadow, s.image, s.len, &options, &job, &err), &err);
	assert_int_equal(cx3_plan_run(job.plan, s.b.shadow, NULL, NULL, &err), CX3_E_NOISE);
	assert_string_equal(err.place, "flash 0x40000");
	cx3_draft_free(&job);
	fixture_close(&s.b);
	now = fixture_get(&s.b);
	assert_memory_equal(now + 0x40000, s.before + 0x40000, s.b.size - 0x40000);
	free(now);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_back_where_it_is_known),
		cmocka_unit_test(told_where_it_is_not_known),
		cmocka_unit_test(what_survives_is_read_twice),
		cmocka_unit_test(no_signature_is_not_zeroed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
