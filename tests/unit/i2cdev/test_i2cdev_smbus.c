/* SPDX-License-Identifier: BSD-2-Clause */
/* Adapters without plain I2C: proven, or refused before anything is written. */
#include "fake_kernel.h"
#include "said.h"

#include <string.h>

static struct cx3_error err;

#define ENOUGH (I2C_FUNC_SMBUS_WRITE_I2C_BLOCK | I2C_FUNC_SMBUS_READ_BYTE)

static void refused(const char *words)
{
	struct cx3_adapter *a;

	assert_int_equal(fake_open("i2c-0", &a, &err), CX3_E_UNSUPPORTED);
	assert_non_null(strstr(said(&err), words));
	assert_non_null(strstr(said(&err), "USB adapter"));
	/* Nothing but register addresses was sent. */
	for (unsigned i = 0; i < fake.sent_count; i++)
		assert_int_equal(fake.sent[i].wr_len, 4);
}

static void without_block_write(void **state)
{
	(void)state;
	fake.functions = I2C_FUNC_SMBUS_READ_BYTE | I2C_FUNC_SMBUS_WRITE_BYTE_DATA;
	refused("not the I2C block write");
	assert_int_equal(fake.calls, 0);
}

static void card_that_answers_wrong(void **state)
{
	(void)state;
	fake.functions = ENOUGH;
	refused("cut in two");
}

static void proven_and_used(void **state)
{
	const uint8_t reg[4] = {0x00, 0x0f, 0x04, 0x10};
	uint8_t data[32] = {0x00, 0x0f, 0x04, 0x10, 1, 2, 3, 4}, in[16];
	const struct cx3_xfer batch[] = {{.wr = data, .wr_len = sizeof(data)},
					 {reg, in, 4, 16, false}};
	struct cx3_progress_mark mark;
	struct cx3_adapter *a;

	(void)state;
	fake.functions = ENOUGH;
	fake.answers_bytes = true;
	assert_int_equal(fake_open("i2c-0", &a, &err), CX3_OK);
	assert_int_equal(a->max_write, 32);
	assert_int_equal(fake.sent_count, 2 * 8); /* eight proofs of two reads */
	assert_int_equal(a->ops->transfer(a, batch, 2, &mark, &err), CX3_OK);
	assert_int_equal(mark.done, 2);
	for (unsigned i = 0; i < sizeof(in); i++)
		assert_int_equal(in[i],
				 (uint8_t)(fake_word(0xf0410 + (i & ~3u)) >> (24 - 8 * (i & 3))));
	assert_int_equal(a->traffic.calls, fake.calls);
	fake.block_write_fails = true;
	assert_int_equal(a->ops->transfer(a, batch, 2, &mark, &err), CX3_E_NO_ACK);
	assert_int_equal(mark.done, 0);
	assert_int_equal(mark.unsure, 1);
	a->ops->close(a);
}

static void nobody_there(void **state)
{
	struct cx3_adapter *a;

	(void)state;
	fake.functions = ENOUGH;
	fake.block_write_fails = true;
	assert_int_equal(fake_open("i2c-0", &a, &err), CX3_E_NO_ACK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_block_write),
		TEST(card_that_answers_wrong),
		TEST(proven_and_used),
		TEST(nobody_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
