/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of sections: following it, and reading what it leads to. */
#include "fs2/walk.h"

#include <inttypes.h>
#include <stdio.h>

#include "bytes.h"
#include "fs2/crc16.h"

/* Boot sections: the second word plus 4 is the length in dwords, all included. */
#define BOOT_MIN 4u
#define BOOT_MAX 1048576u

/* A real image has some twenty sections. A hostile one can have as many as fit its
 * bytes, and each costs whoever lists them. */
#define MOST_SECTIONS 4096u

static const char *const type_names[] = {
	[CX3_FS2_DDR] = "DDR",
	[CX3_FS2_CONFIGURATION] = "Configuration",
	[CX3_FS2_JUMP] = "Jump addresses",
	[CX3_FS2_EMT] = "EMT Service",
	[CX3_FS2_ROM] = "ROM",
	[CX3_FS2_GUID] = "GUID",
	[CX3_FS2_BOARD_ID] = "BOARD ID",
	[CX3_FS2_USER_DATA] = "User Data",
	[CX3_FS2_FW_CONFIG] = "FW Configuration",
	[CX3_FS2_IMAGE_INFO] = "Image Info",
	[CX3_FS2_DDRZ] = "DDRZ",
	[CX3_FS2_HASH_FILE] = "Hash File",
};

const char *fs2_type_name(uint32_t type)
{
	return type < sizeof(type_names) / sizeof(type_names[0]) ? type_names[type] : NULL;
}

static int too_big(struct cx3_fs2_section *piece, fs2_piece_fn fn, void *user,
		   struct cx3_error *err)
{
	int rc;

	piece->check = CX3_FS2_CHECK_TOO_BIG;
	rc = fn(user, piece, err);
	if (rc)
		return rc;
	return fs2_bad(err, piece->addr,
		       "The %s section at 0x%08" PRIx32 " names an impossible size.", piece->name,
		       piece->addr);
}

/* One boot section; *next is set to the address after it. */
static int walk_boot(const struct fs2_view *view, uint32_t addr, uint32_t words, fs2_piece_fn fn,
		     void *user, uint32_t *next, struct cx3_error *err)
{
	struct cx3_fs2_section piece = {.type = CX3_FS2_BOOT2, .name = "BOOT2", .addr = addr};
	int rc;

	if (words < BOOT_MIN || words > BOOT_MAX)
		return too_big(&piece, fn, user, err);
	piece.size = (words + 4) * 4;
	piece.data = addr;
	piece.data_size = piece.size - FS2_CRC_SIZE;
	rc = fs2_view_check(view, addr, piece.size, piece.name, err);
	if (rc)
		return rc;
	*next = addr + piece.size;
	return fn(user, &piece, err);
}

/* Checked against the limit as 64 bits, so that no size wraps around. */
static uint64_t data_bytes(uint32_t type, uint32_t size)
{
	if (type == CX3_FS2_EMT)
		return ((uint64_t)size + 3) / 4 * 4;
	return (uint64_t)size * 4;
}

static int check_next(uint32_t addr, uint32_t end, uint32_t next, struct cx3_error *err)
{
	if (next == 0 || next == FS2_END_OF_LIST || (next >= end && next % 4 == 0))
		return CX3_OK;
	return fs2_bad(err, addr + 12,
		       "The section at 0x%08" PRIx32 " says that the next one is at 0x%08" PRIx32
		       ", but it ends at 0x%08" PRIx32 ".",
		       addr, next, end);
}

static int walk_section(const struct fs2_view *view, uint32_t addr, const uint8_t *head,
			fs2_piece_fn fn, void *user, uint32_t *next, struct cx3_error *err)
{
	struct cx3_fs2_section piece = {.type = be32(head), .addr = addr};
	uint64_t bytes = data_bytes(piece.type, be32(head + 4));
	const char *name = fs2_type_name(piece.type);
	int rc;

	if (name)
		snprintf(piece.name, sizeof(piece.name), "%s", name);
	else
		snprintf(piece.name, sizeof(piece.name), "UNKNOWN (%" PRId32 ")",
			 (int32_t)piece.type);
	piece.data = addr + FS2_SECTION_HEADER;
	if (bytes > FS2_MAX_SECTION)
		return too_big(&piece, fn, user, err);
	piece.data_size = (uint32_t)bytes;
	piece.size = FS2_SECTION_HEADER + piece.data_size + FS2_CRC_SIZE;
	rc = fs2_view_check(view, addr, piece.size, piece.name, err);
	if (!rc)
		rc = fn(user, &piece, err);
	if (rc)
		return rc;
	*next = be32(head + 12);
	return check_next(addr, addr + piece.size, *next, err);
}

int fs2_walk(const struct fs2_view *view, fs2_piece_fn fn, void *user, struct cx3_error *err)
{
	uint8_t head[FS2_SECTION_HEADER];
	uint32_t addr = CX3_FS2_HEADER_SIZE;
	unsigned count = 0;
	int rc = fs2_view_read(view, addr, head, 8, "BOOT2", err);

	if (!rc)
		rc = walk_boot(view, addr, be32(head + 4), fn, user, &addr, err);
	for (bool first = true; !rc && addr && addr != FS2_END_OF_LIST; first = false) {
		if (++count > MOST_SECTIONS)
			return fs2_bad(err, addr, "The image lists more than %u sections.",
				       MOST_SECTIONS);
		rc = fs2_view_read(view, addr, head, sizeof(head), "section header", err);
		if (rc)
			break;
		/* What follows the first boot section and is no section is a second one. */
		if (first && !fs2_type_name(be32(head)))
			rc = walk_boot(view, addr, be32(head + 4), fn, user, &addr, err);
		else
			rc = walk_section(view, addr, head, fn, user, &addr, err);
	}
	return rc;
}

/*
 * A GUID section whose CRC was left erased is blank only if its first GUID is
 * too. The other types have no such state.
 */
enum cx3_fs2_check fs2_judge(const struct cx3_fs2_section *piece, uint64_t first_uid)
{
	if (piece->type == CX3_FS2_GUID && piece->crc_found == FS2_BLANK_CRC &&
	    first_uid == UINT64_MAX)
		return CX3_FS2_CHECK_BLANK;
	if (piece->crc_found != piece->crc_computed)
		return CX3_FS2_CHECK_BAD_CRC;
	return CX3_FS2_CHECK_OK;
}

static int read_piece(const struct fs2_view *view, struct cx3_fs2_section *piece, fs2_bytes_fn fn,
		      void *user, struct cx3_error *err)
{
	uint8_t step[FS2_STEP];
	uint32_t end = piece->addr + piece->size - FS2_CRC_SIZE;
	uint64_t first_uid = 0;
	uint16_t crc = CRC16_START;
	int rc;

	for (uint32_t addr = piece->addr, len; addr < end; addr += len) {
		/* The data start a step, so that they can be looked at in place. */
		uint32_t stop = addr < piece->data ? piece->data : end;

		len = stop - addr < FS2_STEP ? stop - addr : FS2_STEP;
		rc = fs2_view_read(view, addr, step, len, piece->name, err);
		if (rc)
			return rc;
		crc = crc16_add(crc, step, len);
		if (addr == piece->data && len >= 8)
			first_uid = be64(step);
		if (fn)
			fn(user, addr, step, len);
	}
	rc = fs2_view_read(view, end, step, FS2_CRC_SIZE, piece->name, err);
	if (rc)
		return rc;
	piece->crc_computed = crc16_end(crc);
	piece->crc_found = be32(step);
	piece->check = fs2_judge(piece, first_uid);
	return CX3_OK;
}

int fs2_read_piece(const struct fs2_view *view, struct cx3_fs2_section *piece, fs2_bytes_fn fn,
		   void *user, struct cx3_error *err)
{
	struct fs2_view once = *view;
	int rc;

	if (!view->src->read_once)
		return read_piece(view, piece, fn, user, err);
	/* First alone, so that `fn` gets each byte once, and the right one. */
	once.once = true;
	rc = read_piece(&once, piece, NULL, NULL, err);
	if (!rc && piece->check != CX3_FS2_CHECK_OK)
		rc = fs2_view_confirm(view, piece->addr, piece->size, piece->name, err);
	if (!rc)
		rc = read_piece(&once, piece, fn, user, err);
	if (!rc && piece->check == CX3_FS2_CHECK_OK)
		fs2_view_vouch(view, piece->addr, piece->size);
	return rc;
}

struct sums {
	const struct fs2_view *view;
	bool right;
};

static int check_sum(void *user, struct cx3_fs2_section *piece, struct cx3_error *err)
{
	struct sums *sums = user;
	int rc;

	if (piece->check == CX3_FS2_CHECK_TOO_BIG)
		return CX3_OK;
	rc = fs2_read_piece(sums->view, piece, NULL, NULL, err);
	if (rc == CX3_OK && piece->check == CX3_FS2_CHECK_BAD_CRC)
		sums->right = false;
	return rc;
}

int fs2_crcs_right(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info, bool *right,
		   struct cx3_error *err)
{
	struct fs2_view view = fs2_view_of(src, info);
	struct sums sums = {.view = &view, .right = true};
	int rc = fs2_walk(&view, check_sum, &sums, err);

	*right = rc == CX3_OK && sums.right;
	return rc;
}
