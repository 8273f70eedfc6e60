/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An FS2 checker of its own, for the tests. From the format's description (words, boot
 * sections, list of sections, CRC-16 with polynomial 0x100b, "zebra" layout), as
 * checked against Debian's mstflint 4.21. It wants all CRCs to be right.
 */
#include "judge.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SECTIONS 1000u
#define END_OF_LIST 0xff000000u

/* One image, with its chunks put together. */
struct image {
	uint8_t *bytes;
	uint32_t size; /* that the flash can hold of it */
	struct judged *verdict;
	bool has_mic;
};

static bool wrong(struct judged *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(struct judged *v, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (!v->why[0])
		vsnprintf(v->why, sizeof(v->why), fmt, args);
	va_end(args);
	return false;
}

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool signed_at(const uint8_t *flash, uint32_t size, uint32_t start)
{
	static const uint32_t magic[4] = {0x4d544657, 0x8cdfd000, 0xdead9270, 0x4154beef};

	if (start + 16 > size)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		if (word(flash + start + 4 * i) != magic[i])
			return false;
	}
	return true;
}

/* One bit at a time, as the definition says. */
static unsigned crc_add(unsigned crc, const uint8_t *p, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		for (int bit = 7; bit >= 0; bit--) {
			unsigned out = crc >> 15 & 1;

			crc = (crc << 1 | (p[i] >> bit & 1u)) & 0xffff;
			crc ^= out ? 0x100bu : 0;
		}
	}
	return crc;
}

static unsigned crc_end(unsigned crc)
{
	return crc_add(crc, (const uint8_t[2]){0, 0}, 2) ^ 0xffff;
}

static unsigned crc_of(const uint8_t *p, uint32_t len)
{
	return crc_end(crc_add(0xffff, p, len));
}

static unsigned byte_sum(const uint8_t *p)
{
	return ((unsigned)p[0] + p[1] + p[2] + p[3]) & 0xff;
}

/* The whole home, chunk by chunk. */
static bool put_together(const uint8_t *flash, uint32_t size, uint32_t start, struct image *im)
{
	uint32_t shape = word(flash + start + 0x28);
	uint32_t chunk = 1u << ((shape & 7) + 16);

	if (byte_sum(flash + start + 0x28) != 0)
		return wrong(im->verdict, "the fail-safe word 0x%08x", shape);
	im->bytes = calloc(size, 1);
	if (!im->bytes)
		abort();
	if (!(shape & 8)) {
		im->size = size;
		memcpy(im->bytes, flash, size);
		return start == 0 || wrong(im->verdict, "not fail-safe, but at 0x%x", start);
	}
	if (start != 0 && start != chunk)
		return wrong(im->verdict, "chunks of 0x%x, but at 0x%x", chunk, start);
	for (uint32_t at = start; at + chunk <= size; at += 2 * chunk) {
		memcpy(im->bytes + im->size, flash + at, chunk);
		im->size += chunk;
	}
	return true;
}

/* A boot section: *at moves behind it. */
static bool boot_section(const struct image *im, uint32_t *at)
{
	uint64_t len;

	if (*at + 8 > im->size)
		return wrong(im->verdict, "the boot section at 0x%x", *at);
	len = ((uint64_t)word(im->bytes + *at + 4) + 4) * 4;
	if (len < 32 || len > im->size - *at)
		return wrong(im->verdict, "the size of the boot section at 0x%x", *at);
	if (word(im->bytes + *at + len - 4) != crc_of(im->bytes + *at, (uint32_t)len - 4))
		return wrong(im->verdict, "the CRC of the boot section at 0x%x", *at);
	*at += (uint32_t)len;
	return true;
}

static bool known_type(uint32_t type)
{
	return type >= 1 && type <= 12;
}

static void take_guids(struct judged *v, const uint8_t *data, uint32_t len, uint32_t crc)
{
	bool ones = true;

	for (uint32_t i = 0; i + 8 <= len; i += 8) {
		uint64_t uid = (uint64_t)word(data + i) << 32 | word(data + i + 4);

		ones = ones && uid == UINT64_MAX;
		if (i / 8 < JUDGE_UIDS)
			v->uid[i / 8] = uid;
	}
	v->blank_uids = ones && (crc & 0xffff) == 0xffff;
}

static void take_info(struct image *im, const uint8_t *data, uint32_t len)
{
	for (uint32_t at = 0; at + 4 <= len;) {
		uint32_t tag = data[at], size = word(data + at) & 0xffffff;

		at += 4;
		if (tag == 0xff || size > len - at)
			return;
		if (tag == 1 && size >= 8)
			im->verdict->minor = word(data + at + 4) >> 16;
		if (tag == 4 && size >= 16)
			memcpy(im->verdict->psid, data + at, 16);
		im->has_mic = im->has_mic || tag == 11;
		at += size;
	}
}

/* The section at *at; *at becomes the next one's address, or the end. */
static bool section(struct image *im, uint32_t *at, uint32_t *end)
{
	const uint8_t *p = im->bytes + *at;
	uint32_t type, len, crc;
	struct judged *v = im->verdict;

	if (*at > im->size || im->size - *at < 20)
		return wrong(v, "a section at 0x%x", *at);
	type = word(p);
	len = word(p + 4);
	if (len > 0x400000)
		return wrong(v, "the size of the section at 0x%x", *at);
	len = type == 4 ? (len + 3) / 4 * 4 : len * 4;
	if (len > im->size - *at - 20)
		return wrong(v, "the size of the section at 0x%x", *at);
	crc = word(p + 16 + len);
	if (type == 6)
		take_guids(v, p + 16, len, crc);
	if (type == 10)
		take_info(im, p + 16, len);
	if ((crc & 0xffff) != crc_of(p, 16 + len) && !(type == 6 && v->blank_uids))
		return wrong(v, "the CRC of the section at 0x%x", *at);
	*end = *at + 20 + len;
	*at = word(p + 12);
	return true;
}

static bool check_image_crc(const struct image *im, uint32_t end)
{
	unsigned found = word(im->bytes + 0x20) & 0xffff;
	uint8_t *copy = malloc(end);
	unsigned crc;

	if (!copy)
		abort();
	memcpy(copy, im->bytes, end);
	copy[0x22] = copy[0x23] = 0xff;
	crc = crc_of(copy, end);
	free(copy);
	if (!im->has_mic || im->verdict->blank_uids || found == crc)
		return true;
	return wrong(im->verdict, "the image's CRC 0x%04x, computed 0x%04x", found, crc);
}

static bool check_image(struct image *im)
{
	uint32_t at = 0x38, end = 0;

	if (byte_sum(im->bytes + 0x2c) != 0)
		return wrong(im->verdict, "the Image Info pointer");
	if (!boot_section(im, &at))
		return false;
	if (at + 4 <= im->size && !known_type(word(im->bytes + at)) && !boot_section(im, &at))
		return false;
	for (unsigned i = 0; i < MOST_SECTIONS; i++) {
		if (!section(im, &at, &end))
			return false;
		if (at == 0 || at == END_OF_LIST)
			return check_image_crc(im, end);
	}
	return wrong(im->verdict, "a list of sections without an end");
}

bool judge_start(const uint8_t *flash, uint32_t size, uint32_t start, struct judged *v)
{
	struct image im = {.verdict = v};
	bool right;

	memset(v, 0, sizeof(*v));
	v->start = start;
	if (!signed_at(flash, size, start))
		return wrong(v, "no signature at 0x%x", start);
	right = put_together(flash, size, start, &im) && im.bytes && check_image(&im);
	free(im.bytes);
	return right;
}

void judge_flash(const uint8_t *flash, uint32_t size, struct judged *v)
{
	struct judged one;
	unsigned starts = 0, broken = 0;
	bool boots = false;

	memset(v, 0, sizeof(*v));
	for (uint32_t start = 0; start < size; start = start ? start * 2 : 0x10000) {
		bool right;

		if (!signed_at(flash, size, start))
			continue;
		right = judge_start(flash, size, start, &one);
		if (starts++ == 0) {
			*v = one;
			boots = right;
		}
		broken += !right;
	}
	v->boots = boots;
	v->starts = starts;
	v->broken = broken;
	if (starts == 0)
		wrong(v, "no signature");
}

const char *judge_words(const struct judged *v, char *text, unsigned size)
{
	if (v->boots)
		snprintf(text, size, "2.%u of %s boots from 0x%x", v->minor, v->psid, v->start);
	else
		snprintf(text, size, "nothing boots: %s", v->why);
	return text;
}
