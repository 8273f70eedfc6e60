/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs and MACs: the section that holds them, how they follow from each other, as text. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "fs2/query.h"
#include "fs2/walk.h"

static void parse_uids(const uint8_t *data, uint32_t crc, struct cx3_fs2_info *info)
{
	info->blank_uids = (crc & 0xffff) == FS2_BLANK_CRC;
	for (unsigned i = 0; i < info->uid_count; i++) {
		info->uid[i] = be64(data + (size_t)8 * i);
		if (info->uid[i] != UINT64_MAX)
			info->blank_uids = false;
	}
}

int fs2_query_uids(const struct fs2_view *view, const struct cx3_fs2_section *piece,
		   struct cx3_fs2_info *info, struct cx3_error *err)
{
	uint8_t bytes[FS2_SECTION_HEADER + 8 * (CX3_FS2_MAX_UIDS + 1) + FS2_CRC_SIZE];
	struct cx3_fs2_section section = *piece;
	int rc;

	info->uid_count = section.data_size / 8;
	if (info->uid_count > CX3_FS2_MAX_UIDS)
		return fs2_bad(err, section.addr + 4,
			       "The GUID section at 0x%08" PRIx32
			       " claims %u entries, more than the %u possible.",
			       section.addr, info->uid_count, CX3_FS2_MAX_UIDS);
	rc = fs2_view_read(view, section.addr, bytes, section.size, section.name, err);
	if (rc)
		return rc;
	section.crc_computed = cx3_fs2_crc16(bytes, section.size - FS2_CRC_SIZE);
	section.crc_found = be32(bytes + section.size - FS2_CRC_SIZE);
	parse_uids(bytes + FS2_SECTION_HEADER, section.crc_found, info);
	if (fs2_judge(&section, info->uid_count ? info->uid[0] : 0) == CX3_FS2_CHECK_BAD_CRC)
		return fs2_bad(err, section.addr,
			       "The GUID section at 0x%08" PRIx32 " has a wrong CRC (0x%" PRIx32
			       ", computed 0x%x): its GUIDs and MACs can't be trusted.",
			       section.addr, section.crc_found, section.crc_computed);
	return CX3_OK;
}

void cx3_fs2_guids_from_base(uint64_t base, uint64_t guid[4])
{
	for (unsigned i = 0; i < 4; i++)
		guid[i] = base + i;
}

void cx3_fs2_macs_from_base(uint64_t base, uint64_t mac[2])
{
	mac[0] = base;
	mac[1] = base + 1;
}

uint64_t cx3_fs2_mac_from_guid(uint64_t guid)
{
	return (guid >> 40) << 24 | (guid & 0xffffff);
}

int cx3_fs2_check_mac(uint64_t mac, struct cx3_error *err)
{
	if (mac >> 48)
		return cx3_fail(err, CX3_E_IDENTITY, "MAC",
				"The MAC %012" PRIx64
				" has more than 48 bits.\nGive one of 12 hexadecimal digits.",
				mac);
	if (mac >> 40 & 1)
		return cx3_fail(
			err, CX3_E_IDENTITY, "MAC",
			"The MAC %012" PRIx64
			" is a multicast address (bit 40 is set).\nGive the card's own MAC.",
			mac);
	return CX3_OK;
}

static unsigned digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned)(c - '0');
	return (unsigned)(tolower((unsigned char)c) - 'a') + 10;
}

/*
 * Exactly `digits` of them: a digit lost or doubled while copying from a label
 * would be somebody else's address. Colons and dashes may stand between bytes.
 */
static bool parse_hex(const char *text, unsigned digits, uint64_t *value)
{
	unsigned seen = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		text += 2;
	*value = 0;
	for (; *text; text++) {
		if (*text == ':' || *text == '-') {
			if (!seen || seen % 2 || seen == digits || text[1] == *text)
				return false;
			continue;
		}
		if (!isxdigit((unsigned char)*text) || seen == digits)
			return false;
		*value = *value << 4 | digit_value(*text);
		seen++;
	}
	return seen == digits;
}

int cx3_fs2_parse_guid(const char *text, uint64_t *guid, struct cx3_error *err)
{
	if (parse_hex(text, 16, guid))
		return CX3_OK;
	return cx3_fail(
		err, CX3_E_IDENTITY, "GUID",
		"\"%.64s\" is no GUID.\nGive 16 hexadecimal digits, such as 0002c903000100d0.",
		text);
}

int cx3_fs2_parse_mac(const char *text, uint64_t *mac, struct cx3_error *err)
{
	if (parse_hex(text, 12, mac))
		return CX3_OK;
	return cx3_fail(err, CX3_E_IDENTITY, "MAC",
			"\"%.64s\" is no MAC.\nGive 12 hexadecimal digits, such as 0002c90100d0.",
			text);
}

void cx3_fs2_guid_text(uint64_t guid, char text[20])
{
	snprintf(text, 20, "%016" PRIx64, guid);
	if (guid == UINT64_MAX)
		text[0] = '\0';
}

void cx3_fs2_mac_text(uint64_t mac, char text[16])
{
	const uint64_t bits = UINT64_C(0xffffffffffff);

	snprintf(text, 16, "%012" PRIx64, mac & bits);
	if ((mac & bits) == bits)
		text[0] = '\0';
}
