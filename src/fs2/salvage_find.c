/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sections found without the list that leads to them. A section begins with its type, so
 * that word is looked for at each multiple of 4; its CRC then decides. A section that passes
 * the end of a chunk goes on behind the other home's chunk; the size of a chunk is not known
 * here, so each possible one is tried.
 */
#include "fs2/salvage.h"

#include <ctype.h>
#include <string.h>

#include "bytes.h"
#include "fs2/query.h"
#include "fs2/walk.h"

#define GUIDS 4u
#define MACS 2u
#define UID_SIZE 8u
/* A real Image Info has some 700 bytes. */
#define MOST_INFO 8192u
#define LEAST_CHUNK_LOG2 16u
#define MOST_CHUNK_LOG2 23u
#define MAC_ONES UINT64_C(0xffffffffffff)

/* `len` bytes from `addr` on, in chunks of 1 << log2 bytes of which every second is the
 * image's; log2 0: in one piece. False if they pass the end. */
static bool gather(const struct fs2_content *flash, uint32_t addr, unsigned log2, uint8_t *to,
		   uint32_t len)
{
	while (len) {
		uint32_t left = log2 ? (1u << log2) - (addr & ((1u << log2) - 1)) : len;
		uint32_t part = len < left ? len : left;

		if (addr >= flash->size || part > flash->size - addr)
			return false;
		memcpy(to, flash->data + addr, part);
		to += part;
		len -= part;
		addr += part;
		if (len && log2)
			addr += 1u << log2;
	}
	return true;
}

/* The next way to read `len` bytes at `addr` after the way *log2, which begins with 0: only
 * chunks whose end lies within them make a difference. */
static bool next_way(uint32_t addr, uint32_t len, unsigned *log2)
{
	for (unsigned n = *log2 ? *log2 + 1 : LEAST_CHUNK_LOG2; n <= MOST_CHUNK_LOG2; n++) {
		uint32_t inside = addr & ((1u << n) - 1);

		if (inside + len > 1u << n) {
			*log2 = n;
			return true;
		}
	}
	return false;
}

/* Header, data and CRC of a section of `type` at `addr`, of at most `most` bytes of data. */
static bool load(const struct fs2_content *flash, uint32_t addr, unsigned log2, uint32_t type,
		 uint32_t most, uint8_t *bytes, uint32_t *data_size)
{
	uint32_t words;

	if (!gather(flash, addr, log2, bytes, FS2_SECTION_HEADER) || be32(bytes) != type)
		return false;
	words = be32(bytes + 4);
	if (!words || words > most / 4)
		return false;
	*data_size = words * 4;
	return gather(flash, addr, log2, bytes, FS2_SECTION_HEADER + *data_size + FS2_CRC_SIZE);
}

static bool crc_is_right(const uint8_t *bytes, uint32_t data_size)
{
	uint32_t len = FS2_SECTION_HEADER + data_size;

	return be32(bytes + len) == cx3_fs2_crc16(bytes, len);
}

/* --- GUIDs and MACs --- */

static bool is_unicast(uint64_t mac)
{
	return mac && cx3_fs2_check_mac(mac, NULL) == CX3_OK;
}

/* A card can have it: GUIDs that are set or blank, and MACs likewise, but not both blank. */
static bool can_be_burnt(const uint64_t *uid, unsigned count)
{
	bool guids = false, macs = false;

	for (unsigned i = 0; i < GUIDS; i++)
		guids = guids || (uid[i] && uid[i] != UINT64_MAX);
	for (unsigned i = GUIDS; i < count && i < GUIDS + MACS; i++) {
		if ((uid[i] & MAC_ONES) == MAC_ONES)
			continue;
		if (!is_unicast(uid[i]))
			return false;
		macs = true;
	}
	return guids || macs;
}

static bool load_uids(const struct fs2_content *flash, uint32_t addr, unsigned log2,
		      struct fs2_found_uids *found)
{
	uint8_t bytes[FS2_SECTION_HEADER + UID_SIZE * CX3_FS2_MAX_UIDS + FS2_CRC_SIZE];
	uint32_t size;

	if (!load(flash, addr, log2, CX3_FS2_GUID, UID_SIZE * CX3_FS2_MAX_UIDS, bytes, &size) ||
	    size < GUIDS * UID_SIZE || size % UID_SIZE)
		return false;
	*found = (struct fs2_found_uids){.addr = addr + FS2_SECTION_HEADER,
					 .count = size / UID_SIZE};
	for (unsigned i = 0; i < found->count; i++)
		found->uid[i] = be64(bytes + FS2_SECTION_HEADER + (size_t)UID_SIZE * i);
	found->checked = crc_is_right(bytes, size) && can_be_burnt(found->uid, found->count);
	return true;
}

/* The base that two of the four GUIDs agree on; 0 if none is there. */
static uint64_t agreed_base(const uint64_t *uid)
{
	for (unsigned i = 0; i < GUIDS; i++) {
		uint64_t base = uid[i] - i;

		/* the manufacturer's 24 bits are neither all zeros nor all ones */
		if (base >> 40 == 0 || base >> 40 == 0xffffff)
			continue;
		for (unsigned k = i + 1; k < GUIDS; k++) {
			if (uid[k] - k == base)
				return base;
		}
	}
	return 0;
}

static bool mend_macs(uint64_t *mac, const uint64_t *guid)
{
	for (unsigned i = 0; i < MACS; i++) {
		bool own = is_unicast(mac[i]) && mac[i] >> 24 == guid[0] >> 40;

		if (own || (is_unicast(mac[i]) && mac[1] - mac[0] == 1)) {
			cx3_fs2_macs_from_base(mac[i] - i, mac);
			return true;
		}
	}
	for (unsigned i = 0; i < MACS; i++)
		mac[i] = cx3_fs2_mac_from_guid(guid[1 + i]);
	return is_unicast(mac[0]) && is_unicast(mac[1]);
}

bool fs2_mend_uids(uint64_t *uid, unsigned count)
{
	uint64_t mended[GUIDS + MACS], base = agreed_base(uid);

	if (!base)
		return false;
	cx3_fs2_guids_from_base(base, mended);
	if (count >= GUIDS + MACS) {
		memcpy(mended + GUIDS, uid + GUIDS, MACS * sizeof(*uid));
		if (!mend_macs(mended + GUIDS, mended))
			return false;
	}
	memcpy(uid, mended, (count >= GUIDS + MACS ? GUIDS + MACS : GUIDS) * sizeof(*uid));
	return true;
}

/* Four GUIDs in a row and two MACs of the same manufacturer, without a header that says so. */
static bool looks_like_uids(const struct fs2_content *flash, uint32_t addr,
			    struct fs2_found_uids *found)
{
	const uint8_t *at = flash->data + addr;

	if (flash->size - addr < (GUIDS + MACS) * UID_SIZE || be32(at) != be32(at + UID_SIZE))
		return false;
	*found = (struct fs2_found_uids){.addr = addr, .count = GUIDS + MACS};
	for (unsigned i = 0; i < found->count; i++)
		found->uid[i] = be64(at + (size_t)UID_SIZE * i);
	if (agreed_base(found->uid) != found->uid[0] || found->uid[0] + 3 != found->uid[3])
		return false;
	for (unsigned i = GUIDS; i < GUIDS + MACS; i++) {
		if (!is_unicast(found->uid[i]) || found->uid[i] >> 24 != found->uid[0] >> 40)
			return false;
	}
	return true;
}

/* The right one of the ways to read a section; if none is right, as it lies in one piece. */
static bool uids_at(const struct fs2_content *flash, uint32_t addr, struct fs2_found_uids *found)
{
	const uint32_t most = FS2_SECTION_HEADER + UID_SIZE * CX3_FS2_MAX_UIDS + FS2_CRC_SIZE;
	struct fs2_found_uids other;
	bool is_one = load_uids(flash, addr, 0, found);

	for (unsigned log2 = 0; !(is_one && found->checked) && next_way(addr, most, &log2);) {
		if (load_uids(flash, addr, log2, &other) && (other.checked || !is_one)) {
			*found = other;
			is_one = true;
		}
	}
	return is_one;
}

bool fs2_next_uids(const struct fs2_content *flash, uint32_t *addr, struct fs2_found_uids *found)
{
	for (uint32_t at = *addr; at < flash->size; at += 4) {
		bool is_one = be32(flash->data + at) == CX3_FS2_GUID && uids_at(flash, at, found);

		if (!is_one && !looks_like_uids(flash, at, found))
			continue;
		*addr = at + 4;
		return true;
	}
	return false;
}

/* --- Image Info --- */

static bool info_at(const struct fs2_content *flash, uint32_t addr, struct fs2_found_info *found)
{
	uint8_t bytes[FS2_SECTION_HEADER + MOST_INFO + FS2_CRC_SIZE];
	unsigned log2 = 0;
	uint32_t size;

	do {
		memset(found, 0, sizeof(*found));
		found->addr = addr;
		if (load(flash, addr, log2, CX3_FS2_IMAGE_INFO, MOST_INFO, bytes, &size) &&
		    crc_is_right(bytes, size) &&
		    fs2_parse_info(bytes + FS2_SECTION_HEADER, size, addr + FS2_SECTION_HEADER,
				   &found->info, NULL) == CX3_OK)
			return true;
	} while (next_way(addr, sizeof(bytes), &log2));
	return false;
}

bool fs2_next_info(const struct fs2_content *flash, uint32_t *addr, struct fs2_found_info *found)
{
	for (uint32_t at = *addr; at < flash->size; at += 4) {
		if (be32(flash->data + at) != CX3_FS2_IMAGE_INFO || !info_at(flash, at, found))
			continue;
		*addr = at + 4;
		return true;
	}
	return false;
}

/* Capitals, digits and underlines, then zeros: as all that were seen. */
static bool looks_like_psid(const uint8_t *text)
{
	unsigned len = 0;

	while (len < CX3_FS2_PSID_LEN &&
	       (isupper(text[len]) || isdigit(text[len]) || text[len] == '_'))
		len++;
	for (unsigned i = len; i < CX3_FS2_PSID_LEN; i++) {
		if (text[i])
			return false;
	}
	return len >= 8;
}

bool fs2_next_psid(const struct fs2_content *flash, uint32_t *addr, char psid[CX3_FS2_PSID_LEN + 1])
{
	const uint32_t tag = (uint32_t)CX3_FS2_TAG_PSID << 24 | CX3_FS2_PSID_LEN;

	for (uint32_t at = *addr; flash->size - at >= 4 + CX3_FS2_PSID_LEN; at += 4) {
		if (be32(flash->data + at) != tag || !looks_like_psid(flash->data + at + 4))
			continue;
		memcpy(psid, flash->data + at + 4, CX3_FS2_PSID_LEN);
		psid[CX3_FS2_PSID_LEN] = '\0';
		*addr = at + 4;
		return true;
	}
	return false;
}
