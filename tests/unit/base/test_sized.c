/* SPDX-License-Identifier: BSD-2-Clause */
/* Structs that begin with their size: a made-up one that has grown, from programs that know less of
 * it and more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/version.h"
#include "sized.h"

struct first {
	size_t size;
	uint32_t a;
	bool b;
};

struct second {
	size_t size;
	uint32_t a;
	bool b;
	const char *c;
};

/* As the library has it. */
struct grown {
	size_t size;
	uint32_t a;
	bool b;
	const char *c;
	uint32_t d;
};
#define CX3_LAST_grown b

struct newer {
	struct grown grown;
	uint64_t e;
};

/* A copy that ends where its memory does, so that the sanitizer sees who goes further. */
static void *at_end(const void *bytes, size_t len)
{
	void *copy = malloc(len);

	assert_non_null(copy);
	return memcpy(copy, bytes, len);
}

static void zero_is_the_first_version(void **state)
{
	struct first mine = {.a = 7, .b = true};
	struct first *theirs = at_end(&mine, sizeof(mine));
	struct grown own;

	(void)state;
	assert_int_equal(CX3_SIZED(grown).first, sizeof(struct first));
	assert_int_equal(cx3_sized_take(CX3_SIZED(grown), &own, theirs, NULL), CX3_OK);
	assert_int_equal(own.size, sizeof(own));
	assert_true(own.a == 7 && own.b && !own.c && own.d == 0);
	own = (struct grown){.a = 8, .c = "c", .d = 9};
	cx3_sized_give(CX3_SIZED(grown), theirs, &own);
	assert_true(theirs->size == 0 && theirs->a == 8 && !theirs->b);
	free(theirs);
}

static void null_is_all_zero(void **state)
{
	struct grown own = {.a = 1, .c = "c"};

	(void)state;
	assert_int_equal(CX3_TAKE(grown, &own, NULL, NULL), CX3_OK);
	assert_true(own.size == sizeof(own) && own.a == 0 && !own.b && !own.c && own.d == 0);
}

static void an_older_one_is_filled_up(void **state)
{
	const struct second mine = {.size = sizeof(mine), .a = 7, .c = "c"};
	struct second *theirs = at_end(&mine, sizeof(mine));
	struct grown own = {.d = 1};

	(void)state;
	assert_int_equal(cx3_sized_take(CX3_SIZED(grown), &own, theirs, NULL), CX3_OK);
	assert_true(own.size == sizeof(own) && own.a == 7 && own.d == 0);
	assert_ptr_equal(own.c, mine.c);
	own = (struct grown){.a = 8, .d = 9};
	cx3_sized_give(CX3_SIZED(grown), theirs, &own);
	assert_int_equal(theirs->size, sizeof(mine));
	assert_int_equal(theirs->a, 8);
	assert_null(theirs->c);
	free(theirs);
}

static void a_newer_one_may_ask_for_nothing_new(void **state)
{
	struct newer mine = {.grown = {.size = sizeof(mine), .a = 7, .d = 4}}, *theirs;
	struct cx3_error err = {0};
	struct grown own;

	(void)state;
	theirs = at_end(&mine, sizeof(mine));
	assert_int_equal(cx3_sized_take(CX3_SIZED(grown), &own, theirs, &err), CX3_OK);
	assert_true(own.size == sizeof(own) && own.a == 7 && own.d == 4);
	theirs->e = UINT64_C(1) << 63;
	assert_int_equal(cx3_sized_take(CX3_SIZED(grown), &own, theirs, &err), CX3_E_USAGE);
	assert_string_equal(err.place, "struct grown");
	assert_non_null(strstr(err.cause, "too old"));
	assert_non_null(strstr(err.cause, cx3_version_text()));
	/* a result: what the library does not know is cleared */
	cx3_sized_give(CX3_SIZED(grown), theirs, &(struct grown){.a = 5});
	assert_true(theirs->grown.size == sizeof(mine) && theirs->grown.a == 5 && theirs->e == 0);
	free(theirs);
}

static void memory_that_was_never_set_is_told(void **state)
{
	static const size_t wrong[] = {1, sizeof(size_t) - 1, CX3_SIZE_MOST + 1, SIZE_MAX};
	struct cx3_error err = {0};
	struct grown own, theirs = {.a = 7};

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		theirs.size = wrong[i];
		assert_int_equal(CX3_TAKE(grown, &own, &theirs, &err), CX3_E_USAGE);
		assert_string_equal(err.place, "struct grown");
		assert_int_equal(CX3_CHECK(grown, &theirs, NULL), CX3_E_USAGE);
		/* and nobody writes there */
		CX3_GIVE(grown, &theirs, &(struct grown){.a = 8});
		assert_true(theirs.size == wrong[i] && theirs.a == 7);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zero_is_the_first_version),
		cmocka_unit_test(null_is_all_zero),
		cmocka_unit_test(an_older_one_is_filled_up),
		cmocka_unit_test(a_newer_one_may_ask_for_nothing_new),
		cmocka_unit_test(memory_that_was_never_set_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
