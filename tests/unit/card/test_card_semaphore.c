/* SPDX-License-Identifier: BSD-2-Clause */
/* The flash semaphore: taken, nested, freed on every way out; and what a lost
 * answer leaves in doubt. */
#include "fake_adapter.h"
#include "flash_fixture.h"
#include "kept_line.h"
#include "said.h"

#define FUNCTIONAL "part=W25Q40,livefish=0,fw=2.42.5000"

static void nests(void **state)
{
	struct fake f;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
	assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
	assert_true(f.taken);
	assert_int_equal(cx3_card_unlock(card, NULL), CX3_OK);
	assert_true(f.taken);
	assert_int_equal(cx3_card_unlock(card, NULL), CX3_OK);
	assert_false(f.taken);
	assert_int_equal(f.frees, 1);
	assert_false(cx3_card_identity(card)->semaphore_taken);
	cx3_card_close(card);
	assert_int_equal(f.frees, 1);
}

static unsigned sent_to(const struct fake *f, uint32_t reg)
{
	unsigned count = 0;

	for (unsigned i = 0; i < f->sent_count; i++)
		count += f->sent[i].reg == reg;
	return count;
}

/* Where an adapter may refuse the write that frees it, one is tried before the first take. */
static void can_be_freed_before_it_is_taken(void **state)
{
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;

	(void)state;
	fake_init(&f, false);
	*fake_reg(&f, 0xf0000) = 0x1000042;
	f.head.limits_unsure = true;
	card = fake_card(&f, NULL);
	f.fault[0] = (struct fake_fault){CX3_E_UNSUPPORTED, 0, 0, 0};
	f.fault[1] = f.fault[0];
	assert_int_equal(cx3_card_lock(card, &err), CX3_E_UNSUPPORTED);
	assert_int_equal(cx3_card_lock_tools(card, &err), CX3_E_UNSUPPORTED);
	assert_int_equal(f.calls, 2);
	assert_int_equal(f.sent_count, 0);
	assert_false(f.taken);

	/* once, and what the register holds stays */
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(cx3_card_lock(card, &err), CX3_OK);
		assert_int_equal(cx3_card_unlock(card, &err), CX3_OK);
		assert_int_equal(sent_to(&f, 0xf0000), 1);
	}
	assert_int_equal(f.sent[0].reg, 0xf0000);
	assert_int_equal(f.sent[0].wr_len, 8);
	assert_int_equal(*fake_reg(&f, 0xf0000), 0x1000042);
	cx3_card_close(card);
}

static void close_frees(void **state)
{
	struct fake f;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
	assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
	/* ... even if the bus is in trouble just then */
	f.fault[1] = (struct fake_fault){CX3_E_NO_ACK, 0, 0, 0};
	f.fault[3] = (struct fake_fault){CX3_E_ARBITRATION, 0, 0, 0};
	cx3_card_close(card);
	assert_false(f.taken);
}

static void waits_for_the_firmware(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	fixture_must(&b, fixture_card(&b, FUNCTIONAL ",sem=300/1000"));
	for (unsigned i = 0; i < 20; i++) {
		fixture_must(&b, cx3_card_lock(b.card, &b.err));
		b.adapter->ops->wait_us(b.adapter, 77000);
		fixture_must(&b, cx3_card_unlock(b.card, &b.err));
	}
	assert_true(cx3_card_identity(b.card)->semaphore_taken);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

static void stuck(void **state)
{
	const struct cx3_card_options force = {.break_semaphore = true};
	struct fixture b;
	uint64_t before;
	struct cx3_cleared taken;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	fixture_must(&b, fixture_card(&b, FUNCTIONAL ",sem=stuck"));
	before = b.adapter->ops->now_us(b.adapter);
	assert_int_equal(cx3_card_lock(b.card, &b.err), CX3_E_SEMAPHORE);
	assert_in_range(b.adapter->ops->now_us(b.adapter) - before, 4800000, 5200000);
	assert_non_null(strstr(b.err.next, "free the semaphore"));
	assert_true(cx3_card_identity(b.card)->semaphore_taken);
	fixture_close(&b);

	fixture_must(&b, fixture_card(&b, FUNCTIONAL ",sem=stuck"));
	fixture_must(&b, cx3_card_clear_semaphore(b.card, &taken, &b.err));
	assert_true(taken.flash && !taken.tools);
	fixture_close(&b);

	/* free now: nothing to clear */
	fixture_must(&b, fixture_card(&b, FUNCTIONAL));
	fixture_must(&b, cx3_card_clear_semaphore(b.card, &taken, &b.err));
	assert_false(taken.flash || taken.tools);
	fixture_close(&b);

	/* the same by the option of a card whose flash is opened */
	fixture_must(&b, fixture_adapter(&b, FUNCTIONAL ",sem=stuck"));
	fixture_must(&b, cx3_card_open(b.adapter, &force, &b.card, &b.err));
	fixture_must(&b, cx3_flash_open(b.card, NULL, &b.flash, &b.err));
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* A run that was killed has left chip select held and the semaphore taken. */
static void breaks_after_a_kill(void **state)
{
	struct fake f;
	struct cx3_card *card;
	struct cx3_cleared taken = {false, false};

	(void)state;
	fake_init(&f, true);
	f.taken = true;
	*fake_reg(&f, 0xf0400) = 0x2431; /* a read's block, chip select held */
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_clear_semaphore(card, &taken, NULL), CX3_OK);
	assert_true(taken.flash && !taken.tools);
	/* One byte FF went out, and the command does not hold chip select. */
	assert_int_equal(*fake_reg(&f, 0xf0410), 0xff000000u);
	assert_int_equal(*fake_reg(&f, 0xf0400), 0x40002010u);
	assert_false(f.taken);
	cx3_card_close(card);
}

/* The taking read reached the card, its answer did not reach us. */
static void lost_answer_in_livefish(void **state)
{
	struct fake f;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	f.fault[0] = (struct fake_fault){CX3_E_TIMEOUT, 1, 0, 1};
	assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
	assert_int_equal(cx3_card_unlock(card, NULL), CX3_OK);
	assert_false(f.taken);
	cx3_card_close(card);
}

static void lost_answer_on_a_functional_card(void **state)
{
	char line[KEPT_LINE] = "";
	const struct cx3_log log = {keep_line, line, CX3_LOG_WARN};
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	f.fault[0] = (struct fake_fault){CX3_E_TIMEOUT, 1, 0, 1};
	assert_int_equal(cx3_card_lock(card, &err), CX3_E_SEMAPHORE_OURS);
	assert_non_null(strstr(said(&err), "this tool may hold it itself"));
	assert_null(strstr(said(&err), "free the semaphore"));
	f.head.log = &log;
	cx3_card_close(card);
	assert_non_null(strstr(line, "this tool may have left it taken"));
	assert_int_equal(f.frees, 0); /* not ours to decide */

	/* If it never reached the card, the next read takes it for sure. */
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	f.fault[0] = (struct fake_fault){CX3_E_TIMEOUT, 0, 0, 1};
	assert_int_equal(cx3_card_lock(card, &err), CX3_OK);
	assert_int_equal(cx3_card_unlock(card, &err), CX3_OK);
	assert_false(f.taken);
	cx3_card_close(card);
}

/* Freed, but the ACK was lost, and the firmware has taken it since: its hold of
 * 300 ms must not be freed under it. */
static void lost_ack_while_freeing(void **state)
{
	struct fake f;
	struct cx3_card *card;
	uint64_t firmware_until;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
	f.fault[1] = (struct fake_fault){CX3_E_TIMEOUT, 1, 0, 1};
	f.grab_at_us = f.now_us;
	f.grab_us = 300000;
	firmware_until = f.now_us + 300000;
	assert_int_equal(cx3_card_unlock(card, NULL), CX3_OK);
	assert_true(f.now_us >= firmware_until);
	assert_false(f.taken);
	cx3_card_close(card);

	/* Never arrived: it stays taken, so it is still ours. */
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
	f.fault[1] = (struct fake_fault){CX3_E_TIMEOUT, 0, 0, 1};
	assert_int_equal(cx3_card_unlock(card, NULL), CX3_OK);
	assert_false(f.taken);
	cx3_card_close(card);
}

/* The readings that take it go out in one call, of which one answer or both can get lost. */
static void half_a_take(void **state)
{
	static const struct {
		struct fake_fault fault;
		bool firmware; /* holds it at first */
		unsigned stray;
	} cases[] = {
		{{CX3_E_TIMEOUT, 1, 1, 1}, false, 0}, /* taken; whether it sticks was not read */
		{{CX3_E_TIMEOUT, 2, 1, 1}, false, 0}, {{CX3_E_NO_ACK, 1, 1, 0}, false, 0},
		{{CX3_E_NO_ACK, 1, 1, 0}, true, 0},   {{CX3_E_NO_ACK, 0, 0, 0}, true, 0},
		{{CX3_E_NO_ACK, 1, 1, 0}, false, 1}, /* read 0, and did not reach it */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake f;
		struct cx3_card *card;

		fake_init(&f, false);
		card = fake_card(&f, NULL);
		f.fault[0] = cases[i].fault;
		f.stray_reads = cases[i].stray;
		if (cases[i].firmware)
			f.taken_until_us = f.now_us + 300000;
		assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
		assert_true(f.taken);
		assert_true(!cases[i].firmware || f.now_us >= f.taken_until_us);
		assert_int_equal(cx3_card_unlock(card, NULL), CX3_OK);
		assert_false(f.taken);
		assert_int_equal(f.frees, 1);
		cx3_card_close(card);
	}
}

static void cannot_free(void **state)
{
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;

	(void)state;
	fake_init(&f, true);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
	f.fault[1] = (struct fake_fault){CX3_E_GONE, 0, 0, 0};
	assert_int_equal(cx3_card_unlock(card, &err), CX3_E_GONE);
	assert_non_null(strstr(err.next, "Free the semaphore"));
	cx3_card_close(card);
}

/* The bus fails while it is being freed, and is back when the card is closed. */
static void owed_at_close(void **state)
{
	(void)state;
	for (unsigned livefish = 0; livefish < 2; livefish++) {
		struct fake f;
		struct cx3_card *card;
		struct cx3_error err;

		fake_init(&f, livefish);
		card = fake_card(&f, NULL);
		assert_int_equal(cx3_card_lock(card, NULL), CX3_OK);
		for (unsigned i = 1; i < 15; i++)
			f.fault[i] = (struct fake_fault){CX3_E_NO_ACK, 0, 0, 0};
		assert_int_equal(cx3_card_unlock(card, &err), CX3_E_NO_ACK);
		assert_true(f.taken);
		cx3_card_close(card);
		assert_false(f.taken);
	}
}

static void bus_fails_for_ever(void **state)
{
	struct fake f;
	struct cx3_card *card;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	for (unsigned i = 0; i < FAKE_CALLS; i++)
		f.fault[i] = (struct fake_fault){CX3_E_NO_ACK, 0, 0, 0};
	assert_int_equal(cx3_card_lock(card, NULL), CX3_E_NO_ACK);
	assert_int_equal(f.calls, 1 + CX3_DEFAULT_RETRIES);
	cx3_card_close(card);
	assert_int_equal(f.frees, 0);
}

/* A taking read that reached another register, which reads 0, took nothing. */
static void zero_of_another_register(void **state)
{
	(void)state;
	for (unsigned livefish = 0; livefish < 2; livefish++) {
		struct fake f;
		struct cx3_card *card;
		struct cx3_error err = {0};

		fake_init(&f, livefish);
		card = fake_card(&f, NULL);
		f.stray_reads = 1;
		assert_int_equal(cx3_card_lock(card, &err), CX3_OK);
		assert_true(f.taken);
		assert_int_equal(cx3_card_unlock(card, &err), CX3_OK);
		assert_false(f.taken);
		/* ... and a register that always does is no semaphore */
		f.stray_reads = FAKE_CALLS;
		assert_int_equal(cx3_card_lock(card, &err), livefish ? CX3_OK : CX3_E_GATEWAY);
		assert_int_equal(strstr(err.cause, "reads 0 each time") != NULL, !livefish);
		cx3_card_close(card);
	}
}

/* A freeing write that arrived damaged: later the semaphore may be our own. */
static void damaged_freeing_write(void **state)
{
	struct fake f;
	struct cx3_card *card;
	struct cx3_error err;

	(void)state;
	fake_init(&f, false);
	card = fake_card(&f, NULL);
	assert_int_equal(cx3_card_lock(card, &err), CX3_OK);
	assert_int_equal(cx3_card_unlock(card, &err), CX3_OK);
	f.taken = true;
	assert_int_equal(cx3_card_lock(card, &err), CX3_E_SEMAPHORE_OURS);
	assert_non_null(strstr(err.cause, "this tool's own"));
	assert_null(strstr(err.next, "free the semaphore"));
	cx3_card_close(card);
}

/* The answer 0, come as another by a flipped bit. */
static void flipped_answer(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, 0x80000, 0);
	/* Bytes 32 to 35 are the semaphore's: after 4 ids, a reset register and 3 of state. */
	for (unsigned byte = 33; byte <= 35; byte++) {
		char options[80];

		snprintf(options, sizeof(options), "part=W25Q40,livefish=1,flip-read=%u", byte);
		fixture_must(&b, fixture_card(&b, options));
		fixture_must(&b, cx3_card_lock(b.card, &b.err));
		fixture_must(&b, cx3_card_unlock(b.card, &b.err));
		fixture_close(&b);
		fixture_must(&b, fixture_card(&b, "part=W25Q40,livefish=1"));
		fixture_must(&b, cx3_card_lock(b.card, &b.err));
		assert_false(cx3_card_identity(b.card)->semaphore_taken);
		fixture_close(&b);
	}
	fixture_no_violation(&b);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nests),
		cmocka_unit_test(can_be_freed_before_it_is_taken),
		cmocka_unit_test(close_frees),
		cmocka_unit_test(waits_for_the_firmware),
		cmocka_unit_test(stuck),
		cmocka_unit_test(breaks_after_a_kill),
		cmocka_unit_test(lost_answer_in_livefish),
		cmocka_unit_test(lost_answer_on_a_functional_card),
		cmocka_unit_test(lost_ack_while_freeing),
		cmocka_unit_test(zero_of_another_register),
		cmocka_unit_test(damaged_freeing_write),
		cmocka_unit_test(flipped_answer),
		cmocka_unit_test(owed_at_close),
		cmocka_unit_test(half_a_take),
		cmocka_unit_test(cannot_free),
		cmocka_unit_test(bus_fails_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
