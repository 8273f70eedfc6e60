/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GUIDs and MACs as a user types them, and as an image may hold them. What is accepted
 * can be burnt: no zero, no multicast MAC, no two ports with one MAC.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdio.h>

#include "cx3flash/identity.h"
#include "said.h"

#define BLANK_MAC UINT64_C(0xffffffffffff)

static void check_error(int rc, const struct cx3_error *err)
{
	if (rc != CX3_OK)
		assert((int)err->code == rc && said(err)[0]);
}

/* Up to `most` values, each typed by the fuzzer; those that are refused are left out. */
static unsigned typed(struct fuzz_bytes *b, unsigned most, uint64_t *value,
		      int (*parse)(const char *text, uint64_t *value, struct cx3_error *err))
{
	unsigned count = fuzz_byte(b) % (most + 2), kept = 0;
	char text[80], again[24];

	for (unsigned i = 0; i < count && kept < most; i++) {
		struct cx3_error err = {.code = CX3_OK};
		uint64_t back = 0;
		int rc;

		fuzz_text(b, text, sizeof(text));
		rc = parse(text, &value[kept], &err);
		check_error(rc, &err);
		if (rc != CX3_OK)
			continue;
		snprintf(again, sizeof(again), "%0*llx", parse == cx3_fs2_parse_mac ? 12 : 16,
			 (unsigned long long)value[kept]);
		assert(parse(again, &back, NULL) == CX3_OK && back == value[kept]);
		kept++;
	}
	return kept;
}

/* What an image says of itself: any values at all. */
static void base_of(struct fuzz_bytes *b, struct cx3_identity *base)
{
	struct cx3_fs2_info info;

	memset(&info, 0, sizeof(info));
	info.uid_count = fuzz_byte(b) % (CX3_FS2_MAX_UIDS + 1);
	info.blank_uids = fuzz_byte(b) & 1;
	for (unsigned i = 0; i < info.uid_count; i++)
		info.uid[i] = fuzz_byte(b) & 1 ? UINT64_MAX : fuzz_double_word(b);
	cx3_identity_from_info(&info, CX3_IDENTITY_HOME, "the fuzzer's image", base);
}

static void check_macs(const struct cx3_identity *identity)
{
	for (unsigned i = 0; i < identity->mac_count; i++)
		assert(identity->mac[i] >> 48 == 0 && !(identity->mac[i] >> 40 & 1));
}

static void check_given(const struct cx3_identity *made, unsigned guids, unsigned macs)
{
	for (unsigned i = 0; guids && i < 4; i++)
		assert(guids == 4 ? made->guid[i] != 0 : made->guid[i] == made->guid[0] + i);
	assert(!guids || made->guid[0] != 0);
	assert(!macs || (made->mac[0] && made->mac[1] && made->mac[0] != made->mac[1]));
}

static void put_into_image(struct fuzz_bytes *b, const struct cx3_identity *made)
{
	struct cx3_error err = {.code = CX3_OK};
	uint64_t uid[CX3_FS2_MAX_UIDS];
	unsigned count = fuzz_byte(b) % (CX3_FS2_MAX_UIDS + 1);
	int rc;

	memset(uid, 0xff, sizeof(uid));
	rc = cx3_identity_to_uids(made, count, uid, &err);
	check_error(rc, &err);
	if (rc == CX3_OK && made->guids_given)
		assert(count >= 4 && memcmp(uid, made->guid, sizeof(made->guid)) == 0);
	if (rc == CX3_OK && made->macs_given)
		assert(count >= 6 && memcmp(uid + 4, made->mac, sizeof(made->mac)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes b = {data, size};
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_identity base, made;
	uint64_t guid[5], mac[3];
	unsigned guids, macs;
	bool known = fuzz_byte(&b) & 1;
	int rc;

	base_of(&b, &base);
	guids = typed(&b, 5, guid, cx3_fs2_parse_guid);
	macs = typed(&b, 3, mac, cx3_fs2_parse_mac);
	rc = cx3_identity_overlay(known ? &base : NULL, guids, guid, macs, mac, &made, &err);
	check_error(rc, &err);
	if (rc == CX3_OK)
		check_given(&made, guids, macs);
	rc = cx3_identity_given(known ? &base : NULL, guids, guid, macs, mac, &made, &err);
	check_error(rc, &err);
	if (rc != CX3_OK)
		return 0;
	check_given(&made, guids, macs);
	check_macs(&made);
	assert(cx3_identity_has_guids(&made) || cx3_identity_has_macs(&made));
	assert(cx3_identity_equal(&made, &made));
	put_into_image(&b, &made);
	return 0;
}

static const char *const texts[] = {
	"0002c903000100d0", "0x0002c903000100d0", "00:02:c9:03:00:01:00:d0",
	"ffffffffffffffff", "0000000000000000",	  "0002c9ffffffffff",
	"0002c90100d0",	    "00-02-c9-01-00-d0",  "010203040506",
	"000000000000",	    "0002c9ffffff",	  "ffffffffffff"};

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	uint64_t random = seed;
	uint8_t *at = out;

	(void)room;
	*at++ = (uint8_t)fuzz_random(&random);
	*at++ = (uint8_t)fuzz_below(&random, 8);
	*at++ = (uint8_t)fuzz_random(&random);
	for (unsigned i = 0; i < 24; i++)
		*at++ = (uint8_t)fuzz_random(&random);
	for (unsigned half = 0; half < 2; half++) {
		unsigned count = fuzz_below(&random, half ? 3 : 5);

		*at++ = (uint8_t)count;
		while (count--) {
			const char *text = texts[fuzz_below(&random, 12)];

			at += fuzz_mutated_text(&random, text, at, 64);
			*at++ = '\n';
		}
	}
	return (size_t)(at - out);
}
