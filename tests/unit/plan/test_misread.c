/* SPDX-License-Identifier: BSD-2-Clause */
/* Wires that read a word wrong in the same way each time: what looks as a stray program command
 * would leave it is whole, and its sector is not erased. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adapters.h"
#include "bytes.h"
#include "jobs_fixture.h"
#include "plan/plan_priv.h"
#include "said.h"

#define PAGE 0x100u
#define WORD 0x20u /* of the page */

/* An adapter's ops have no room for more. */
static struct {
	struct cx3_adapter_ops ops;
	uint32_t word; /* is read with its lowest one cleared */
} late;

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc = cx3_sim_ops.transfer(a, xfer, n, mark, err);

	for (size_t i = 0; i < n && rc == CX3_OK; i++) {
		for (unsigned at = 0; at + 4u <= xfer[i].rd_len; at += 4) {
			if (be32(xfer[i].rd + at) == late.word)
				put_be32(xfer[i].rd + at, late.word & (late.word - 1));
		}
	}
	return rc;
}

static void is_left_alone(void **state)
{
	uint8_t *before, *now, left[CX3_FLASH_PAGE] = {0};
	struct cx3_plan_health health = {0};
	struct cx3_writer w = {.health = &health};
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_MISREAD_01", &recipe);
	before = fixture_get(&b);
	fixture_open(&b, "", NULL);
	w.shadow = b.shadow;
	late.word = be32(before + PAGE + WORD);
	assert_true(late.word != 0 && late.word != UINT32_MAX);
	late.ops = cx3_sim_ops;
	late.ops.transfer = transfer;
	b.adapter->ops = &late.ops;
	assert_int_equal(cx3_plan_check_page(&w, PAGE, before + PAGE, left, &err), CX3_E_NOISE);
	b.adapter->ops = &cx3_sim_ops;
	assert_non_null(strstr(said(&err), "the wires read them wrong each time"));
	assert_true(w.damaged);
	assert_int_equal(health.astray, 0);
	fixture_close(&b);
	now = fixture_get(&b);
	assert_memory_equal(now, before, b.size);
	free(now);
	free(before);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
