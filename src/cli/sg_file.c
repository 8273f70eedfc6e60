/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mstflint's sg on an image file: the same text, the same bytes. Two differences
 * by design: a file with blank GUIDs can be given some, and a MAC for an image
 * without room for it is refused instead of being dropped.
 */
#include "sg_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/identity.h"
#include "image_file.h"
#include "shapes.h"

#define GUIDS 4u

/* The entries that the file gets: what is not given stays as it is in the file. */
static int new_uids(struct cli *cli, const struct cx3_fs2_info *info, uint64_t *uid)
{
	const struct cx3_burn_options *burn = &cli->options.burn;
	struct cx3_identity own;
	int rc;

	memcpy(uid, info->uid, sizeof(info->uid));
	cx3_identity_from_info(info, CX3_IDENTITY_FILE, cli->options.image, &own);
	rc = cx3_identity_overlay(&own, burn->guid_count, burn->guid, burn->mac_count, burn->mac,
				  &own, &cli->err);
	return rc == CX3_OK ? cx3_identity_to_uids(&own, info->uid_count, uid, &cli->err) : rc;
}

static void show(struct cli *cli, const struct cx3_fs2_info *info, const uint64_t *uid)
{
	static const char *const names[] = {"Node  GUID:",     "Port1 GUID:", "Port2 GUID:",
					    "Sys.Image GUID:", "Port1 MAC:",  "Port2 MAC:"};
	static const char *const keys[] = {"guid_node",	  "guid_port1", "guid_port2",
					   "guid_system", "mac_port1",	"mac_port2"};
	cJSON *changes = json_array(cli->json, "changes");

	say(cli, "    You are about to change the Guids/Macs/Uids on the image:\n\n"
		 "                        New Values              Current Values\n");
	for (unsigned i = 0; i < 6 && i < info->uid_count; i++) {
		int digits = i < GUIDS ? 16 : 12;
		char before[24], after[24];

		snprintf(before, sizeof(before), "%0*" PRIx64, digits, info->uid[i]);
		snprintf(after, sizeof(after), "%0*" PRIx64, digits, uid[i]);
		change_json(changes, keys[i], names[i], before, after, uid[i] != info->uid[i]);
		say(cli,
		    i < GUIDS ? "        %-15s %016" PRIx64 "        %016" PRIx64 "\n"
			      : "        %-15s     %012" PRIx64 "            %012" PRIx64 "\n",
		    names[i], uid[i], info->uid[i]);
	}
}

/* The new file takes the old one's place when it is whole. What lies past the image
 * stays as it is, and is no part of the image's CRC. */
static int store(struct cli *cli, uint8_t *image, size_t len, const struct cx3_fs2_info *info,
		 const uint64_t *uid)
{
	int rc = cx3_fs2_set_uids(image, info->end, info, uid, &cli->err);

	if (rc == CX3_OK)
		rc = cx3_fs2_set_full_crc(image, info->end, false, &cli->err);
	if (rc == CX3_OK)
		rc = cx3_file_write(cli->options.image, image, len, true, &cli->err);
	return rc;
}

int sg_file(struct cli *cli)
{
	uint64_t uid[CX3_FS2_MAX_UIDS];
	struct cx3_fs2_info info = {0};
	uint8_t *image = NULL;
	size_t len;
	int rc = image_file_load(cli, &image, &len, &info);

	if (rc == CX3_OK)
		rc = new_uids(cli, &info, uid);
	if (rc == CX3_OK) {
		show(cli, &info, uid);
		if (cli->options.dry_run)
			say(cli, "\n-I- Dry run: nothing was written.\n");
		else
			rc = ask_continue(cli, &cli->err);
	}
	if (rc == CX3_OK && !cli->options.dry_run)
		rc = store(cli, image, len, &info, uid);
	free(image);
	return rc;
}
