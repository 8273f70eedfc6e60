/* SPDX-License-Identifier: BSD-2-Clause */
/* The status register: what it says, and taking its protection off. */
#include "said.h"
#include "wrapped.h"

static void reads_bits(void **state)
{
	struct cx3_flash_status status = {.size = sizeof(status)};
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,status=0xa8", NULL));
	fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
	assert_int_equal(status.raw, 0xa8);
	assert_true(status.register_locked);
	assert_false(status.write_in_progress || status.write_enabled);
	assert_int_equal(status.protected_start, 0); /* TB */
	assert_int_equal(status.protected_len, 0x20000);
	assert_false(status.power_on_protection);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* On a part of each scheme: protect it, see it, lift it, write. What is not
 * protection is kept. */
static void unprotects_each_scheme(void **state)
{
	static const struct {
		const char *options;
		uint32_t size;
		uint8_t left; /* of the status register, afterwards */
	} cases[] = {
		{"part=M25P16,status=0x1c", 0x200000, 0x00},
		{"part=M25PX16,status=0x3c", 0x200000, 0x20},
		{"part=W25Q16,status=0x5c", 0x200000, 0x40},
		{"part=W25Q16,status2=0x42", 0x200000, 0x00},
		{"part=N25Q032A,status=0x5c", 0x400000, 0x00},
		{"part=MX25L1606E,status=0x7c", 0x200000, 0x40},
		{"part=IS25LP016,status=0x44", 0x200000, 0x40},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned plain = 0; plain < 2; plain++) {
			struct cx3_flash_options how = {.reading = plain ? CX3_READ_PLAIN
									 : CX3_READ_PROBE};
			struct cx3_flash_status status = {.size = sizeof(status)};
			char options[80];
			struct fixture b;

			fixture_make(&b, cases[i].size, 0x20000);
			snprintf(options, sizeof(options), "livefish=1,%s", cases[i].options);
			fixture_must(&b, fixture_flash(&b, options, &how));
			fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
			assert_true(status.protected_len > 0);
			fixture_must(&b, cx3_flash_unprotect(b.flash, &b.err));
			fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
			assert_int_equal(status.protected_len, 0);
			assert_int_equal(status.raw, cases[i].left);
			fixture_must(&b,
				     cx3_flash_erase(b.flash, 0x10000, CX3_FLASH_BLOCK, &b.err));
			fixture_close(&b);
			fixture_no_violation(&b);
			fixture_free(&b);
		}
	}
}

/* Nothing to lift: nothing is written. */
static void leaves_the_unprotected_alone(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,status=0x20", NULL));
	wrap_reads(&b, 0xf0400, 0, 0);
	wrap.counted_word = 0x06u << 16;
	wrap.counted_mask = 0xffu << 16;
	fixture_must(&b, cx3_flash_unprotect(b.flash, &b.err));
	assert_int_equal(wrap.writes, 0);
	fixture_free(&b);
}

static void wired_write_protect(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,wp=1,status=0x9c", NULL));
	assert_int_equal(cx3_flash_unprotect(b.flash, &b.err), CX3_E_PROTECTED);
	assert_non_null(strstr(said(&b.err), "WP#"));
	fixture_free(&b);
}

/* The data register does not read back: the status register is not touched. */
static void wrong_data_echo(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,status=0x1c", NULL));
	wrap_reads(&b, 0xf0410, 0x80000000, 1000);
	wrap.skip = 4; /* the status itself is read right, both times */
	assert_int_equal(cx3_flash_unprotect(b.flash, &b.err), CX3_E_GATEWAY);
	assert_non_null(strstr(said(&b.err), "left alone"));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* One bit of the word that is to be written is damaged on its way: SRP1, which would lock the
 * registers until power-off. It is seen before the write, and the word sent again. */
static unsigned data_words;

static int damaging_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			     struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static const uint8_t data_register[] = {0x00, 0x0f, 0x04, 0x10};
	struct cx3_xfer damaged[64];
	uint8_t words[8];

	assert_true(n <= sizeof(damaged) / sizeof(damaged[0]));
	memcpy(damaged, xfer, n * sizeof(*xfer));
	for (size_t i = 0; i < n; i++) {
		if (xfer[i].wr_len != sizeof(words) ||
		    memcmp(xfer[i].wr, data_register, sizeof(data_register)) != 0 ||
		    data_words++ > 0)
			continue;
		memcpy(words, xfer[i].wr, sizeof(words));
		words[5] ^= 0x01; /* [23:16]: status register 2 */
		damaged[i].wr = words;
	}
	return cx3_sim_ops.transfer(a, damaged, n, mark, err);
}

static void a_damaged_word_is_sent_again(void **state)
{
	struct cx3_adapter_ops ops = cx3_sim_ops;
	struct cx3_flash_status status = {.size = sizeof(status)};
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1,part=W25Q16,status=0x1c", NULL));
	ops.transfer = damaging_transfer;
	b.adapter->ops = &ops;
	data_words = 0;
	fixture_must(&b, cx3_flash_unprotect(b.flash, &b.err));
	b.adapter->ops = &cx3_sim_ops;
	assert_int_equal(data_words, 2);
	fixture_must(&b, cx3_flash_status(b.flash, &status, &b.err));
	assert_int_equal(status.protected_len, 0);
	assert_int_equal(status.protection.status[1], 0);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* A status that never reads the same twice is not believed. */
static int noisy_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			  struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static uint8_t noise;
	int rc = cx3_sim_ops.transfer(a, xfer, n, mark, err);

	for (size_t i = 0; i < n; i++) {
		if (xfer[i].rd_len)
			xfer[i].rd[0] = (uint8_t)(noise += 4) & 0xbf;
	}
	return rc;
}

static void noisy_status(void **state)
{
	struct cx3_adapter_ops ops = cx3_sim_ops;
	struct cx3_flash_status status = {.size = sizeof(status)};
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	ops.transfer = noisy_transfer;
	b.adapter->ops = &ops;
	assert_int_equal(cx3_flash_status(b.flash, &status, &b.err), CX3_E_NOISE);
	b.adapter->ops = &cx3_sim_ops;
	fixture_free(&b);
}

/* WIP that never falls: told after a while, with the time. */
static void never_ready(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x10000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	wrap_reads(&b, 0xf0410, 0x01000000, 1000000);
	assert_int_equal(cx3_flash_erase(b.flash, 0x3000, CX3_FLASH_SECTOR, &b.err), CX3_E_TIMEOUT);
	assert_non_null(strstr(said(&b.err), "still busy"));
	fixture_free(&b);
}

/* The flash is asked whether an erase is done, and that fails: the erase is not called done. */
static int deaf_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			 struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static const uint8_t data_register[] = {0x00, 0x0f, 0x04, 0x10};

	for (size_t i = 0; i < n; i++) {
		if (xfer[i].rd_len && memcmp(xfer[i].wr, data_register, sizeof(data_register)) == 0)
			return cx3_fail(err, CX3_E_GONE, "test", "The adapter is gone.\nNo.");
	}
	return cx3_sim_ops.transfer(a, xfer, n, mark, err);
}

static void an_erase_that_is_not_seen_done(void **state)
{
	struct cx3_adapter_ops ops = cx3_sim_ops;
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x10000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
	ops.transfer = deaf_transfer;
	b.adapter->ops = &ops;
	assert_int_equal(cx3_flash_erase(b.flash, 0x3000, CX3_FLASH_SECTOR, &b.err), CX3_E_GONE);
	b.adapter->ops = &cx3_sim_ops;
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_bits),
		cmocka_unit_test(unprotects_each_scheme),
		cmocka_unit_test(leaves_the_unprotected_alone),
		cmocka_unit_test(wired_write_protect),
		cmocka_unit_test(wrong_data_echo),
		cmocka_unit_test(a_damaged_word_is_sent_again),
		cmocka_unit_test(noisy_status),
		cmocka_unit_test(never_ready),
		cmocka_unit_test(an_erase_that_is_not_seen_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
