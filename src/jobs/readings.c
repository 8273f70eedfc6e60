/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading in each way. The slower ways are those of a flash that is opened once more on the
 * same card, with what makes the faster ones assumed not to work.
 */
#include "cx3flash/readings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/adapterops.h"
#include "plan/settle.h"
#include "sized.h"

#define MOST_BYTES (1u << 20)
#define PIECE 4096u
#define SLOWER 4u /* a slower way reads so much less */

static const char *const names[CX3_READINGS] = {"best", "groups", "alone"};

struct request {
	struct cx3_flash *flash;
	const struct cx3_flash_options *options;
	const struct cx3_watch *watch;
};

static int stopped(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_INTERRUPTED, "flash",
			"Stopped while the flash was read.\n"
			"Nothing was written: it can be done again.");
}

static uint64_t repeats_of(struct cx3_flash *flash)
{
	return cx3_flash_counts(flash)->repeats + cx3_card_repeats(cx3_flash_card(flash));
}

/* In pieces, so that whoever waits is heard. */
static int read_all(struct cx3_flash *flash, const struct cx3_watch *watch, uint8_t *data,
		    struct cx3_reading *r, struct cx3_error *err)
{
	struct cx3_adapter *adapter = cx3_card_adapter(cx3_flash_card(flash));
	const struct cx3_traffic before = adapter->traffic;
	uint64_t started = adapter->ops->now_us(adapter), repeats = repeats_of(flash);
	uint32_t end = r->bytes;
	int rc = CX3_OK;

	for (r->bytes = 0; r->bytes < end && rc == CX3_OK;) {
		uint32_t len = end - r->bytes < PIECE ? end - r->bytes : PIECE;

		rc = cx3_watch_cancelled(watch)
			     ? stopped(err)
			     : cx3_flash_read(flash, r->bytes, data + r->bytes, len, err);
		r->bytes += rc == CX3_OK ? len : 0;
	}
	r->us = adapter->ops->now_us(adapter) - started;
	r->calls = adapter->traffic.calls - before.calls;
	r->wire_bytes = adapter->traffic.wire_bytes - before.wire_bytes;
	r->repeats = repeats_of(flash) - repeats;
	return rc;
}

static int read_slower(const struct request *request, enum cx3_reading_way way, uint8_t *data,
		       struct cx3_reading *r, struct cx3_error *err)
{
	struct cx3_flash_options options = *request->options;
	struct cx3_flash *flash;
	int rc;

	options.assume.of[CX3_WAY_HELD_READ] = CX3_ASSUME_NO;
	if (way == CX3_READING_ALONE)
		options.assume.of[CX3_WAY_NO_POLL] = CX3_ASSUME_NO;
	rc = cx3_flash_open(cx3_flash_card(request->flash), &options, &flash, err);
	if (rc != CX3_OK)
		return rc;
	rc = read_all(flash, request->watch, data, r, err);
	cx3_flash_close(flash);
	return rc;
}

static uint32_t count_differing(const uint8_t *a, const uint8_t *b, uint32_t len)
{
	uint32_t differing = 0;

	for (uint32_t i = 0; i < len; i++)
		differing += a[i] != b[i];
	return differing;
}

static bool ends_all(int rc)
{
	return rc == CX3_E_GONE || rc == CX3_E_INTERRUPTED || rc == CX3_E_NO_MEMORY;
}

static int try_all(const struct request *request, uint32_t bytes, uint8_t *first, uint8_t *now,
		   struct cx3_reading *out, struct cx3_error *err)
{
	uint32_t known = 0;

	for (unsigned i = 0; i < CX3_READINGS; i++) {
		struct cx3_reading *r = &out[i];
		struct cx3_error why;
		int rc;

		r->bytes = i == CX3_READING_BEST ? bytes : bytes / SLOWER;
		rc = i == CX3_READING_BEST ? read_all(request->flash, request->watch, now, r, &why)
					   : read_slower(request, i, now, r, &why);
		r->code = (enum cx3_code)rc;
		if (ends_all(rc)) {
			if (err)
				*err = why;
			return rc;
		}
		if (rc != CX3_OK)
			continue;
		r->differing = count_differing(first, now, known < r->bytes ? known : r->bytes);
		if (known < r->bytes) {
			memcpy(first, now, r->bytes);
			known = r->bytes;
		}
	}
	return CX3_OK;
}

int cx3_try_readings(struct cx3_flash *flash, const struct cx3_flash_options *options,
		     const struct cx3_watch *watch, uint32_t bytes,
		     struct cx3_reading out[CX3_READINGS], struct cx3_error *err)
{
	struct cx3_flash_options own;
	const struct request request = {flash, &own, watch};
	uint32_t size = cx3_flash_part(flash)->size;
	uint8_t *data;
	int rc = CX3_TAKE(cx3_flash_options, &own, options, err);

	assert(bytes <= MOST_BYTES);
	if (rc != CX3_OK)
		return rc;
	bytes = bytes < size ? bytes : size;
	memset(out, 0, CX3_READINGS * sizeof(*out));
	for (unsigned i = 0; i < CX3_READINGS; i++)
		out[i].name = names[i];
	data = malloc(2 * (size_t)bytes);
	if (!data)
		return cx3_fail(err, CX3_E_NO_MEMORY, "flash",
				"There is no memory for the readings.\n"
				"Close other programs and try again.");
	rc = try_all(&request, bytes, data, data + bytes, out, err);
	free(data);
	return rc;
}
