/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs and MACs as words of a command line. */
#include <stdio.h>
#include <string.h>

#include "options.h"

/*
 * mstflint takes these as numbers, and its guides write 0x2c9000100d050. With
 * the 0x the leading zeros may be missing; without it a digit may be, so that
 * the library insists on all of them.
 */
static const char *padded(const char *text, unsigned digits, char *buf, size_t size)
{
	size_t len = strlen(text);

	if (strncmp(text, "0x", 2) != 0 || len < 3 || len - 2 >= digits)
		return text;
	snprintf(buf, size, "%.*s%s", (int)(digits + 2 - len), "0000000000000000", text + 2);
	return buf;
}

int parse_guid_text(const char *text, uint64_t *guid, struct cx3_error *err)
{
	char buf[32];

	return cx3_fs2_parse_guid(padded(text, 16, buf, sizeof(buf)), guid, err);
}

int parse_mac_text(const char *text, uint64_t *mac, struct cx3_error *err)
{
	char buf[32];
	int rc = cx3_fs2_parse_mac(padded(text, 12, buf, sizeof(buf)), mac, err);

	return rc == CX3_OK ? cx3_fs2_check_mac(*mac, err) : rc;
}
