/* SPDX-License-Identifier: BSD-2-Clause */
/* A bit that is lost or added in the command word of a program: where its bytes go, and
 * what keeps them in place. The simulated card has its own idea of both. */
#include "flash_fixture.h"

#include "adapters.h"
#include "flash/flash.h"
#include "gateway/gateway.h"

#define SIZE 0x80000u
#define MOST_BATCH 8192u

/* Damages the first message to `reg` whose first data word has all bits of `mask`, and in
 * data messages any. One at a time: an adapter's ops have no room for more. */
static struct {
	struct cx3_adapter_ops ops;
	uint32_t reg, mask, flip;
	unsigned times;
} wire;

static uint32_t word_at(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool hits(const struct cx3_xfer *xfer)
{
	return xfer->wr_len > 4 && word_at(xfer->wr) == wire.reg &&
	       (word_at(xfer->wr + 4) & wire.mask) == wire.mask && wire.times > 0;
}

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static struct cx3_xfer copy[MOST_BATCH];
	static uint8_t bytes[80];

	for (size_t i = 0; i < n; i++) {
		if (!hits(&xfer[i]))
			continue;
		wire.times--;
		memcpy(copy, xfer, n * sizeof(*xfer));
		memcpy(bytes, xfer[i].wr, xfer[i].wr_len);
		for (unsigned b = 0; b < 4; b++)
			bytes[4 + b] ^= (uint8_t)(wire.flip >> (24 - 8 * b));
		copy[i].wr = bytes;
		return cx3_sim_ops.transfer(a, copy, n, mark, err);
	}
	return cx3_sim_ops.transfer(a, xfer, n, mark, err);
}

static void damage(struct fixture *b, uint32_t reg, uint32_t mask, uint32_t flip)
{
	wire.ops = cx3_sim_ops;
	wire.ops.transfer = transfer;
	wire.reg = reg;
	wire.mask = mask;
	wire.flip = flip;
	wire.times = 1;
	b->adapter->ops = &wire.ops;
}

#define PROGRAM_WORD (GW_OP(0x02) | GW_SEND_ADDR)
static const struct cx3_flash_options plain = {.reading = CX3_READ_PLAIN};

static void open_card(struct fixture *b, const struct cx3_flash_options *how)
{
	uint8_t page[CX3_FLASH_PAGE];

	memset(page, 0x11, sizeof(page));
	fixture_make(b, SIZE, 0x1000);
	fixture_must(b, fixture_flash(b, "livefish=1,part=W25Q40", how));
	/* the first write has more to say, and the first two pages are trials: see page.c */
	for (uint32_t at = 0x7fe00; at < SIZE; at += sizeof(page))
		fixture_must(b, cx3_flash_program(b->flash, at, page, sizeof(page), &b->err));
	fixture_reload(b);
}

/* What one flip makes of one program: the bytes that changed, against what is computed. */
static void check(const struct cx3_flash_options *how, uint32_t addr, uint32_t bit, bool in_place)
{
	struct cx3_flash_doubt doubt, any;
	struct cx3_flash_stray stray[CX3_FLASH_MOST_STRAYS];
	uint8_t data[16], *before = malloc(SIZE);
	struct fixture b;
	unsigned count, hit = 0;

	for (unsigned i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(0x05 + 7 * i);
	open_card(&b, how);
	memcpy(before, b.content, SIZE);
	damage(&b, GW_COMMAND, PROGRAM_WORD, bit);
	fixture_must(&b, in_place ? cx3_flash_program_in_place(b.flash, addr, data, 16, &b.err)
				  : cx3_flash_program(b.flash, addr, data, 16, &b.err));
	assert_int_equal(wire.times, 0);
	assert_true(cx3_flash_take_doubt(b.flash, &doubt));
	assert_true(doubt.wrong == bit);
	assert_false(cx3_flash_take_doubt(b.flash, &any));
	count = cx3_flash_strays(b.flash, addr, data, 16, &doubt, stray);
	assert_true(count <= 1);
	fixture_reload(&b);
	for (uint32_t at = 0; at < SIZE; at++) {
		uint8_t left = 0xff;

		if (count && at / CX3_FLASH_PAGE * CX3_FLASH_PAGE == stray[0].page)
			left = stray[0].left[at % CX3_FLASH_PAGE];
		hit += left != 0xff;
		if (at >= addr && at < addr + 16)
			continue; /* a command that was taken and went astray is not sent again */
		if (b.content[at] != (before[at] & left))
			fail_msg("bit 0x%x at 0x%x: 0x%x is 0x%02x, 0x%02x expected", bit, addr, at,
				 b.content[at], before[at] & left);
	}
	assert_int_equal(hit > 0, count > 0);
	fixture_free(&b);
	free(before);
}

static void goes_where_it_is_looked_for(void **state)
{
	static const uint32_t bits[] = {GW_SEND_ADDR, GW_ADDRESS_4, GW_OPCODE};
	static const uint32_t addrs[] = {0x12340, 0x2a0b0, 0x102f0};

	(void)state;
	for (unsigned b = 0; b < 3; b++) {
		for (unsigned a = 0; a < 3; a++) {
			check(&plain, addrs[a], bits[b], false);
			check(&plain, addrs[a], bits[b], true);
			check(NULL, addrs[a], bits[b], true);
			check(NULL, addrs[a], bits[b], false);
		}
	}
}

/* The top byte of the address is tried out in the plain way too: four address bytes keep a
 * program in its own 64 KiB block. */
static void stays_in_its_block(void **state)
{
	static const uint8_t zero[16] = {0};
	struct cx3_flash_doubt doubt = {.wrong = GW_ADDRESS_4, .unit = 16};
	struct cx3_flash_stray stray[CX3_FLASH_MOST_STRAYS];
	struct fixture b;

	(void)state;
	open_card(&b, &plain);
	assert_int_equal(cx3_flash_strays(b.flash, 0x3a560, zero, 16, &doubt, stray), 1);
	assert_int_equal(stray[0].page, 0x30300);
	fixture_free(&b);
}

/* Noise on the reading side does not switch programs to a way that contains less. */
static void suspect_streams_keep_the_pages(void **state)
{
	uint8_t page[CX3_FLASH_PAGE], read[0x800];
	struct fixture b;

	(void)state;
	memset(page, 0x15, sizeof(page));
	open_card(&b, NULL);
	for (unsigned n = 0; n < 3; n++) {
		/* an address that arrives damaged, and is seen to */
		damage(&b, GW_ADDRESS, 0, 0x1000);
		fixture_must(&b, cx3_flash_read(b.flash, 0x100, read, sizeof(read), &b.err));
		assert_memory_equal(read, b.content + 0x100, sizeof(read));
	}
	assert_false(cx3_flash_streams(b.flash));
	damage(&b, GW_COMMAND, PROGRAM_WORD, GW_SEND_ADDR);
	fixture_must(&b, cx3_flash_program(b.flash, 0x20000, page, sizeof(page), &b.err));
	memcpy(b.content + 0x20000, page, sizeof(page));
	fixture_must(&b, fixture_compare(&b, 0, b.content, SIZE));
	fixture_free(&b);
}

/* What arrives damaged in the data registers is written again before the write enable. */
static void in_place_data_are_read_back(void **state)
{
	static const uint8_t zero[4] = {0};
	static const struct cx3_flash_options *const ways[] = {NULL, &plain};

	(void)state;
	for (unsigned w = 0; w < 2; w++) {
		struct fixture b;

		open_card(&b, ways[w]);
		damage(&b, GW_DATA, 0, 0x00800000);
		fixture_must(&b, cx3_flash_program_in_place(b.flash, 0x108, zero, 4, &b.err));
		assert_int_equal(wire.times, 0);
		memset(b.content + 0x108, 0, 4);
		fixture_must(&b, fixture_compare(&b, 0, b.content, SIZE));
		/* a register that never reads back: nothing is programmed */
		damage(&b, GW_DATA, 0, 0x00800000);
		wire.times = 1000;
		assert_int_equal(cx3_flash_program_in_place(b.flash, 0x208, zero, 4, &b.err),
				 CX3_E_GATEWAY);
		wire.times = 0;
		fixture_must(&b, fixture_compare(&b, 0, b.content, SIZE));
		fixture_close(&b);
		fixture_no_violation(&b);
		fixture_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_where_it_is_looked_for),
		cmocka_unit_test(stays_in_its_block),
		cmocka_unit_test(suspect_streams_keep_the_pages),
		cmocka_unit_test(in_place_data_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
