/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of ways: what is found on cards that differ, what is assumed, what is given up. */
#include "said.h"
#include "wrapped.h"

/* Every behaviour that a card lacks is found, and no other one is given up for it. */
static void each_is_found_alone(void **state)
{
	static const struct {
		const char *card;
		enum cx3_way lacks[3];
		unsigned count;
	} cases[] = {
		{"", {0}, 0},
		{"at-stop=1", {CX3_WAY_JOIN}, 1},
		{"join=0", {CX3_WAY_JOIN}, 1},
		{"read-after-write=0", {CX3_WAY_READ_AFTER}, 1},
		{"read-ff=8", {CX3_WAY_BLOCK_READ}, 1},
		{"write-nack=8", {CX3_WAY_BLOCK_WRITE}, 1},
		{"block-read=0", {CX3_WAY_BLOCK_READ}, 1},
		{"block-write=0", {CX3_WAY_BLOCK_WRITE}, 1},
		{"long-messages=0", {CX3_WAY_LONG}, 1},
		{"ack-busy=0", {CX3_WAY_ACK_BUSY, CX3_WAY_NO_POLL}, 2},
		{"livefish=1,livefish-link=0", {CX3_WAY_LIVEFISH_LINK}, 1},
		{"wrap=4", {CX3_WAY_BLOCK_READ, CX3_WAY_BLOCK_WRITE}, 2},
		{"max-write=8", {CX3_WAY_LONG}, 1},
		{"stream=0", {CX3_WAY_HELD_READ, CX3_WAY_BARE_HEAD}, 2},
		{"held-read=0", {CX3_WAY_HELD_READ, CX3_WAY_BARE_HEAD}, 2},
		{"bare-head=0", {CX3_WAY_BARE_HEAD}, 1},
		{"bare-head=clock", {CX3_WAY_BARE_HEAD}, 1},
		{"command-echo=0", {CX3_WAY_COMMAND_ECHO}, 1},
		{"command-echo=part", {CX3_WAY_COMMAND_ECHO}, 1},
		{"command-echo=stale", {CX3_WAY_COMMAND_ECHO}, 1},
		{"address-echo=0", {CX3_WAY_ADDRESS_ECHO, CX3_WAY_TOP_BYTE}, 2},
		{"top-byte=0", {CX3_WAY_TOP_BYTE}, 1},
		{"status-word=0", {CX3_WAY_STATUS_WORD}, 1},
		{"busy-nack=1000", {CX3_WAY_ACK_BUSY, CX3_WAY_NO_POLL}, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cx3_way_row *rows;
		struct fixture b;

		fixture_make(&b, BENCH_SIZE, 0x1000);
		fixture_must(&b, fixture_flash(&b, cases[i].card, NULL));
		rows = cx3_flash_ways(b.flash);
		for (unsigned w = 0; w < CX3_WAYS; w++) {
			bool lacks = false;

			for (unsigned k = 0; k < cases[i].count; k++)
				lacks = lacks || cases[i].lacks[k] == w;
			if ((rows[w].state == CX3_WAY_GIVEN_UP) != lacks)
				fail_msg("%s: %s is %s: %s", cases[i].card, rows[w].name,
					 cx3_way_state_name(rows[w].state), rows[w].why);
		}
		fixture_free(&b);
	}
}

/* Pages in which a lost or doubled block shows: that one comes out wrong may be the wires. */
static void program_pages(struct fixture *b)
{
	uint8_t page[CX3_FLASH_PAGE];

	for (uint32_t at = 0x20000; at < 0x20400; at += sizeof(page)) {
		for (unsigned k = 0; k < sizeof(page); k++)
			page[k] = (uint8_t)(at / 256 + 7 * k);
		memcpy(b->content + at, page, sizeof(page));
		fixture_must(b, cx3_flash_program(b->flash, at, page, sizeof(page), &b->err));
	}
}

/* The simulated card has a switch of the name of each row. At 0 the row is given up at the
 * latest when some pages were read and programmed, which come out right. */
static void each_has_a_switch(void **state)
{
	(void)state;
	for (unsigned w = 0; w < CX3_WAYS; w++) {
		uint8_t *read = malloc(0x4000);
		const struct cx3_way_row *row;
		struct fixture b;
		char card[80];

		fixture_make(&b, BENCH_SIZE, 0x4000);
		fixture_must(&b, fixture_flash(&b, "livefish=1", NULL));
		row = &cx3_flash_ways(b.flash)[w];
		if (row->state == CX3_WAY_GIVEN_UP)
			fail_msg("the kind card has no %s: %s", row->name, row->why);
		snprintf(card, sizeof(card), "livefish=1,%s=0", row->name);
		fixture_close(&b);
		fixture_forget_state(&b);
		if (fixture_flash(&b, card, NULL) != CX3_OK)
			fail_msg("%s: %s", card, said(&b.err));
		fixture_must(&b, cx3_flash_read(b.flash, 0, read, 0x4000, &b.err));
		assert_memory_equal(read, b.content, 0x4000);
		program_pages(&b);
		fixture_must(&b, fixture_compare(&b, 0x20000, b.content + 0x20000, 0x400));
		row = &cx3_flash_ways(b.flash)[w];
		if (row->state != CX3_WAY_GIVEN_UP)
			fail_msg("%s: the row is %s: %s", card, cx3_way_state_name(row->state),
				 row->why);
		fixture_free(&b);
		free(read);
	}
}

static void assumptions(void **state)
{
	struct cx3_flash_options how = {0};
	struct cx3_error err;
	struct fixture b;

	(void)state;
	assert_int_equal(cx3_assume(&how.assume, "held-read=no", &err), CX3_OK);
	assert_int_equal(cx3_assume(&how.assume, "top-byte=yes", &err), CX3_OK);
	assert_int_equal(cx3_assume(&how.assume, "held-read", &err), CX3_E_USAGE);
	assert_int_equal(cx3_assume(&how.assume, "held-read=maybe", &err), CX3_E_USAGE);
	assert_int_equal(cx3_assume(&how.assume, "held=no", &err), CX3_E_USAGE);
	assert_non_null(strstr(said(&err), "held-program, command-echo"));
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "", &how));
	assert_false(cx3_flash_streams(b.flash));
	assert_int_equal(cx3_flash_ways(b.flash)[CX3_WAY_HELD_READ].state, CX3_WAY_GIVEN_UP);
	assert_int_equal(cx3_flash_ways(b.flash)[CX3_WAY_TOP_BYTE].state, CX3_WAY_ASSUMED);
	assert_int_equal(cx3_flash_ways(b.flash)[CX3_WAY_BARE_HEAD].state, CX3_WAY_PROVEN);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
}

/* Plain reads go many at a time; a lost command in a group is found where blocks differ. */
static void groups(void **state)
{
	const struct cx3_flash_options how = {.assume.of[CX3_WAY_HELD_READ] = CX3_ASSUME_NO};
	uint8_t *read = malloc(0x10000), *again = malloc(0x10000);
	struct fixture b;
	uint64_t calls, bytes;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x10000);
	fixture_must(&b, fixture_flash(&b, "livefish=1", &how));
	calls = b.adapter->traffic.calls;
	bytes = b.adapter->traffic.wire_bytes;
	fixture_must(&b, cx3_flash_read(b.flash, 0, read, 0x10000, &b.err));
	assert_memory_equal(read, b.content, 0x10000);
	/* seven blocks of six messages in each ioctl of 42 */
	assert_true((b.adapter->traffic.calls - calls) * 110 < 0x10000);
	assert_true((b.adapter->traffic.wire_bytes - bytes) * 10 < 0x10000 * 33u);
	/* downwards at the same cost */
	bytes = b.adapter->traffic.wire_bytes;
	fixture_must(&b, cx3_flash_read_again(b.flash, 3, again, 0xfff0, &b.err));
	assert_memory_equal(again, b.content + 3, 0xfff0);
	assert_true((b.adapter->traffic.wire_bytes - bytes) * 10 < 0x10000 * 33u);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_free(&b);
	free(read);
	free(again);
}

/* One lost command: a word that lands in another register. */
static int lose_a_command(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			  struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static const uint8_t command[4] = {0x00, 0x0f, 0x04, 0x00};
	static struct cx3_xfer kept[8192];
	size_t count = 0, commands = 0;

	for (size_t i = 0; i < n; i++) {
		bool is_command = !xfer[i].rd_len && memcmp(xfer[i].wr, command, 4) == 0;

		commands += is_command;
		if (!is_command || commands != 20 || wrap.times == 0)
			kept[count++] = xfer[i];
		else
			wrap.times--;
	}
	return cx3_sim_ops.transfer(a, kept, count, mark, err);
}

/* The card's content, each block with its address, comes out right through this transfer, which has
 * done once what it does. */
static void reads_right_through(struct fixture *b,
				int (*transfer)(struct cx3_adapter *a, const struct cx3_xfer *xfer,
						size_t n, struct cx3_progress_mark *mark,
						struct cx3_error *err))
{
	const struct cx3_flash_options how = {.assume.of[CX3_WAY_HELD_READ] = CX3_ASSUME_NO};
	struct cx3_adapter_ops ops = cx3_sim_ops;
	uint8_t read[0x400];

	fixture_must(b, fixture_flash(b, "livefish=1", &how));
	ops.transfer = transfer;
	b->adapter->ops = &ops;
	wrap.times = 1;
	fixture_must(b, cx3_flash_read(b->flash, 0, read, sizeof(read), &b->err));
	assert_int_equal(wrap.times, 0);
	assert_memory_equal(read, b->content, sizeof(read));
	fixture_free(b);
}

static void lost_commands_show(void **state)
{
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	reads_right_through(&b, lose_a_command);
}

/* What happens once to a group: the address of its last block arrives with a wrong bit; or its 20th
 * command is late, and the address after it does not arrive. */
enum trouble { LAST_ADDRESS, LATE };
static enum trouble trouble;

static int damage_a_group(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			  struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static const uint8_t command[4] = {0x00, 0x0f, 0x04, 0x00};
	static const uint8_t address[4] = {0x00, 0x0f, 0x04, 0x04};
	static struct cx3_xfer kept[8192];
	size_t count = 0, addresses = 0, answers = 0, last = 0;
	uint8_t wrong[8], *late = NULL;
	int rc;

	for (size_t i = 0; i < n; i++) {
		bool is_address = !xfer[i].rd_len && memcmp(xfer[i].wr, address, 4) == 0;

		addresses += is_address;
		if (xfer[i].rd_len && memcmp(xfer[i].wr, command, 4) == 0 && ++answers == 20)
			late = xfer[i].rd;
		if (trouble == LATE && wrap.times > 0 && is_address && addresses == 21)
			continue;
		last = is_address ? count : last;
		kept[count++] = xfer[i];
	}
	if (addresses > 20 && trouble == LAST_ADDRESS && wrap.times > 0) {
		memcpy(wrong, kept[last].wr, sizeof(wrong));
		wrong[6] ^= 0x10;
		kept[last].wr = wrong;
	}
	rc = cx3_sim_ops.transfer(a, kept, count, mark, err);
	if (addresses > 20 && wrap.times > 0) {
		wrap.times--;
		if (trouble == LATE)
			late[0] |= 0x40;
	}
	return rc;
}

/* Neither block looks like the one before it. */
static void damaged_groups_show(void **state)
{
	(void)state;
	for (trouble = LAST_ADDRESS; trouble <= LATE; trouble++) {
		struct fixture b;

		fixture_make(&b, BENCH_SIZE, 0x2000);
		memset(b.content + 19 * 16, 0xff, 16);
		fixture_store(&b);
		reads_right_through(&b, damage_a_group);
	}
}

/* Programs do not hold chip select though reads do: found on the first page, and done without. */
static void programs_step_down(void **state)
{
	static const struct {
		const char *card;
		bool bare, held;
	} cases[] = {{"livefish=1", true, true},
		     {"livefish=1,bare-head=0", false, true},
		     {"livefish=1,held-program=0", false, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cx3_way_row *rows;
		struct fixture b;

		fixture_make(&b, BENCH_SIZE, 0x1000);
		fixture_must(&b, fixture_flash(&b, cases[i].card, NULL));
		program_pages(&b);
		fixture_must(&b, fixture_compare(&b, 0, b.content, 0x21000));
		rows = cx3_flash_ways(b.flash);
		assert_int_equal(rows[CX3_WAY_BARE_HEAD].state != CX3_WAY_GIVEN_UP, cases[i].bare);
		assert_int_equal(rows[CX3_WAY_HELD_PROGRAM].state != CX3_WAY_GIVEN_UP,
				 cases[i].held);
		fixture_free(&b);
	}
}

/* Chip select rises after so many blocks: what looks blank from there on is not believed. */
static void short_holds(void **state)
{
	struct fixture b;
	uint8_t *read = malloc(0x4000);

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x80);
	/* blank for longer than chip select is held, then data */
	memset(b.content + 0x2000, 0x5a, 0x100);
	fixture_store(&b);
	fixture_must(&b, fixture_flash(&b, "livefish=1,hold-blocks=16", NULL));
	fixture_must(&b, cx3_flash_read(b.flash, 0, read, 0x4000, &b.err));
	assert_memory_equal(read, b.content, 0x4000);
	fixture_free(&b);
	free(read);
}

/*
 * A flash that is blank up to its upper image costs no more than any other. Where chip select
 * rises after so many blocks, that is found there as well, and nothing is believed too early.
 */
static void blank_at_first(void **state)
{
	static const char *const cards[] = {"livefish=1", "livefish=1,hold-blocks=16"};
	uint8_t *read = malloc(0x90000);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct fixture b;
		uint64_t bytes;

		fixture_make(&b, BENCH_SIZE, 0x10000);
		memcpy(b.content + 0x80000, b.content, 0x10000);
		memset(b.content, 0xff, 0x10000);
		memset(b.content + 0x2000, 0x5a, 0x10);
		fixture_store(&b);
		fixture_must(&b, fixture_flash(&b, cards[i], NULL));
		bytes = b.adapter->traffic.wire_bytes;
		fixture_must(&b, cx3_flash_read(b.flash, 0, read, 0x90000, &b.err));
		assert_memory_equal(read, b.content, 0x90000);
		if (i == 0)
			assert_true((b.adapter->traffic.wire_bytes - bytes) * 10 < 0x90000 * 22u);
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
	free(read);
}

static void second_chip(void **state)
{
	uint8_t id[3];
	struct fixture b;

	(void)state;
	fixture_make(&b, BENCH_SIZE, 0x1000);
	fixture_must(&b, fixture_flash(&b, "second=0x202015", NULL));
	fixture_must(&b, cx3_flash_second_id(b.flash, id, &b.err));
	assert_memory_equal(id, "\x20\x20\x15", 3);
	fixture_close(&b);
	fixture_no_violation(&b);
	fixture_forget_state(&b);
	fixture_must(&b, fixture_flash(&b, "", NULL));
	fixture_must(&b, cx3_flash_second_id(b.flash, id, &b.err));
	assert_memory_equal(id, "\xff\xff\xff", 3);
	fixture_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_alone), cmocka_unit_test(each_has_a_switch),
		cmocka_unit_test(assumptions),	       cmocka_unit_test(groups),
		cmocka_unit_test(lost_commands_show),  cmocka_unit_test(damaged_groups_show),
		cmocka_unit_test(programs_step_down),  cmocka_unit_test(short_holds),
		cmocka_unit_test(blank_at_first),      cmocka_unit_test(second_chip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
