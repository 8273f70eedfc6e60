/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening a card: who is believed, who is refused, and that nothing is written. */
#include "fake_adapter.h"
#include "flash_fixture.h"
#include "said.h"

static void both_chips(void **state)
{
	struct fixture b;
	const struct cx3_card_id *id;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	fixture_must(&b, fixture_card(&b, "part=W25Q40,livefish=1,chip=cx3,rev=1"));
	id = cx3_card_identity(b.card);
	assert_int_equal(id->hw_id, 0x1f5);
	assert_int_equal(id->hw_rev, 1);
	assert_string_equal(id->name, "ConnectX-3");
	assert_int_equal(id->state, CX3_CARD_LIVEFISH);
	assert_int_equal(id->running_fw[0], 0);
	assert_ptr_equal(cx3_card_adapter(b.card), b.adapter);
	fixture_close(&b);
	fixture_forget_state(&b);
	fixture_must(&b, fixture_card(&b, "part=W25Q40,livefish=0,chip=cx3pro,fw=2.42.5000"));
	id = cx3_card_identity(b.card);
	assert_int_equal(id->hw_id, 0x1f7);
	assert_string_equal(id->name, "ConnectX-3 Pro");
	assert_int_equal(id->state, CX3_CARD_FUNCTIONAL);
	assert_int_equal(id->running_fw[0], 2);
	assert_int_equal(id->running_fw[1], 42);
	assert_int_equal(id->running_fw[2], 5000);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

static void locked(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	assert_int_equal(fixture_card(&b, "part=W25Q40,locked=1"), CX3_E_LOCKED);
	assert_null(b.card);
	assert_non_null(strstr(said(&b.err), "jumper"));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* Who looks at many places does not wait long for a card that is not there. */
static void absent(void **state)
{
	const struct cx3_card_options look = {.short_look = true};
	struct fixture b;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	assert_int_equal(fixture_card(&b, "part=W25Q40,nack-from=1"), CX3_E_NO_ACK);
	assert_true(b.adapter->ops->now_us(b.adapter) < 3000000);
	fixture_close(&b);
	fixture_must(&b, fixture_adapter(&b, "part=W25Q40,nack-from=1"));
	assert_int_equal(cx3_card_open(b.adapter, &look, &b.card, &b.err), CX3_E_NO_ACK);
	assert_true(b.adapter->ops->now_us(b.adapter) < 200000);
	fixture_free(&b);
}

/* Cards that answer nothing for a while after power-on; whose register address does not count
 * up in a message; all of whose registers but the id are locked. */
static void odd_cards(void **state)
{
	static const char *const cards[] = {"boot-ms=800", "wrap=4", "read-ff=4"};
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		fixture_must(&b, fixture_card(&b, cards[i]));
		fixture_close(&b);
		fixture_forget_state(&b);
	}
	assert_int_equal(fixture_card(&b, "locked-but-id=1"), CX3_E_LOCKED);
	assert_non_null(strstr(said(&b.err), "but its id"));
	fixture_free(&b);
}

static void other_devices(void **state)
{
	struct cx3_card *card;
	struct cx3_error err;
	struct fake f;

	(void)state;
	fake_init(&f, true);
	*fake_reg(&f, 0xf0014) = 0x1fb; /* ConnectX-4's neighbourhood */
	assert_int_equal(cx3_card_open(&f.head, NULL, &card, &err), CX3_E_WRONG_ID);
	assert_non_null(strstr(said(&err), "0x000001fb"));
	*fake_reg(&f, 0xf0014) = 0xffffffff;
	assert_int_equal(cx3_card_open(&f.head, NULL, &card, &err), CX3_E_NO_REGISTERS);
	assert_null(card);
}

static bool covers(const struct fake_sent *sent, uint32_t reg)
{
	return reg >= sent->reg && reg < sent->reg + sent->rd_len;
}

/* Every single write while a card is opened: addresses only. */
static void open_writes_nothing(void **state)
{
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;

	(void)state;
	fake_init(&f, false);
	assert_int_equal(cx3_card_open(&f.head, NULL, &card, &err), CX3_OK);
	assert_true(f.sent_count >= 4);
	for (unsigned i = 0; i < f.sent_count; i++) {
		assert_int_equal(f.sent[i].wr_len, 4);
		assert_true(f.sent[i].rd_len >= 4);
		/* to look at a semaphore is to take it; 0xf000c and 0xf0010 are not for reading */
		assert_false(covers(&f.sent[i], 0xf03fc) || covers(&f.sent[i], 0xf000c) ||
			     covers(&f.sent[i], 0xf0010));
	}
	cx3_card_close(card);
	assert_int_equal(f.frees, 0);
}

/* A flipped bit in one of the four answers is not believed, and read again. */
static void noise_is_read_again(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	for (unsigned byte = 1; byte <= 20; byte++) {
		char options[64];

		snprintf(options, sizeof(options), "part=W25Q40,flip-read=%u", byte);
		fixture_must(&b, fixture_card(&b, options));
		assert_int_equal(cx3_card_identity(b.card)->hw_id, 0x1f7);
		fixture_close(&b);
	}
	/* A line that is nothing but noise is told as such. */
	assert_int_equal(fixture_card(&b, "part=W25Q40,flip-rate=200000,seed=5"), CX3_E_WRONG_ID);
	assert_non_null(strstr(said(&b.err), "noisy"));
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_chips),
		cmocka_unit_test(locked),
		cmocka_unit_test(absent),
		cmocka_unit_test(odd_cards),
		cmocka_unit_test(other_devices),
		cmocka_unit_test(open_writes_nothing),
		cmocka_unit_test(noise_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
