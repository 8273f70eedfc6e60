/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FT232H adapter over a board that lies: the emulated chip with answers that are
 * changed, cut short or kept back, or nothing but the fuzzer's bytes. There is an end,
 * what is reported of a batch is legal, and without a lie the data are right.
 */
#include "ft232h_fixture.h"
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>

#include "said.h"

#define TRANSFERS 24u

static struct fuzz_bytes lies;
static bool garbage; /* no chip at all */
static unsigned told;
static struct mpsse_usb honest;

static int gone(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_GONE, "board", "The board was unplugged.\nPlug it in again.");
}

static int lying_write(void *user, const uint8_t *data, size_t len, struct cx3_error *err)
{
	uint8_t kind = fuzz_byte(&lies);

	if (kind == 1) {
		told++;
		return gone(err);
	}
	if (garbage) {
		honest.wait_us(user, 100);
		return CX3_OK;
	}
	return honest.write(user, data, len, err);
}

static int lying_read(void *user, uint8_t *data, size_t len, size_t *got, struct cx3_error *err)
{
	uint8_t kind = fuzz_byte(&lies);
	int rc = CX3_OK;

	if (garbage) {
		honest.wait_us(user, 1000);
		*got = lies.left < len ? lies.left : len;
		for (size_t i = 0; i < *got; i++)
			data[i] = fuzz_byte(&lies);
	} else {
		rc = honest.read(user, data, len, got, err);
	}
	if (kind)
		told++;
	if (kind == 2)
		return gone(err);
	if (kind == 3)
		*got = *got ? fuzz_byte(&lies) % (*got + 1) : 0;
	for (unsigned i = kind == 4 ? 4 : 0; i && *got; i--)
		data[fuzz_word(&lies) % *got] ^= (uint8_t)(1u << fuzz_byte(&lies) % 8);
	if (kind == 5)
		memset(data, fuzz_byte(&lies), *got);
	return rc;
}

static void fill(struct fuzz_bytes *b, struct fixture_transfer *t)
{
	static const uint8_t words[64] = {0xde, 0xad, 0xbe, 0xef};
	uint32_t reg = (fuzz_word(b) & 0x7ffcu);
	unsigned kind = fuzz_byte(b), len = 4 * (1 + kind / 2 % 16);

	if (kind & 1)
		fixture_write(t, reg, words, len);
	else
		fixture_read(t, reg, len);
}

/* Without a lie, what was read is what lies in the slave's memory. */
static void check_data(const struct fixture *f, const struct cx3_xfer *xfer)
{
	uint32_t reg = (uint32_t)xfer->wr[2] << 8 | xfer->wr[3];

	for (unsigned i = 0; i < xfer->rd_len; i++)
		assert(xfer->rd[i] == f->memory[(reg + i) % RIG_MEMORY]);
}

static int transfer(struct fixture *f, struct fuzz_bytes *b)
{
	static struct fixture_transfer t[TRANSFERS];
	struct cx3_xfer xfer[TRANSFERS];
	struct cx3_progress_mark mark;
	struct cx3_error err = {.code = CX3_OK};
	size_t n = 1 + fuzz_byte(b) % TRANSFERS;
	int rc;

	for (size_t i = 0; i < n; i++) {
		fill(b, &t[i]);
		/* writes first, so that reads see what they have left */
		xfer[i] = t[i].xfer;
	}
	told = 0;
	rc = f->adapter->ops->transfer(f->adapter, xfer, n, &mark, &err);
	assert(mark.done + mark.unsure <= n);
	if (rc != CX3_OK) {
		assert((int)err.code == rc && said(&err)[0]);
		return rc;
	}
	assert(mark.done == n);
	if (n == 1 && !told && !garbage)
		check_data(f, &xfer[0]);
	return rc;
}

static void nothing(void *user, const char *text)
{
	(void)user;
	assert(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned rates[] = {100000, 400000, 1000000, 10000};
	struct fuzz_bytes b = {data, size};
	struct cx3_error err = {.code = CX3_OK};
	static struct fixture f;
	unsigned chip = fuzz_byte(&b) % 3, hz = rates[fuzz_byte(&b) % 4], plan = fuzz_byte(&b);
	struct fuzz_bytes batches = {b.at, b.left < 200 ? b.left : 200};
	int rc;

	lies = (struct fuzz_bytes){b.at + batches.left, b.left - batches.left};
	garbage = (plan & 7) == 1;
	fixture_init(&f, (enum mpsse_chip)chip, 150 + 10u * (plan >> 3), hz);
	honest = f.host.usb;
	f.host.usb.write = lying_write;
	f.host.usb.read = lying_read;
	rc = fixture_open(&f, hz, &err);
	if (rc != CX3_OK)
		assert((int)err.code == rc && said(&err)[0]);
	for (unsigned i = 0; f.adapter && i < 4; i++) {
		if (transfer(&f, &batches) == CX3_E_GONE)
			break;
	}
	if (f.adapter && (plan & 7) == 2)
		(void)f.adapter->ops->selftest(f.adapter, nothing, NULL, &err);
	fixture_close(&f);
	assert(f.host.closed);
	return 0;
}

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	uint64_t random = seed;
	size_t len = 203 + fuzz_below(&random, 400);
	uint32_t often = 1 + fuzz_below(&random, 60);

	if (len > room)
		len = room;
	for (size_t i = 0; i < len; i++) {
		if (i < 203)
			out[i] = (uint8_t)fuzz_random(&random);
		else
			out[i] = (uint8_t)(fuzz_below(&random, often) ? 0 : fuzz_below(&random, 7));
	}
	return len;
}
