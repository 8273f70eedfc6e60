/* SPDX-License-Identifier: BSD-2-Clause */
/* The programmer as the library has it: which cards a client may write to, and the bounds of
 * what it may ask for. The protocol is in tests/cli/test_serprog, with a client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cx3flash/serprog.h"
#include "flip_adapter.h"
#include "jobs_fixture.h"

#define ACK 0x06
#define NAK 0x15

#define FLASH_SIZE 0x80000u
/* the protocol's SPI operation: its code, and the lengths out and in, lowest byte first */
#define SPI(out, in)                                                                               \
	0x13, (out)&0xff, (out) >> 8 & 0xff, (out) >> 16 & 0xff, (in)&0xff, (in) >> 8 & 0xff,      \
		(in) >> 16 & 0xff

static bool flips; /* a bit of a register write, as `flip` says, once the flash is open */

/* What a client gets last that sends this. */
static int last_answer(struct fixture *b, const char *card,
		       const struct cx3_serprog_options *options, const uint8_t *sent, size_t len)
{
	struct cx3_serprog_counts counts = {.size = sizeof(counts)};
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_device *device;
	uint8_t answer[64] = {0};
	ssize_t got;
	char name[400];
	int in[2], out[2];

	snprintf(name, sizeof(name), "sim:%s%s", b->file, card);
	fixture_ok(cx3_device_open(name, NULL, &device, &err), &err);
	fixture_ok(cx3_device_deepen(device, CX3_OPEN_FLASH, &err), &err);
	if (flips)
		flip_at_adapter(cx3_device_adapter(device));
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	assert_int_equal(write(in[1], sent, len), len);
	close(in[1]);
	fixture_ok(cx3_serprog_serve(device, in[0], out[1], options, NULL, &counts, &err), &err);
	got = read(out[0], answer, sizeof(answer));
	assert_true(got > 0);
	close(in[0]);
	close(out[0]);
	close(out[1]);
	cx3_device_close(device);
	return answer[got - 1];
}

/* What a client gets that sends one "write enable". */
static int answer_to_enable(struct fixture *b, const char *card,
			    const struct cx3_serprog_options *options)
{
	static const uint8_t enable[] = {SPI(1, 0), 0x06};

	return last_answer(b, card, options, enable, sizeof(enable));
}

static void a_running_card_is_only_read(void **state)
{
	static const struct {
		const char *card;
		struct cx3_serprog_options options;
		int answer;
	} cases[] = {
		{",livefish=1", {.writes = false}, NAK},
		{",livefish=1", {.writes = true}, ACK},
		{"", {.writes = true}, NAK},
		{"", {.running_too = true}, NAK},
		{"", {.writes = true, .running_too = true}, ACK},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cx3_fs2_recipe recipe;
		struct fixture b;
		int answer;

		fixture_with_image(&b, "MT_SERPROG_01", &recipe);
		answer = answer_to_enable(&b, cases[i].card, &cases[i].options);

		if (answer != cases[i].answer)
			fail_msg("case %zu: 0x%02x", i, (unsigned)answer);
		fixture_delete(&b);
	}
}

struct operation {
	const char *what;
	size_t len; /* of `sent` */
	int answer;
	uint8_t sent[20];
};

#define OPERATION(what, answer, ...)                                                               \
	{                                                                                          \
		(what), sizeof((uint8_t[]){__VA_ARGS__}), (answer),                                \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

/* At the bounds of what the flash and the gateway have, and of the program's own memory. */
static const struct operation operations[] = {
	OPERATION("a read up to the flash's end", 0xff, SPI(4, 16), 0x03, 0x07, 0xff, 0xf0),
	OPERATION("a read over the flash's end", NAK, SPI(4, 17), 0x03, 0x07, 0xff, 0xf0),
	OPERATION("a read of more than one answer holds", NAK, SPI(4, 8193), 0x03, 0, 0, 0),
	OPERATION("a read of the flash's size", NAK, SPI(4, FLASH_SIZE), 0x03, 0, 0, 0),
	OPERATION("a program without write enable", 0xff, SPI(1, 3), 0x9f, SPI(5, 3), 0x02, 0, 0, 0,
		  0x55),
	OPERATION("SFDP, more than the gateway fetches", NAK, SPI(5, 16), 0x5a, 0, 0, 0, 0),
	OPERATION("write enable and a byte more", NAK, SPI(2, 0), 0x06, 0x06),
	OPERATION("write enable with an answer", NAK, SPI(1, 1), 0x06),
	OPERATION("an erase with an address that is cut", NAK, SPI(1, 0), 0x06, SPI(3, 0), 0x20, 0,
		  0),
};

static void operations_that_do_not_fit(void **state)
{
	static const struct cx3_serprog_options writes = {.writes = true};
	struct cx3_fs2_recipe recipe;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SERPROG_01", &recipe);
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		const struct operation *o = &operations[i];
		int answer = last_answer(&b, ",livefish=1", &writes, o->sent, o->len);

		if (answer != o->answer)
			fail_msg("%s: 0x%02x", o->what, (unsigned)answer);
	}
	assert_int_equal(fixture_violations(&b), 0);
	fixture_delete(&b);
}

/* Clients send SFDP's dummy byte, or leave it in the answer. The simulated flash has no such table.
 */
static void sfdp_with_and_without_a_dummy_byte(void **state)
{
	static const uint8_t sent[] = {SPI(5, 8), 0x5a, 0, 0, 0, 0};
	static const uint8_t in_answer[] = {SPI(4, 9), 0x5a, 0, 0, 0};
	struct cx3_fs2_recipe recipe;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SERPROG_01", &recipe);
	assert_int_equal(last_answer(&b, ",livefish=1", NULL, sent, sizeof(sent)), 0xff);
	assert_int_equal(last_answer(&b, ",livefish=1", NULL, in_answer, sizeof(in_answer)), 0xff);
	fixture_delete(&b);
}

/* Far more than the program has room for is taken off the connection, and kept nowhere: what
 * follows it is the next command. */
static void an_operation_that_is_too_long(void **state)
{
	enum { HEAD = 7, LONG = 20000 };
	static uint8_t sent[HEAD + LONG + HEAD + 1] = {SPI(LONG, 0), 0x02};
	static const uint8_t id[HEAD + 1] = {SPI(1, 3), 0x9f};
	struct cx3_fs2_recipe recipe;
	struct fixture b;

	(void)state;
	memcpy(sent + HEAD + LONG, id, sizeof(id));
	fixture_with_image(&b, "MT_SERPROG_01", &recipe);
	assert_int_equal(last_answer(&b, ",livefish=1", NULL, sent, HEAD + LONG), NAK);
	/* of a W25Q40: ef 40 13 */
	assert_int_equal(last_answer(&b, ",livefish=1", NULL, sent, sizeof(sent)), 0x13);
	fixture_delete(&b);
}

/* As on the flash itself an address within a sector, or a block, means all of it. */
static void an_erase_anywhere_in_its_sector(void **state)
{
	static const uint8_t erase[] = {SPI(1, 0), 0x06, SPI(4, 0), 0x20, 0x00, 0x31, 0x23};
	static const struct cx3_serprog_options writes = {.writes = true};
	struct cx3_fs2_recipe recipe;
	uint8_t *before, *now;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SERPROG_01", &recipe);
	before = fixture_get(&b);
	assert_int_equal(last_answer(&b, ",livefish=1", &writes, erase, sizeof(erase)), ACK);
	now = fixture_get(&b);
	memset(before + 0x3000, 0xff, 0x1000);
	assert_memory_equal(now, before, b.size);
	free(before);
	free(now);
	fixture_delete(&b);
}

/* A client that was not let write is told so: nothing that it sends is done in silence. */
static void a_program_that_was_not_allowed(void **state)
{
	static const uint8_t program[] = {SPI(5, 0), 0x02, 0x07, 0, 0, 0x55};
	struct cx3_fs2_recipe recipe;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SERPROG_01", &recipe);
	assert_int_equal(last_answer(&b, ",livefish=1", NULL, program, sizeof(program)), NAK);
	fixture_delete(&b);
}

/*
 * Each bit of each register write of a program is flipped in turn. Clients read back what they have
 * written, but nothing else: one that is told that it is done finds no other byte changed.
 */
static void a_program_that_arrives_damaged(void **state)
{
	static const uint8_t program[] = {SPI(1, 0), 0x06, SPI(12, 0), 0x02, 0x07, 0x01, 0x40, 1,
					  2,	     3,	   4,	       5,    6,	   7,	 8};
	static const struct cx3_serprog_options writes = {.writes = true};
	static struct flip_sent sent[FLIP_MOST_WRITES];
	unsigned done = 0, refused = 0;
	struct cx3_fs2_recipe recipe;
	uint8_t *before, *wanted;
	uint64_t count;
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_SERPROG_01", &recipe);
	before = fixture_get(&b);
	flips = true;
	flip.sent = sent;
	assert_int_equal(last_answer(&b, ",livefish=1", &writes, program, sizeof(program)), ACK);
	flip.sent = NULL;
	count = flip.writes;
	wanted = fixture_get(&b);
	assert_memory_equal(wanted + 0x70140, program + 19, 8);
	for (uint64_t n = 0; n < count; n++) {
		for (unsigned bit = 0; bit < sent[n].bits; bit++) {
			uint8_t *now;
			int answer;

			fixture_put(&b, before);
			flip.at = n + 1;
			flip.bit = bit;
			answer = last_answer(&b, ",livefish=1", &writes, program, sizeof(program));
			now = fixture_get(&b);
			/* what the registers carried is the client's to read back */
			memcpy(now + 0x70140, wanted + 0x70140, 16);
			if (answer == ACK && memcmp(now, wanted, b.size) != 0)
				fail_msg("write %u, bit %u: done, but elsewhere", (unsigned)n + 1,
					 bit);
			free(now);
			done += answer == ACK;
			refused += answer == NAK;
		}
	}
	flip_forget();
	flips = false;
	/* most are seen and sent again; of some nobody can tell where they went */
	assert_true(done > 0 && refused > 0);
	free(before);
	free(wanted);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_running_card_is_only_read),
		cmocka_unit_test(operations_that_do_not_fit),
		cmocka_unit_test(sfdp_with_and_without_a_dummy_byte),
		cmocka_unit_test(an_operation_that_is_too_long),
		cmocka_unit_test(an_erase_anywhere_in_its_sector),
		cmocka_unit_test(a_program_that_was_not_allowed),
		cmocka_unit_test(a_program_that_arrives_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
