/* SPDX-License-Identifier: BSD-2-Clause */
/* The growing buffer that images are built in, and repeatable random numbers. */
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "images/build.h"

#define FIRST_ROOM 65536u

static bool make_room(struct fs2_out *out, uint32_t len)
{
	uint32_t room = out->room ? out->room : FIRST_ROOM;
	uint8_t *bytes;

	if (out->failed)
		return false;
	if (len > CX3_FS2_MAX_IMAGE - out->len) {
		out->failed = CX3_E_USAGE;
		return false;
	}
	while (room < out->len + len)
		room *= 2;
	if (room == out->room)
		return true;
	bytes = realloc(out->bytes, room);
	if (!bytes) {
		out->failed = CX3_E_NO_MEMORY;
		return false;
	}
	out->bytes = bytes;
	out->room = room;
	return true;
}

uint8_t *fs2_out_add(struct fs2_out *out, uint32_t len)
{
	uint8_t *added;

	if (!make_room(out, len))
		return NULL;
	added = out->bytes + out->len;
	memset(added, 0, len);
	out->len += len;
	return added;
}

void fs2_out_word(struct fs2_out *out, uint32_t word)
{
	uint8_t *to = fs2_out_add(out, 4);

	if (to)
		put_be32(to, word);
}

uint64_t fs2_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint32_t fs2_random_below(uint64_t *state, uint32_t below)
{
	return (uint32_t)(fs2_random(state) >> 32) % below;
}
