/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "cx3flash/fs2.h"

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
				" has more than 48 bits: give one of 12 hexadecimal digits.",
				mac);
	if (mac >> 40 & 1)
		return cx3_fail(err, CX3_E_IDENTITY, "MAC",
				"The MAC %012" PRIx64
				" is a multicast address (bit 40 is set): give the card's own MAC.",
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
	return cx3_fail(err, CX3_E_IDENTITY, "GUID",
			"\"%.64s\" is no GUID: give 16 hexadecimal digits, such as "
			"0002c903000100d0.",
			text);
}

int cx3_fs2_parse_mac(const char *text, uint64_t *mac, struct cx3_error *err)
{
	if (parse_hex(text, 12, mac))
		return CX3_OK;
	return cx3_fail(err, CX3_E_IDENTITY, "MAC",
			"\"%.64s\" is no MAC: give 12 hexadecimal digits, such as 0002c90100d0.",
			text);
}

/* The first three letters of a PSID are its owner's. */
static const struct {
	char prefix[4];
	const char *owner;
} owners[] = {
	{"MT_", "Mellanox"},   {"HP_", "HP"},
	{"HPE", "HPE"},	       {"DEL", "Dell"},
	{"IBM", "IBM"},	       {"LNV", "Lenovo"},
	{"SM_", "Supermicro"}, {"ORC", "Oracle"},
	{"SUN", "Sun"},	       {"SGI", "SGI"},
	{"EMC", "EMC"},	       {"FJT", "Fujitsu"},
	{"VLT", "Voltaire"},   {"CX_", "cx3flash (made up, for tests)"},
};

const char *cx3_fs2_psid_owner(const char *psid)
{
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		if (strncmp(psid, owners[i].prefix, 3) == 0)
			return owners[i].owner;
	return NULL;
}
