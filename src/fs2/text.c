/* SPDX-License-Identifier: BSD-2-Clause */
/* The two sections that hold deflated text. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#include "fs2/query.h"
#include "fs2/sections.h"
#include "fs2/view.h"
#include "fs2/walk.h"

/* The published images' texts have some 5 KB; a text that inflates to more than
 * this is an attack on our memory. */
#define TEXT_MOST (UINT32_C(1) << 20)
#define TEXT_STEP 8192u

struct text {
	char *bytes;
	size_t room; /* without the NUL */
	size_t len;
};

/* Room for one more step; the NUL always fits. */
static int grow(struct text *text, size_t most, const char *name, struct cx3_error *err)
{
	size_t room = text->room ? 2 * text->room : TEXT_STEP;
	char *bytes;

	if (text->len < text->room)
		return CX3_OK;
	if (text->room >= most)
		return cx3_fail(err, CX3_E_IMAGE, name, "The %s inflates to more than %zu bytes.",
				name, most);
	if (room > most)
		room = most;
	bytes = realloc(text->bytes, room + 1);
	if (!bytes)
		return cx3_fail(
			err, CX3_E_NO_MEMORY, name,
			"There is no memory for the %s.\nClose other programs and try again.",
			name);
	text->bytes = bytes;
	text->room = room;
	return CX3_OK;
}

static int inflate_all(z_stream *stream, struct text *text, size_t most, const char *name,
		       struct cx3_error *err)
{
	int status = Z_OK;

	while (status == Z_OK) {
		int rc = grow(text, most, name, err);

		if (rc)
			return rc;
		stream->next_out = (Bytef *)text->bytes + text->len;
		stream->avail_out = (uInt)(text->room - text->len);
		status = inflate(stream, Z_NO_FLUSH);
		text->len = text->room - stream->avail_out;
	}
	if (status == Z_STREAM_END)
		return CX3_OK;
	return cx3_fail(err, CX3_E_IMAGE, name, "The %s can't be inflated (%s, after %lu bytes).",
			name, stream->msg ? stream->msg : "it is cut short", stream->total_in);
}

int fs2_inflate(const uint8_t *data, uint32_t size, size_t most, const char *name, char **text,
		size_t *len, struct cx3_error *err)
{
	struct text out = {0};
	z_stream stream = {.next_in = data, .avail_in = size};
	int rc;

	if (inflateInit(&stream) != Z_OK)
		return cx3_fail(
			err, CX3_E_NO_MEMORY, name,
			"The decompressor (zlib) could not start for the %s.\nClose other programs and try again.",
			name);
	rc = inflate_all(&stream, &out, most, name, err);
	inflateEnd(&stream);
	if (rc) {
		free(out.bytes);
		return rc;
	}
	assert(out.bytes); /* a stream's end is reached only after room was made */
	out.bytes[out.len] = '\0';
	*text = out.bytes;
	*len = out.len;
	return CX3_OK;
}

int fs2_deflate(const char *text, size_t len, uint8_t **data, uint32_t *size, struct cx3_error *err)
{
	uLongf room = compressBound((uLong)len);

	*data = NULL;
	if (len > TEXT_MOST)
		return cx3_fail(
			err, CX3_E_USAGE, "FW Configuration",
			"A text of %zu bytes is longer than the %u that an image may hold.\n"
			"Check that it is the file you mean.",
			len, TEXT_MOST);
	*data = calloc(1, room + 4);
	if (!*data || compress2(*data, &room, (const Bytef *)text, (uLong)len, 9) != Z_OK) {
		free(*data);
		*data = NULL;
		return cx3_fail(err, CX3_E_NO_MEMORY, "FW Configuration",
				"There is no memory to pack the text.\n"
				"Close other programs and try again.");
	}
	*size = ((uint32_t)room + 3) & ~UINT32_C(3);
	return CX3_OK;
}

int cx3_fs2_text_at(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		    uint32_t type, char **text, size_t *len, struct cx3_error *err)
{
	struct cx3_fs2_section piece = {.size = 0};
	uint8_t *bytes;
	int rc;

	*text = NULL;
	*len = 0;
	if (type != CX3_FS2_FW_CONFIG && type != CX3_FS2_HASH_FILE)
		return cx3_fail(
			err, CX3_E_USAGE, "section type",
			"Sections of type %" PRIu32
			" hold no text.\nAsk for the FW Configuration (9) or the Hash File (12).",
			type);
	rc = fs2_load_section_at(src, start, layout, type, &bytes, &piece, err);
	if (rc)
		return rc;
	rc = fs2_inflate(bytes + FS2_SECTION_HEADER, piece.data_size, TEXT_MOST, piece.name, text,
			 len, err);
	free(bytes);
	return rc;
}

int cx3_fs2_text(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout, uint32_t type,
		 char **text, size_t *len, struct cx3_error *err)
{
	uint32_t start = 0;
	int rc = fs2_first_start(src, &start, err);

	*text = NULL;
	*len = 0;
	return rc ? rc : cx3_fs2_text_at(src, start, layout, type, text, len, err);
}
