/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wires that read a word wrong in the same way each time. What looks as a stray program command
 * would leave it is whole, and its sector is not erased. Where the sector must be erased, for
 * another of its pages is damaged, the wrong word is not written into it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "adapters.h"
#include "bytes.h"
#include "jobs_fixture.h"
#include "plan/plan_priv.h"
#include "said.h"

#define PAGE 0x100u
#define OTHER_PAGE 0x200u
#define WORD 0x20u /* of the page */

/* An adapter's ops have no room for more. */
static struct {
	struct cx3_adapter_ops ops;
	uint32_t word;	/* is read with its lowest one cleared */
	uint32_t times; /* so often */
} late;

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc = cx3_sim_ops.transfer(a, xfer, n, mark, err);

	for (size_t i = 0; i < n && rc == CX3_OK; i++) {
		for (unsigned at = 0; at + 4u <= xfer[i].rd_len; at += 4) {
			if (be32(xfer[i].rd + at) != late.word || late.times == 0)
				continue;
			put_be32(xfer[i].rd + at, late.word & (late.word - 1));
			late.times--;
		}
	}
	return rc;
}

/* A card whose first sectors were read, and wires that read a word of them wrong. */
struct world {
	struct fixture b;
	struct cx3_plan_health health;
	struct cx3_writer w;
	struct cx3_error err;
	uint8_t *before;
};

static void begin(struct world *world, uint32_t at)
{
	struct cx3_fs2_recipe recipe;

	memset(world, 0, sizeof(*world));
	fixture_with_image(&world->b, "MT_MISREAD_01", &recipe);
	world->before = fixture_get(&world->b);
	fixture_open(&world->b, "", NULL);
	world->w.health = &world->health;
	world->w.shadow = world->b.shadow;
	fixture_ok(cx3_plan_be_sure(world->b.shadow, 0, 2 * CX3_FLASH_SECTOR, &world->err),
		   &world->err);
	late.word = be32(world->before + at);
	late.times = UINT32_MAX;
	assert_true(late.word != 0 && late.word != UINT32_MAX);
	late.ops = cx3_sim_ops;
	late.ops.transfer = transfer;
	world->b.adapter->ops = &late.ops;
}

/* A byte of the page loses its bits. */
static void damage(const struct world *world)
{
	int fd = open(world->b.file, O_WRONLY | O_CLOEXEC);

	assert_true(world->before[PAGE + WORD] != 0);
	assert_int_equal(pwrite(fd, "", 1, PAGE + WORD), 1);
	close(fd);
}

static int check(struct world *world)
{
	const uint8_t left[CX3_FLASH_PAGE] = {0};

	return cx3_plan_check_page(&world->w, PAGE, world->before + PAGE, left, &world->err);
}

/* How many bytes are not as they were. */
static unsigned end(struct world *world)
{
	unsigned changed = 0;
	uint8_t *now;

	world->b.adapter->ops = &cx3_sim_ops;
	fixture_close(&world->b);
	now = fixture_get(&world->b);
	for (uint32_t i = 0; i < world->b.size; i++)
		changed += now[i] != world->before[i];
	free(now);
	free(world->before);
	fixture_delete(&world->b);
	return changed;
}

static void is_left_alone(void **state)
{
	struct world world;

	(void)state;
	begin(&world, PAGE + WORD);
	assert_int_equal(check(&world), CX3_E_NOISE);
	assert_non_null(strstr(said(&world.err), "the wires read them wrong each time"));
	assert_true(world.w.damaged);
	assert_int_equal(world.health.astray, 0);
	assert_int_equal(end(&world), 0);
}

static void a_sector_is_not_erased_then(void **state)
{
	struct world world;

	(void)state;
	begin(&world, OTHER_PAGE + WORD);
	damage(&world);
	assert_int_equal(check(&world), CX3_E_NOISE);
	assert_non_null(strstr(said(&world.err), "the wires read them wrong each time"));
	assert_true(world.w.damaged);
	assert_int_equal(end(&world), 1); /* what was damaged */
}

/* The wires bring the word back right from the gateway's registers. */
static void what_was_known_is_written(void **state)
{
	struct world world;

	(void)state;
	begin(&world, OTHER_PAGE + WORD);
	damage(&world);
	late.times = 2;
	fixture_ok(check(&world), &world.err);
	assert_int_equal(world.health.astray, 1);
	assert_int_equal(end(&world), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_left_alone),
		cmocka_unit_test(a_sector_is_not_erased_then),
		cmocka_unit_test(what_was_known_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
