/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes that do not read back as written: noise, lost bits, a worn-out sector. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "cx3flash/adapterops.h"
#include "jobs_fixture.h"
#include "plan/plan.h"
#include "said.h"

/* A hand in the flash: what it does to the content while a job runs. */
struct hand {
	const char *file;
	uint32_t addr;
	uint8_t value;
	unsigned times; /* how often it acts */
	const struct cx3_adapter_ops *real;
	struct cx3_adapter_ops ops;
};

/* cmocka tests run one at a time: the adapter's interface has no room for it */
static struct hand hand;

static void act(void)
{
	int fd = open(hand.file, O_RDWR);
	uint8_t now;

	if (fd < 0 || pread(fd, &now, 1, (off_t)hand.addr) != 1)
		abort();
	/* it waits until something was written there */
	if (now != 0xff && now != hand.value && hand.times > 0) {
		hand.times--;
		if (pwrite(fd, &hand.value, 1, (off_t)hand.addr) != 1)
			abort();
	}
	close(fd);
}

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc = hand.real->transfer(a, xfer, n, mark, err);

	act();
	return rc;
}

static void hold_hand(struct fixture *b, uint32_t addr, uint8_t value, unsigned times)
{
	hand = (struct hand){.file = b->file, .addr = addr, .value = value, .times = times};
	hand.real = b->adapter->ops;
	hand.ops = *hand.real;
	hand.ops.transfer = transfer;
	b->adapter->ops = &hand.ops;
}

static uint8_t *fresh_image(uint32_t *len)
{
	struct cx3_fs2_recipe recipe;

	fixture_small_recipe(&recipe, "MT_RETRY_0001", 42);
	return fixture_image(&recipe, len);
}

static int burn_with_hand(struct fixture *b, const char *card, uint32_t addr, uint8_t value,
			  unsigned times, struct cx3_error *err)
{
	const struct cx3_burn_options options = {0};
	struct cx3_fs2_recipe recipe;
	struct cx3_draft burn;
	uint8_t *image;
	uint32_t len;
	int rc;

	fixture_with_image(b, "MT_RETRY_0001", &recipe);
	image = fresh_image(&len);
	fixture_open(b, card, NULL);
	fixture_ok(fixture_draft_burn(b->shadow, image, len, &options, &burn, err), err);
	hold_hand(b, addr, value, times);
	rc = cx3_plan_run(burn.plan, b->shadow, NULL, NULL, err);
	b->adapter->ops = hand.real;
	cx3_draft_free(&burn);
	free(image);
	fixture_close(b);
	return rc;
}

/* A byte of the new image that has zero bits to lose. */
#define SPOT 0x12345u

/* Bits that went to zero can't be programmed back: the sector is erased and written again. */
static void lost_bits_cost_an_erase(void **state)
{
	static const char *const cards[] = {"", "part=M25P40"};
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		for (unsigned times = 1; times <= 3; times++) {
			fixture_ok(burn_with_hand(&b, cards[i], SPOT, 0, times, &err), &err);
			assert_int_equal(hand.times, 0);
			fixture_booting(&b, &info);
			assert_int_equal(info.fw_version[1], 42);
			fixture_delete(&b);
		}
	}
}

/* Bits that did not go to zero are programmed once more. */
static void missing_bits_are_programmed(void **state)
{
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	fixture_ok(burn_with_hand(&b, "", SPOT, 0xff, 1, &err), &err);
	assert_int_equal(hand.times, 0);
	fixture_booting(&b, &info);
	assert_int_equal(info.fw_version[1], 42);
	fixture_delete(&b);
}

/* The new signature's sector too, the rest of which is written already. */
static void signature_sector_is_written_again(void **state)
{
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	fixture_ok(burn_with_hand(&b, "", 0x10000, 0, 1, &err), &err);
	assert_int_equal(hand.times, 0);
	fixture_booting(&b, &info);
	assert_int_equal(info.fw_version[1], 42);
	fixture_delete(&b);
}

static void worn_out_sector_is_given_up(void **state)
{
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	assert_int_equal(burn_with_hand(&b, "", SPOT, 0, 1000000, &err), CX3_E_VERIFY);
	assert_non_null(strstr(said(&err), "0x12345"));
	assert_string_equal(err.place, "flash 0x12345");
	assert_non_null(strstr(said(&err), "old image is untouched and boots"));
	fixture_booting(&b, &info);
	assert_int_equal(info.fw_version[1], 36);
	fixture_delete(&b);
}

/* A dead signature byte: the old image stays. */
static void signature_that_never_holds(void **state)
{
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct fixture b;

	(void)state;
	assert_int_equal(burn_with_hand(&b, "", 0x10001, 0, 1000000, &err), CX3_E_VERIFY);
	assert_non_null(strstr(said(&err), "not signed"));
	fixture_booting(&b, &info);
	assert_int_equal(info.fw_version[1], 36);
	fixture_delete(&b);
}

/* All is on the flash as it was wanted, but what was wanted is no whole image: the old one boots.
 */
static void what_does_not_verify_retires_nothing(void **state)
{
	const struct cx3_burn_options options = {0};
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct cx3_draft burn;
	struct fixture b;
	uint8_t *image;
	uint32_t len;

	(void)state;
	fixture_with_image(&b, "MT_RETRY_0001", &recipe);
	image = fresh_image(&len);
	fixture_open(&b, "", NULL);
	fixture_ok(fixture_draft_burn(b.shadow, image, len, &options, &burn, &err), &err);
	burn.plan->target[SPOT] ^= 0x10;
	assert_int_equal(cx3_plan_run(burn.plan, b.shadow, NULL, NULL, &err), CX3_E_VERIFY);
	assert_non_null(strstr(said(&err), "read back right but does not verify"));
	cx3_draft_free(&burn);
	free(image);
	fixture_close(&b);
	fixture_booting(&b, &info);
	assert_int_equal(info.fw_version[1], 36);
	fixture_delete(&b);
}

/* The old signature is never erased, whatever it reads as. */
static void old_signature_is_not_erased(void **state)
{
	struct cx3_error err = {0};
	uint8_t *content;
	struct fixture b;

	(void)state;
	/* the fourth byte of the dword that is zeroed: the hand puts its own value back */
	assert_int_equal(burn_with_hand(&b, "", 3, 0x57, 1000000, &err), CX3_E_VERIFY);
	assert_non_null(strstr(said(&err), "new image is complete"));
	content = fixture_get(&b);
	assert_int_not_equal(content[0x40], 0xff);
	free(content);
	fixture_delete(&b);
}

/* One flipped bit on the wire, anywhere: the flash is right in the end, or the
 * job says that it is not and the next one makes it right. */
static void one_flipped_bit(void **state)
{
	const struct cx3_burn_options options = {0};
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	uint8_t *content, *image;
	uint32_t len;
	struct fixture b;
	char card[64];

	(void)state;
	fixture_with_image(&b, "MT_RETRY_0001", &recipe);
	content = fixture_get(&b);
	image = fresh_image(&len);
	for (unsigned at = 30000; at < 400000; at += 39989) {
		fixture_put(&b, content);
		snprintf(card, sizeof(card), "flip-%s=%u", at % 2 ? "read" : "write", at);
		if (fixture_burn(&b, card, image, len, &options, &err) != CX3_OK)
			fixture_ok(fixture_burn(&b, "", image, len, &options, &err), &err);
		fixture_booting(&b, &info);
		assert_int_equal(info.fw_version[1], 42);
		assert_memory_equal(info.uid, recipe.uid, sizeof(recipe.uid));
	}
	free(content);
	free(image);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_bits_cost_an_erase),
		cmocka_unit_test(missing_bits_are_programmed),
		cmocka_unit_test(signature_sector_is_written_again),
		cmocka_unit_test(worn_out_sector_is_given_up),
		cmocka_unit_test(signature_that_never_holds),
		cmocka_unit_test(what_does_not_verify_retires_nothing),
		cmocka_unit_test(old_signature_is_not_erased),
		cmocka_unit_test(one_flipped_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
