/* SPDX-License-Identifier: BSD-2-Clause */
/* Batches through I2C_RDWR: how they are cut, and what each failure comes to. */
#include "fake_kernel.h"
#include "said.h"

#include <errno.h>
#include <string.h>

#define BLOCKS ((size_t)40)

static struct cx3_error err;
static struct cx3_progress_mark mark;
static struct cx3_adapter *a;

/* The pattern of a flash read: a command, then 16 bytes of data. */
static struct cx3_xfer batch[2 * BLOCKS];
static uint8_t command[8] = {0x00, 0x0f, 0x04, 0x00, 1, 2, 3, 4};
static uint8_t address[4] = {0x00, 0x0f, 0x04, 0x10};
static uint8_t in[BLOCKS][64];

static void open_bus(const char *device)
{
	assert_int_equal(fake_open(device, &a, &err), CX3_OK);
	memset(in, 0, sizeof(in));
	for (size_t i = 0; i < BLOCKS; i++) {
		batch[2 * i] = (struct cx3_xfer){.wr = command, .wr_len = sizeof(command)};
		batch[2 * i + 1] = (struct cx3_xfer){address, in[i], sizeof(address), 16, false};
	}
}

static int transfer(size_t n)
{
	memset(&err, 0, sizeof(err));
	return a->ops->transfer(a, batch, n, &mark, &err);
}

static int close_bus(void **state)
{
	if (a)
		a->ops->close(a);
	a = NULL;
	return fake_teardown(state);
}

static void data_is_right(unsigned blocks)
{
	for (unsigned i = 0; i < blocks; i++) {
		for (unsigned b = 0; b < 16; b++)
			assert_int_equal(in[i][b], (uint8_t)(fake_word(0xf0410 + (b & ~3u)) >>
							     (24 - 8 * (b & 3))));
	}
}

/* Transfers of the batch that were sent, in order, from `first` on: each once. */
static void each_was_sent_once(unsigned first, size_t n)
{
	assert_int_equal(fake.sent_count - first, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(fake.sent[first + i].reg, i % 2 ? 0xf0410 : 0xf0400);
}

static void joins_up_to_42_messages(void **state)
{
	unsigned proof, calls;

	(void)state;
	open_bus("i2c-3");
	assert_int_equal(fake.calls, 0); /* opening sends nothing */
	assert_int_equal(transfer(4), CX3_OK);
	proof = fake.sent_count;
	calls = fake.calls;
	assert_int_equal(transfer(2 * BLOCKS), CX3_OK);
	data_is_right(BLOCKS);
	each_was_sent_once(proof, 2 * BLOCKS);
	/* 40 blocks are 120 messages: 42, 42 and 36. */
	assert_int_equal(fake.calls - calls, 3);
	assert_int_equal(fake.most_messages, 42);
	assert_int_equal(a->traffic.calls, fake.calls);
	assert_int_equal(mark.done, 2 * BLOCKS);
}

static void no_transfer_is_cut_in_two(void **state)
{
	(void)state;
	open_bus("i2c-3");
	for (size_t i = 0; i < BLOCKS; i++)
		batch[2 * i].wr_len = 8;
	assert_int_equal(transfer(2), CX3_OK);
	/* 1 + 20 * 2 = 41 messages, then a read, which would be the 42nd and 43rd. */
	for (size_t i = 1; i < 2 * BLOCKS; i++)
		batch[i] = (struct cx3_xfer){address, in[i % BLOCKS], sizeof(address), 16, false};
	assert_int_equal(transfer(2 * BLOCKS), CX3_OK);
	assert_int_equal(fake.most_messages, 41 + 1);
	for (unsigned i = 1; i < fake.sent_count; i++)
		assert_true(fake.sent[i].call >= fake.sent[i - 1].call);
}

static void joined_only_if_it_reads_the_same(void **state)
{
	(void)state;
	open_bus("i2c-3");
	fake.join_breaks = true;
	assert_int_equal(transfer(2 * BLOCKS), CX3_OK);
	data_is_right(BLOCKS);
	/* The proof alone was joined. */
	assert_int_equal(fake.calls, 2 + 2 * BLOCKS);
	assert_int_equal(fake.most_messages, 4);
}

static void join_can_be_switched_off(void **state)
{
	(void)state;
	open_bus("i2c-3,join=0");
	assert_int_equal(transfer(2 * BLOCKS), CX3_OK);
	each_was_sent_once(0, 2 * BLOCKS);
	assert_int_equal(fake.calls, 2 * BLOCKS);
	assert_int_equal(fake.most_messages, 2);
}

static void adapter_takes_two_messages(void **state)
{
	(void)state;
	open_bus("i2c-3"); /* as CP2112 and MCP2221 do */
	fake.max_messages = 2;
	assert_int_equal(transfer(2 * BLOCKS), CX3_OK);
	data_is_right(BLOCKS);
	each_was_sent_once(1, 2 * BLOCKS); /* the proof got as far as its plain read */
}

static void adapter_takes_few_messages(void **state)
{
	(void)state;
	open_bus("i2c-3");
	fake.max_messages = 11;
	assert_int_equal(transfer(2 * BLOCKS), CX3_OK);
	data_is_right(BLOCKS);
	each_was_sent_once(3, 2 * BLOCKS);
	assert_in_range(fake.most_messages, 3, 11);
}

/* A driver that joins a write with its read but no two writes: after the proof, which
 * is of pairs, two bare writes in one ioctl are refused however few they are. */
static void adapter_joins_no_two_writes(void **state)
{
	(void)state;
	open_bus("i2c-3");
	fake.only_pairs = true;
	assert_int_equal(transfer(2), CX3_OK);
	for (size_t i = 0; i < 2 * BLOCKS; i++)
		batch[i] = (struct cx3_xfer){.wr = command, .wr_len = sizeof(command)};
	fake.sent_count = 0;
	assert_int_equal(transfer(2 * BLOCKS), CX3_OK);
	assert_int_equal(mark.done, 2 * BLOCKS);
	assert_int_equal(fake.sent_count, 2 * BLOCKS);
}

/* The card's semaphore could be taken through it, but not be freed. */
static void can_not_write_a_register(void **state)
{
	const int errors[] = {EOPNOTSUPP, EMSGSIZE};

	(void)state;
	for (unsigned e = 0; e < 2; e++) {
		open_bus("i2c-3");
		fake.max_length = 7;
		fake.length_error = errors[e];
		assert_true(a->limits_unsure);
		assert_int_equal(transfer(1), CX3_E_UNSUPPORTED);
		assert_int_equal(mark.done + mark.unsure, 0);
		assert_non_null(strstr(said(&err), "8 bytes in one write"));
		a->ops->close(a);
		a = NULL;
		fake.max_length = 0;
	}
}

static void halves_a_refused_length(void **state)
{
	const int errors[] = {EOPNOTSUPP, EINVAL, EMSGSIZE};

	(void)state;
	for (unsigned e = 0; e < 3; e++) {
		open_bus("i2c-3");
		fake.max_length = 20;
		fake.length_error = errors[e];
		batch[5].rd_len = 64;
		assert_int_equal(transfer(2 * BLOCKS), CX3_E_TOO_LONG);
		assert_int_equal(mark.done, 5);
		assert_int_equal(mark.unsure, 0);
		assert_int_equal(a->max_read, 32);
		assert_int_equal(a->max_write, 8192);
		batch[5].rd_len = 32;
		assert_int_equal(transfer(2 * BLOCKS), CX3_E_TOO_LONG);
		assert_int_equal(a->max_read, 16);
		batch[5].rd_len = 16;
		assert_int_equal(transfer(2 * BLOCKS), CX3_OK);
		data_is_right(BLOCKS);
		a->ops->close(a);
		a = NULL;
		fake.sent_count = 0;
		fake.max_length = 0;
	}
}

static void halves_a_refused_write(void **state)
{
	uint8_t page[36] = {0x00, 0x0f, 0x04, 0x10};

	(void)state;
	open_bus("i2c-3");
	fake.max_length = 20;
	batch[3] = (struct cx3_xfer){.wr = page, .wr_len = sizeof(page)};
	assert_int_equal(transfer(8), CX3_E_TOO_LONG);
	assert_int_equal(mark.done, 3);
	assert_int_equal(a->max_write, 16);
	assert_int_equal(a->max_read, 8192);
	assert_non_null(strstr(said(&err), "max-write=16"));
}

static void can_not_even_read_a_register(void **state)
{
	(void)state;
	open_bus("i2c-3");
	fake.max_messages = 1; /* a CP2112 of the first revision has no repeated START */
	batch[0] = (struct cx3_xfer){address, in[0], 4, 4, false};
	assert_int_equal(transfer(1), CX3_E_UNSUPPORTED);
	assert_non_null(strstr(said(&err), "repeated START"));
}

static void tells_the_cause(void **state)
{
	static const struct {
		int error, code;
		const char *words;
	} causes[] = {
		{ENXIO, CX3_E_NO_ACK, "Nothing answers at address 0x48"},
		{EREMOTEIO, CX3_E_NACK_DATA, "did not acknowledge"},
		{EAGAIN, CX3_E_ARBITRATION, "Another master"},
		{EBUSY, CX3_E_BUS, "stuck"},
		{ETIMEDOUT, CX3_E_TIMEOUT, "timeout"},
		{EIO, CX3_E_IO, "Input/output error"},
		{EPROTO, CX3_E_IO, "Protocol error"},
		{ENODEV, CX3_E_GONE, "vanished"},
		{ESHUTDOWN, CX3_E_GONE, "vanished"},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		open_bus("i2c-3");
		fake.fail_error = causes[i].error;
		assert_int_equal(transfer(2), CX3_OK);
		fake.fail_call = (int)fake.calls + 2;
		assert_int_equal(transfer(2 * BLOCKS), causes[i].code);
		assert_int_equal(err.code, causes[i].code);
		assert_non_null(strstr(said(&err), causes[i].words));
		/* The first ioctl went through, the second may have begun. */
		assert_int_equal(mark.done, 28);
		assert_int_equal(mark.unsure, 28);
		a->ops->close(a);
		a = NULL;
		fake.sent_count = 0;
		fake.fail_call = 0;
	}
}

static void a_pulled_plug_is_told_from_noise(void **state)
{
	(void)state;
	open_bus("i2c-3");
	assert_int_equal(transfer(2), CX3_OK);
	fake.fail_call = (int)fake.calls + 1;
	fake.fail_error = EIO;
	fake_pull(3);
	assert_int_equal(transfer(8), CX3_E_GONE);
	assert_int_equal(mark.unsure, 8);
}

static void a_short_count_is_exact(void **state)
{
	(void)state;
	open_bus("i2c-3");
	assert_int_equal(transfer(2), CX3_OK);
	fake.short_call = (int)fake.calls + 1;
	fake.short_count = 7; /* two blocks are six messages */
	assert_int_equal(transfer(8), CX3_E_IO);
	assert_int_equal(mark.done, 5);
	assert_int_equal(mark.unsure, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_setup, close_bus)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(joins_up_to_42_messages),		TEST(no_transfer_is_cut_in_two),
		TEST(joined_only_if_it_reads_the_same), TEST(join_can_be_switched_off),
		TEST(adapter_takes_two_messages),	TEST(adapter_takes_few_messages),
		TEST(halves_a_refused_length),		TEST(halves_a_refused_write),
		TEST(can_not_even_read_a_register),	TEST(tells_the_cause),
		TEST(adapter_joins_no_two_writes),	TEST(can_not_write_a_register),
		TEST(a_pulled_plug_is_told_from_noise), TEST(a_short_count_is_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
