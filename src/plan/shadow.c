/* SPDX-License-Identifier: BSD-2-Clause */
/* The cached content of the flash: what was read once is not read again. */
#include "shadow.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "flash/flash.h"
#include "meter.h"
#include "settle.h"

int cx3_shadow_open(struct cx3_flash *flash, const struct cx3_watch *watch, struct cx3_shadow **out,
		    struct cx3_error *err)
{
	uint32_t size = cx3_flash_part(flash)->size;
	struct cx3_shadow *shadow = calloc(1, sizeof(*shadow));

	if (shadow) {
		shadow->data = malloc(size);
		if (shadow->data)
			memset(shadow->data, 0xff, size); /* a copy of it holds no other memory */
		shadow->trust = calloc(size / CX3_SHADOW_GRAIN, sizeof(*shadow->trust));
	}
	if (!shadow || !shadow->data || !shadow->trust) {
		cx3_shadow_close(shadow);
		return cx3_fail(err, CX3_E_NO_MEMORY, "shadow",
				"There is no memory for a copy of the flash's %u bytes.\n"
				"Close other programs and try again.",
				size);
	}
	shadow->flash = flash;
	shadow->watch = watch;
	shadow->size = size;
	shadow->missing = size;
	*out = shadow;
	return CX3_OK;
}

void cx3_shadow_close(struct cx3_shadow *shadow)
{
	if (!shadow)
		return;
	free(shadow->data);
	free(shadow->trust);
	free(shadow);
}

uint32_t cx3_read_piece(const struct cx3_flash *flash)
{
	uint32_t chunk = cx3_flash_read_chunk(flash);

	return chunk < CX3_FLASH_PAGE ? CX3_FLASH_PAGE : chunk;
}

/* Widens [addr, addr + len) to whole grains. */
static void to_grains(uint32_t addr, uint32_t len, uint32_t *first, uint32_t *end)
{
	*first = addr / CX3_SHADOW_GRAIN;
	*end = len == 0 ? *first : (addr + len - 1) / CX3_SHADOW_GRAIN + 1;
}

static void mark(struct cx3_shadow *shadow, uint32_t grain, enum cx3_trust trust)
{
	bool was_known = shadow->trust[grain] != CX3_TRUST_NONE;

	shadow->trust[grain] = (uint8_t)trust;
	if (trust != CX3_TRUST_NONE && !was_known)
		shadow->missing -= CX3_SHADOW_GRAIN;
	if (trust == CX3_TRUST_NONE && was_known)
		shadow->missing += CX3_SHADOW_GRAIN;
}

/* Reads grains [first, end) whatever is known of them, in one call to the flash. `proves`: blank
 * ones are proven to be blank where the flash's ways allow that. */
static int fetch(struct cx3_shadow *shadow, uint32_t first, uint32_t end, bool proves,
		 struct cx3_error *err)
{
	uint32_t addr = first * CX3_SHADOW_GRAIN;
	uint32_t len = (end - first) * CX3_SHADOW_GRAIN;
	uint8_t *data = shadow->data + addr;
	bool proven = false;
	int rc = proves ? cx3_flash_read_proving(shadow->flash, addr, data, len, &proven, err)
			: cx3_flash_read(shadow->flash, addr, data, len, err);

	for (uint32_t g = first; g < end; g++, data += CX3_SHADOW_GRAIN) {
		bool blank = proven && cx3_is_blank(data, CX3_SHADOW_GRAIN);

		mark(shadow, g,
		     rc != CX3_OK ? CX3_TRUST_NONE
		     : blank	  ? CX3_TRUST_BLANK
				  : CX3_TRUST_ONCE);
	}
	return rc;
}

static int check_stop(const struct cx3_shadow *shadow, uint32_t addr, struct cx3_error *err)
{
	if (!cx3_watch_cancelled(shadow->watch))
		return CX3_OK;
	return cx3_fail(err, CX3_E_INTERRUPTED, "flash",
			"Stopped while the flash was read, at 0x%x.\n"
			"Nothing was lost: it can be done again.",
			addr);
}

static uint32_t run_end(const struct cx3_shadow *shadow, uint32_t grain, uint32_t end)
{
	uint32_t limit = grain + cx3_read_piece(shadow->flash) / CX3_SHADOW_GRAIN;

	if (limit < end)
		end = limit;
	while (grain < end && shadow->trust[grain] == CX3_TRUST_NONE)
		grain++;
	return grain;
}

static bool is_blank_grain(const struct cx3_shadow *shadow, uint32_t grain)
{
	return cx3_is_blank(shadow->data + (size_t)grain * CX3_SHADOW_GRAIN, CX3_SHADOW_GRAIN);
}

/* Behind what is blank each command is read back, and a stream takes half as long again. */
static uint32_t proving_end(const struct cx3_shadow *shadow, uint32_t first, uint32_t grain)
{
	uint32_t grains = cx3_read_piece(shadow->flash) / CX3_SHADOW_GRAIN;
	bool echoed = grain > first && is_blank_grain(shadow, grain - 1);

	return grain + grains - (echoed ? grains / 3 : 0);
}

static void count_piece(const struct cx3_shadow *shadow, struct cx3_meter *meter, uint32_t grain,
			uint32_t stop)
{
	uint32_t bytes = (stop - grain) * CX3_SHADOW_GRAIN, blank = 0;
	struct cx3_flash_cost cost = cx3_flash_read_cost(shadow->flash, bytes), proof;

	for (; grain < stop; grain++)
		blank += shadow->trust[grain] == CX3_TRUST_BLANK ? CX3_SHADOW_GRAIN : 0;
	proof = cx3_flash_proof_cost(shadow->flash, blank);
	cx3_meter_more(meter, proof);
	cost.wire_bytes += proof.wire_bytes;
	cost.us += proof.us;
	cx3_meter_add(meter, "reading", cost, bytes);
}

/* `meter` may be NULL. `proves`: much of the flash is read, and its blank blocks are not going to
 * be read again. */
static int want(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, bool proves,
		struct cx3_meter *meter, struct cx3_error *err)
{
	uint32_t first, grain, end;
	bool paused, fetched = false;

	assert(addr <= shadow->size && len <= shadow->size - addr);
	to_grains(addr, len, &first, &end);
	for (grain = first; grain < end;) {
		uint32_t most = proving_end(shadow, first, grain);
		uint32_t stop = run_end(shadow, grain, proves && most < end ? most : end);
		int rc;

		if (stop == grain) {
			grain++;
			continue;
		}
		rc = check_stop(shadow, grain * CX3_SHADOW_GRAIN, err);
		if (rc == CX3_OK)
			rc = cx3_pause_if_wanted(shadow, shadow->watch, &paused, err);
		if (rc == CX3_OK)
			rc = fetch(shadow, grain, stop, proves, err);
		if (rc != CX3_OK)
			return rc;
		if (meter)
			count_piece(shadow, meter, grain, stop);
		fetched = true;
		grain = stop;
	}
	return fetched ? cx3_flash_still_answers(shadow->flash,
						 shadow->data + (size_t)end * CX3_SHADOW_GRAIN, err)
		       : CX3_OK;
}

int cx3_shadow_want(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	return want(shadow, addr, len, false, NULL, err);
}

int cx3_shadow_reread(struct cx3_shadow *shadow, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	uint32_t first, end;

	assert(addr <= shadow->size && len <= shadow->size - addr);
	to_grains(addr, len, &first, &end);
	for (uint32_t stop; first < end; first = stop) {
		int rc;

		stop = first + cx3_read_piece(shadow->flash) / CX3_SHADOW_GRAIN;
		if (stop > end)
			stop = end;
		rc = fetch(shadow, first, stop, false, err);
		if (rc != CX3_OK)
			return rc;
	}
	return CX3_OK;
}

int cx3_shadow_compare(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len, bool *same,
		       struct cx3_error *err)
{
	uint8_t now[CX3_FLASH_SECTOR];
	const uint8_t *then;

	assert(len <= sizeof(now));
	*same = !cx3_shadow_known(shadow, addr, len, &then);
	for (unsigned i = 0; i < 2 && !*same; i++) {
		int rc = cx3_flash_read(shadow->flash, addr, now, len, err);

		if (rc != CX3_OK)
			return rc;
		*same = memcmp(now, then, len) == 0;
	}
	return CX3_OK;
}

void cx3_shadow_put(struct cx3_shadow *shadow, uint32_t addr, const void *buf, uint32_t len,
		    enum cx3_trust trust)
{
	assert(addr % CX3_SHADOW_GRAIN == 0 && len % CX3_SHADOW_GRAIN == 0);
	memcpy(shadow->data + addr, buf, len);
	for (uint32_t at = 0; at < len; at += CX3_SHADOW_GRAIN)
		mark(shadow, (addr + at) / CX3_SHADOW_GRAIN, trust);
}

void cx3_shadow_forget(struct cx3_shadow *shadow, uint32_t addr, uint32_t len)
{
	uint32_t first, end;

	to_grains(addr, len, &first, &end);
	for (uint32_t g = first; g < end; g++)
		mark(shadow, g, CX3_TRUST_NONE);
}

static int read_once(void *user, uint32_t addr, void *buf, uint32_t len, struct cx3_error *err)
{
	struct cx3_shadow *shadow = user;
	int rc = cx3_shadow_want(shadow, addr, len, err);

	if (rc == CX3_OK)
		memcpy(buf, shadow->data + addr, len);
	return rc;
}

static int read_sure(void *user, uint32_t addr, void *buf, uint32_t len, struct cx3_error *err)
{
	struct cx3_shadow *shadow = user;
	int rc = cx3_shadow_make_sure(shadow, addr, len, err);

	if (rc == CX3_OK)
		memcpy(buf, shadow->data + addr, len);
	return rc;
}

static void vouch(void *user, uint32_t addr, uint32_t len)
{
	cx3_shadow_vouch(user, addr, len);
}

static int doubt(void *user, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	return cx3_shadow_doubt(user, addr, len, err);
}

static int expect(void *user, const struct cx3_fs2_range *piece, unsigned count,
		  struct cx3_error *err)
{
	return cx3_shadow_expect(user, piece, count, err);
}

static bool known(void *user, uint32_t addr, uint32_t len)
{
	return cx3_shadow_known(user, addr, len, NULL);
}

static void hold(void *user)
{
	struct cx3_shadow *shadow = user;

	if (shadow->holds++ > 0 || cx3_flash_is_held(shadow->flash))
		return;
	cx3_flash_hold(shadow->flash);
	shadow->held = true;
}

static int let_go(void *user, struct cx3_error *err)
{
	struct cx3_shadow *shadow = user;

	if (--shadow->holds > 0 || !shadow->held)
		return CX3_OK;
	shadow->held = false;
	return cx3_flash_let_go(shadow->flash, err);
}

struct cx3_fs2_source cx3_shadow_source(struct cx3_shadow *shadow)
{
	return (struct cx3_fs2_source){.read = read_sure,
				       .read_once = read_once,
				       .vouch = vouch,
				       .doubt = doubt,
				       .expect = expect,
				       .known = known,
				       .hold = hold,
				       .let_go = let_go,
				       .user = shadow,
				       .size = shadow->size};
}

struct cx3_fs2_source cx3_shadow_once(struct cx3_shadow *shadow)
{
	return (struct cx3_fs2_source){.read = read_once,
				       .known = known,
				       .hold = hold,
				       .let_go = let_go,
				       .user = shadow,
				       .size = shadow->size};
}

/* What reading all that is missing costs, call by call as want() makes them. */
struct cx3_flash_cost cx3_shadow_missing_cost(const struct cx3_shadow *shadow)
{
	struct cx3_flash_cost sum = {0, 0};
	uint32_t end = shadow->size / CX3_SHADOW_GRAIN;

	for (uint32_t grain = 0, stop; grain < end; grain = stop == grain ? grain + 1 : stop) {
		struct cx3_flash_cost cost;

		stop = run_end(shadow, grain, end);
		if (stop == grain)
			continue;
		cost = cx3_flash_read_cost(shadow->flash, (stop - grain) * CX3_SHADOW_GRAIN);
		sum.wire_bytes += cost.wire_bytes;
		sum.us += cost.us;
	}
	return sum;
}

int cx3_shadow_read_part(struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
			 struct cx3_meter *meter, struct cx3_error *err)
{
	return want(shadow, addr, len, true, meter, err);
}

int cx3_shadow_read_rest(struct cx3_shadow *shadow, struct cx3_meter *meter, struct cx3_error *err)
{
	return want(shadow, 0, shadow->size, true, meter, err);
}

int cx3_shadow_read_rest_once(struct cx3_shadow *shadow, struct cx3_meter *meter,
			      struct cx3_error *err)
{
	return want(shadow, 0, shadow->size, false, meter, err);
}

int cx3_shadow_read_all(struct cx3_shadow *shadow, const uint8_t **data, struct cx3_error *err)
{
	struct cx3_meter meter;
	int rc;

	cx3_meter_start(&meter, shadow->watch, cx3_card_adapter(cx3_flash_card(shadow->flash)),
			cx3_shadow_missing_cost(shadow));
	rc = cx3_shadow_read_rest(shadow, &meter, err);
	if (rc == CX3_OK)
		*data = shadow->data;
	return rc;
}

bool cx3_shadow_known(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
		      const uint8_t **data)
{
	uint32_t first, end;

	assert(addr <= shadow->size && len <= shadow->size - addr);
	to_grains(addr, len, &first, &end);
	for (uint32_t g = first; g < end; g++) {
		if (shadow->trust[g] == CX3_TRUST_NONE)
			return false;
	}
	if (data)
		*data = shadow->data + addr;
	return true;
}

unsigned cx3_shadow_differences(const struct cx3_shadow *shadow)
{
	return shadow->differences;
}

uint32_t cx3_shadow_missing(const struct cx3_shadow *shadow)
{
	return shadow->missing;
}

const uint8_t *cx3_shadow_bytes(const struct cx3_shadow *shadow)
{
	return shadow->data;
}
