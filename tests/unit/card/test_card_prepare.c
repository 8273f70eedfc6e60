/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers that are written with a look back. */
#include "fake_adapter.h"
#include "kept_line.h"

static void boot_address(void **state)
{
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_set_boot_address(card, 0x80000, &err), CX3_OK);
	assert_int_equal(*fake_reg(&f, 0xf0000), 0x8000000);
	assert_int_equal(f.sent_count, 2);
	assert_int_equal(cx3_card_set_boot_address(card, 0, &err), CX3_OK);
	assert_int_equal(*fake_reg(&f, 0xf0000), 0);
	cx3_card_close(card);
}

/* A write to 0xf0400 that one flipped bit made one to 0xf0000, and what is left alone. */
static void boot_address_is_put_back(void **state)
{
	char line[KEPT_LINE] = "";
	const struct cx3_log log = {keep_line, line, CX3_LOG_WARN};
	struct fake f;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, false);
	*fake_reg(&f, 0xf0000) = 0x1000000;
	card = fake_card(&f, NULL);
	f.head.log = &log;
	assert_int_equal(cx3_card_write(card, 0xf0400, 0x2031, NULL), CX3_OK);
	*fake_reg(&f, 0xf0000) = 0x40032031;
	cx3_card_close(card);
	assert_int_equal(*fake_reg(&f, 0xf0000), 0x1000000);
	assert_non_null(strstr(line, "0x40032031, where 0x01000000 was"));
	assert_non_null(strstr(line, "It was put back."));

	/* as it was, but for the low bits, which are the chip's own */
	card = fake_card(&f, NULL);
	line[0] = '\0';
	assert_int_equal(cx3_card_write(card, 0xf0400, 0x2031, NULL), CX3_OK);
	*fake_reg(&f, 0xf0000) |= 0x42;
	cx3_card_close(card);
	assert_string_equal(line, "");
	assert_int_equal(*fake_reg(&f, 0xf0000), 0x1000042);

	/* a burn sets another one, which stays */
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_set_boot_address(card, 0x80000, NULL), CX3_OK);
	cx3_card_close(card);
	assert_int_equal(*fake_reg(&f, 0xf0000), 0x8000000);

	/* who only reads has nothing to put back, and asks nothing */
	card = fake_card(&f, NULL);
	*fake_reg(&f, 0xf0000) = 0;
	cx3_card_close(card);
	assert_int_equal(f.sent_count, 0);
	assert_int_equal(*fake_reg(&f, 0xf0000), 0);
}

/* A card whose register does not take the value. */
static int deaf_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			 struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc = fake_transfer(a, xfer, n, mark, err);

	*fake_reg(fake_self(a), 0xf0000) = 0x1234;
	*fake_reg(fake_self(a), 0xf3834) = fake_self(a)->calls; /* never twice the same */
	for (size_t i = 0; i < n; i++) {
		if (xfer[i].rd_len)
			memset(xfer[i].rd, (int)(fake_self(a)->calls + i), xfer[i].rd_len);
	}
	return rc;
}

static void register_that_does_not_take(void **state)
{
	struct cx3_adapter_ops ops = fake_ops;
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	ops.transfer = deaf_transfer;
	f.head.ops = &ops;
	assert_int_equal(cx3_card_set_boot_address(card, 0x80000, &err), CX3_E_VERIFY);
	assert_non_null(strstr(err.place, "0xf0000"));
	assert_int_equal(cx3_card_prepare_write(card, &err), CX3_E_IO);
	assert_non_null(strstr(err.place, "0xf3834"));
	cx3_card_close(card);
}

static void livefish_keeps_the_link_from_resetting(void **state)
{
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;
	unsigned calls;

	(void)state;
	fake_init(&f, true);
	*fake_reg(&f, 0xf3834) = 0xffffffff;
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_prepare_write(card, &err), CX3_OK);
	assert_int_equal(*fake_reg(&f, 0xf3834), 0xf7ffffffu);
	calls = f.calls;
	assert_int_equal(cx3_card_prepare_write(card, &err), CX3_OK);
	assert_int_equal(f.calls, calls); /* once is enough */
	cx3_card_close(card);

	/* Set already: nothing to write. */
	fake_init(&f, true);
	*fake_reg(&f, 0xf3834) = 2u << 27;
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_prepare_write(card, &err), CX3_OK);
	for (unsigned i = 0; i < f.sent_count; i++)
		assert_int_equal(f.sent[i].wr_len, 4);
	cx3_card_close(card);
}

static void functional_cards_are_left_alone(void **state)
{
	struct fake f;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_prepare_write(card, NULL), CX3_OK);
	assert_int_equal(f.calls, 0);
	cx3_card_close(card);
}

static void bus_failures_come_through(void **state)
{
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	f.fault[0] = (struct fake_fault){CX3_E_GONE, 0, 0, 0};
	f.fault[1] = f.fault[0];
	assert_int_equal(cx3_card_set_boot_address(card, 0, &err), CX3_E_GONE);
	assert_int_equal(cx3_card_prepare_write(card, &err), CX3_E_GONE);
	cx3_card_close(card);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_address),
		cmocka_unit_test(boot_address_is_put_back),
		cmocka_unit_test(register_that_does_not_take),
		cmocka_unit_test(livefish_keeps_the_link_from_resetting),
		cmocka_unit_test(functional_cards_are_left_alone),
		cmocka_unit_test(bus_failures_come_through),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
