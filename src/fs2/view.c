/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image seen by its logical addresses, whether its bytes lie contiguous or striped
 * over the chunks of a flash.
 */
#include "fs2/view.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_memory(void *user, uint32_t addr, void *buf, uint32_t len, struct cx3_error *err)
{
	(void)err;
	memcpy(buf, (const uint8_t *)user + addr, len);
	return CX3_OK;
}

struct cx3_fs2_source cx3_fs2_memory(const void *data, uint32_t size)
{
	struct cx3_fs2_source src = {.read = read_memory, .size = size};

	/* Without its const, which read_memory() gives back. */
	memcpy(&src.user, &data, sizeof(data));
	return src;
}

/*
 * With chunks of 1 << log2_chunk bytes, chunk k of the image lies in the 2k-th
 * chunk of the flash (even home) or in the one after it (odd home).
 */
uint32_t cx3_fs2_phys(uint32_t logical, unsigned log2_chunk, bool odd)
{
	uint32_t chunk = UINT32_C(1) << log2_chunk;
	uint32_t inside = logical & (chunk - 1);

	return inside + (odd ? chunk : 0) + 2 * (logical - inside);
}

int fs2_bad(struct cx3_error *err, uint32_t addr, const char *fmt, ...)
{
	char place[32];
	char text[sizeof(err->cause)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	snprintf(place, sizeof(place), "offset 0x%" PRIx32, addr);
	return cx3_fail(err, CX3_E_IMAGE, place, "%s", text);
}

/* Bytes from `addr` on that lie in one piece in the source, at most `len`. */
static uint32_t run_length(const struct fs2_view *view, uint32_t addr, uint32_t len)
{
	uint32_t chunk, left;

	if (!view->log2_chunk)
		return len;
	chunk = UINT32_C(1) << view->log2_chunk;
	left = chunk - (addr & (chunk - 1));
	return len < left ? len : left;
}

static uint32_t phys_of(const struct fs2_view *view, uint32_t addr)
{
	return view->log2_chunk ? cx3_fs2_phys(addr, view->log2_chunk, view->odd) : addr;
}

int fs2_view_check(const struct fs2_view *view, uint32_t addr, uint64_t len, const char *what,
		   struct cx3_error *err)
{
	uint64_t last = (uint64_t)addr + len;

	/* Half the address space is more than any flash; it also keeps phys() from
	 * wrapping around. */
	if (len && last <= UINT32_C(1) << 31) {
		last--;
		if (view->log2_chunk)
			last = cx3_fs2_phys((uint32_t)last, view->log2_chunk, view->odd);
		if (last < view->src->size)
			return CX3_OK;
	} else if (!len) {
		return CX3_OK;
	}
	return fs2_bad(err, addr,
		       "The %s at 0x%08" PRIx32 " (0x%" PRIx64
		       " bytes) runs past the end of the image (0x%" PRIx32 " bytes here).",
		       what, addr, len, view->src->size);
}

int fs2_view_read(const struct fs2_view *view, uint32_t addr, void *buf, uint32_t len,
		  const char *what, struct cx3_error *err)
{
	const struct cx3_fs2_source *src = view->src;
	uint8_t *to = buf;
	int rc = fs2_view_check(view, addr, len, what, err);

	while (!rc && len) {
		uint32_t run = run_length(view, addr, len);
		uint32_t phys = phys_of(view, addr);

		rc = view->once && src->read_once ? src->read_once(src->user, phys, to, run, err)
						  : src->read(src->user, phys, to, run, err);
		to += run;
		addr += run;
		len -= run;
	}
	return rc;
}

static int be_sure(const struct fs2_view *view, uint32_t addr, uint32_t len, const char *what,
		   struct cx3_error *err)
{
	struct fs2_view sure = *view;
	uint8_t step[FS2_STEP];
	int rc = CX3_OK;

	sure.once = false;
	for (uint32_t part; len && !rc; len -= part, addr += part) {
		part = len < sizeof(step) ? len : (uint32_t)sizeof(step);
		rc = fs2_view_read(&sure, addr, step, part, what, err);
	}
	return rc;
}

/* Once the source is sure of it. */
static int doubt(const struct fs2_view *view, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	const struct cx3_fs2_source *src = view->src;
	int rc = CX3_OK;

	for (uint32_t run; len && src->doubt && !rc; len -= run, addr += run) {
		run = run_length(view, addr, len);
		rc = src->doubt(src->user, phys_of(view, addr), run, err);
	}
	return rc;
}

int fs2_view_confirm(const struct fs2_view *view, uint32_t addr, uint32_t len, const char *what,
		     struct cx3_error *err)
{
	int rc = be_sure(view, addr, len, what, err);

	return rc ? rc : doubt(view, addr, len, err);
}

void fs2_view_vouch(const struct fs2_view *view, uint32_t addr, uint32_t len)
{
	const struct cx3_fs2_source *src = view->src;

	for (uint32_t run; len && src->vouch; len -= run, addr += run) {
		run = run_length(view, addr, len);
		src->vouch(src->user, phys_of(view, addr), run);
	}
}

int fs2_view_load(const struct fs2_view *view, uint32_t addr, uint32_t len, const char *what,
		  uint8_t **buf, struct cx3_error *err)
{
	int rc = fs2_view_check(view, addr, len, what, err);

	if (rc)
		return rc;
	*buf = malloc(len ? len : 1);
	if (!*buf)
		return cx3_fail(err, CX3_E_NO_MEMORY, what,
				"There is no memory for the %s (%" PRIu32
				" bytes).\nClose other programs and try again.",
				what, len);
	rc = fs2_view_read(view, addr, *buf, len, what, err);
	if (rc) {
		free(*buf);
		*buf = NULL;
	}
	return rc;
}

struct fs2_view fs2_view_of(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info)
{
	return (struct fs2_view){.src = src,
				 .log2_chunk = info->striped ? info->log2_chunk : 0,
				 .odd = info->start != 0};
}

int cx3_fs2_stripe(const uint8_t *image, uint32_t len, unsigned log2_chunk, bool odd,
		   uint8_t *flash, uint32_t flash_size, struct cx3_error *err)
{
	uint32_t chunk, last;

	if (log2_chunk < 16 || log2_chunk > 23)
		return cx3_fail(err, CX3_E_USAGE, "chunk size",
				"A chunk of 2^%u bytes is not possible.\nA chunk has 2^16 to 2^23.",
				log2_chunk);
	if (!len)
		return CX3_OK;
	chunk = UINT32_C(1) << log2_chunk;
	last = len > flash_size ? 0 : cx3_fs2_phys(len - 1, log2_chunk, odd);
	if (len > flash_size || last >= flash_size)
		return cx3_fail(err, CX3_E_TOO_BIG, "flash",
				"The image (0x%" PRIx32
				" bytes) does not fit the %s home of a flash of 0x%" PRIx32
				" bytes.\nUse a larger flash or a smaller image.",
				len, odd ? "odd" : "even", flash_size);
	for (uint32_t addr = 0; addr < len; addr += chunk) {
		uint32_t part = len - addr < chunk ? len - addr : chunk;

		memcpy(flash + cx3_fs2_phys(addr, log2_chunk, odd), image + addr, part);
	}
	return CX3_OK;
}
