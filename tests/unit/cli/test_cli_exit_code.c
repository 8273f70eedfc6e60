/* SPDX-License-Identifier: BSD-2-Clause */
/* Each error code has a documented exit code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/exit_code.h"

/* The last code of the enum; a code added after it makes the first test fail. */
#define LAST_CODE CX3_E_PART

static bool documented(enum exit_code code)
{
	for (unsigned i = 0; i < exit_meaning_count; i++) {
		if (exit_meanings[i].code == code)
			return true;
	}
	return false;
}

static void each_code_has_an_exit(void **state)
{
	(void)state;
	assert_string_equal(cx3_code_name((enum cx3_code)(LAST_CODE - 1)), "unknown");
	for (int code = CX3_OK; code >= LAST_CODE; code--) {
		enum exit_code answer = exit_code_of(code);

		assert_string_not_equal(cx3_code_name((enum cx3_code)code), "unknown");
		assert_int_equal(answer == EXIT_DONE, code == CX3_OK);
		assert_true(documented(answer));
	}
}

static void the_promised_ones(void **state)
{
	static const struct {
		enum cx3_code code;
		int answer;
	} promises[] = {
		{CX3_OK, 0},
		{CX3_E_USAGE, 2},
		{CX3_E_NO_DEVICE, 3},
		{CX3_E_PERMISSION, 3},
		{CX3_E_GONE, 3},
		{CX3_E_NO_ACK, 4},
		{CX3_E_BUS, 4},
		{CX3_E_WRONG_ID, 5},
		{CX3_E_LOCKED, 5},
		{CX3_E_SEMAPHORE, 5},
		{CX3_E_NO_FLASH, 6},
		{CX3_E_PROTECTED, 6},
		{CX3_E_STATUS_LOCKED, 6},
		{CX3_E_ROM, 9},
		{CX3_E_NEEDS_ERASE, 6},
		{CX3_E_COMMAND, 5},
		{CX3_E_PART, 6},
		{CX3_E_VERIFY, 6},
		{CX3_E_REFUSED, 7},
		{CX3_E_IMAGE, 8},
		{CX3_E_NO_IMAGE, 8},
		{CX3_E_WRONG_CARD, 9},
		{CX3_E_PSID, 9},
		{CX3_E_TOO_BIG, 9},
		{CX3_E_FILE, 10},
		{CX3_E_EXISTS, 10},
		{CX3_E_DISK_FULL, 10},
		{CX3_E_INTERRUPTED, 130},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++)
		assert_int_equal(exit_code_of(promises[i].code), promises[i].answer);
}

/* Programs compare them: a word that was once told stays. */
static const char *const words[] = {
	[-CX3_OK] = "ok",
	[-CX3_E_USAGE] = "usage",
	[-CX3_E_NO_MEMORY] = "no-memory",
	[-CX3_E_NOT_MINE] = "not-mine",
	[-CX3_E_NO_DEVICE] = "no-device",
	[-CX3_E_PERMISSION] = "permission",
	[-CX3_E_UNSUPPORTED] = "unsupported",
	[-CX3_E_GONE] = "gone",
	[-CX3_E_NO_ACK] = "no-ack",
	[-CX3_E_NACK_DATA] = "nack-data",
	[-CX3_E_BUS] = "bus",
	[-CX3_E_ARBITRATION] = "arbitration",
	[-CX3_E_TIMEOUT] = "timeout",
	[-CX3_E_TOO_LONG] = "too-long",
	[-CX3_E_IO] = "io",
	[-CX3_E_WRONG_ID] = "wrong-id",
	[-CX3_E_LOCKED] = "locked",
	[-CX3_E_SEMAPHORE] = "semaphore",
	[-CX3_E_GATEWAY] = "gateway",
	[-CX3_E_NO_FLASH] = "no-flash",
	[-CX3_E_UNKNOWN_PART] = "unknown-part",
	[-CX3_E_PROTECTED] = "protected",
	[-CX3_E_VERIFY] = "verify",
	[-CX3_E_IMAGE] = "image",
	[-CX3_E_NO_IMAGE] = "no-image",
	[-CX3_E_WRONG_CARD] = "wrong-card",
	[-CX3_E_PSID] = "psid",
	[-CX3_E_TOO_BIG] = "too-big",
	[-CX3_E_IDENTITY] = "identity",
	[-CX3_E_FILE] = "file",
	[-CX3_E_EXISTS] = "exists",
	[-CX3_E_DISK_FULL] = "disk-full",
	[-CX3_E_REFUSED] = "refused",
	[-CX3_E_INTERRUPTED] = "interrupted",
	[-CX3_E_INTERNAL] = "internal",
	[-CX3_E_IN_USE] = "in-use",
	[-CX3_E_NOISE] = "noise",
	[-CX3_E_CHANGED] = "changed",
	[-CX3_E_UNBOOTABLE] = "unbootable",
	[-CX3_E_FAILSAFE] = "failsafe",
	[-CX3_E_BACKUP] = "backup",
	[-CX3_E_NO_FOLDER] = "no-folder",
	[-CX3_E_SEMAPHORE_OURS] = "semaphore-ours",
	[-CX3_E_OTHER_TOOL] = "other-tool",
	[-CX3_E_NO_REGISTERS] = "no-registers",
	[-CX3_E_BOARD] = "board",
	[-CX3_E_KEY] = "access-key",
	[-CX3_E_STATUS_LOCKED] = "status-locked",
	[-CX3_E_ROM] = "rom",
	[-CX3_E_NEEDS_ERASE] = "needs-erase",
	[-CX3_E_COMMAND] = "command",
	[-CX3_E_PART] = "part",
};

static void the_words(void **state)
{
	(void)state;
	assert_int_equal(sizeof(words) / sizeof(words[0]), 1 - LAST_CODE);
	for (int i = 0; i <= -LAST_CODE; i++)
		assert_string_equal(cx3_code_name((enum cx3_code)(-i)), words[i]);
}

static void anything_else_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(exit_code_of(1), EXIT_OTHER);
	assert_int_equal(exit_code_of(LAST_CODE - 1), EXIT_OTHER);
	assert_int_equal(exit_code_of(INT32_MIN), EXIT_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_code_has_an_exit),
		cmocka_unit_test(the_promised_ones),
		cmocka_unit_test(the_words),
		cmocka_unit_test(anything_else_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
