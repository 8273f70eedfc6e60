/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Homes are judged by what was read. A bus that fails, or a user who stops the reading, is
 * no finding about an image: such a start must not be put on the list of those that go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fs2/homes.h"
#include "jobs_fixture.h"

#define SIZE (512u << 10)

/* A flash whose n-th reading fails. */
struct failing {
	const uint8_t *content;
	unsigned reads, fails_at;
	enum cx3_code code;
};

static int failing_read(void *user, uint32_t addr, void *buf, uint32_t len, struct cx3_error *err)
{
	struct failing *f = user;

	if (++f->reads == f->fails_at)
		return cx3_fail(err, f->code, "test", "It fails here.\nTry again.");
	memcpy(buf, f->content + addr, len);
	return CX3_OK;
}

static void a_failure_is_no_finding(void **state)
{
	static const enum cx3_code codes[] = {CX3_E_GONE, CX3_E_INTERRUPTED, CX3_E_NO_ACK};
	struct cx3_fs2_recipe recipe;
	uint8_t *content = malloc(SIZE), *image;
	struct cx3_homes homes;
	struct cx3_error err;
	uint32_t len;

	(void)state;
	assert_non_null(content);
	memset(content, 0xff, SIZE);
	fixture_small_recipe(&recipe, "MT_HOMES_0001", 36);
	image = fixture_image(&recipe, &len);
	fixture_lay(content, SIZE, image, len, false);
	fixture_lay(content, SIZE, image, len, true);
	for (unsigned n = 1;; n++) {
		struct failing f = {content, 0, n, codes[n % 3]};
		const struct cx3_fs2_source src = {.read = failing_read, .user = &f, .size = SIZE};
		int rc = cx3_homes_judge(&src, &homes, &err);

		if (f.reads < n) {
			assert_true(n > 10);
			assert_int_equal(rc, CX3_OK);
			break;
		}
		assert_int_equal(rc, codes[n % 3]);
		assert_int_equal(err.code, codes[n % 3]);
	}
	assert_int_equal(homes.count, 2);
	free(image);
	free(content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_failure_is_no_finding)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
