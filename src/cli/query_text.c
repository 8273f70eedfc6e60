/* SPDX-License-Identifier: BSD-2-Clause */
/* The report of query, in mstflint's layout and as JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cx3flash/knowledge.h"
#include "printable.h"
#include "rom_text.h"

/*
 * What an image says of itself, in the layout of mstflint 4.21's query, line by
 * line, so that people and their scripts recognise it.
 */

#define VENDOR_MELLANOX 0x15b3u

/* All zeros is how an image says that it does not know. */
static bool any_set(const uint16_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (values[i])
			return true;
	}
	return false;
}

void version_text(char *buf, size_t size, const uint16_t version[3])
{
	/* mstflint pads the middle number from 100 on */
	snprintf(buf, size, version[1] < 100 ? "%d.%d.%04d" : "%d.%04d.%04d", version[0],
		 version[1], version[2]);
}

/* "Running" only where it differs: after a burn, until the reset. */
static void print_versions(struct cli *cli, const struct cx3_fs2_info *info)
{
	const struct cx3_card_id *id = cli->session.card ? cx3_card_identity(cli->session.card)
							 : NULL;
	char text[32];

	if (!any_set(info->fw_version, 3))
		return;
	version_text(text, sizeof(text), info->fw_version);
	say(cli, "FW Version:            %s\n", text);
	if (id && any_set(id->running_fw, 3) &&
	    memcmp(id->running_fw, info->fw_version, sizeof(id->running_fw)) != 0) {
		version_text(text, sizeof(text), id->running_fw);
		say(cli, "FW Version(Running):   %s\n", text);
	}
}

/* The lines that "query full" adds. */
static void print_full(struct cli *cli, const struct cx3_fs2_info *info)
{
	const uint16_t *fit = info->min_fit;

	if (any_set(fit, 4))
		say(cli, "Min FIT Version:       %d.%d.%d.%d\n", fit[0], fit[1], fit[2], fit[3]);
	if (any_set(info->mic_version, 3))
		say(cli, "MIC Version:           %d.%d.%d\n", info->mic_version[0],
		    info->mic_version[1], info->mic_version[2]);
	if (info->config_sectors)
		say(cli, "Config Sectors:        %" PRIu32 "\n", info->config_sectors);
	if (info->config_pad)
		say(cli, "Config Pad:            %" PRIu32 "\n", info->config_pad);
	if (info->prs_name[0])
		say(cli, "PRS Name:              %s\n", shown(info->prs_name));
}

static void bad_mac(struct cli *cli, uint64_t mac)
{
	const char *why = NULL;

	if (mac >> 40 & 1)
		why = "Multicast bit (bit 40) is set.";
	else if (mac >> 48)
		why = "More than 48 bits are used.";
	if (why)
		say(cli, "\n-W- Bad mac address ( %4.4x%8.8x ): %s\n", (unsigned)(mac >> 32),
		    (unsigned)mac, why);
}

/* Six-entry images only. The odd empty lines are mstflint's. */
static void print_macs(struct cli *cli, const struct cx3_fs2_info *info)
{
	bool bad_first = (info->uid[4] >> 40 & 1) || info->uid[4] >> 48;

	say(cli, "\n%-39s", "MACs:");
	for (unsigned i = 4; i < 6; i++)
		say(cli, "     %4.4x%8.8x", (unsigned)(info->uid[i] >> 32), (unsigned)info->uid[i]);
	if (info->blank_uids)
		return;
	if (bad_first)
		say(cli, "\n\n");
	bad_mac(cli, info->uid[4]);
	bad_mac(cli, info->uid[5]);
}

static void print_uids(struct cli *cli, const struct cx3_fs2_info *info)
{
	say(cli, "Description:           Node             Port1            Port2            "
		 "Sys image\n");
	say(cli, "GUIDs:                 ");
	for (unsigned i = 0; i < 4; i++)
		say(cli, "%8.8x%8.8x ", (unsigned)(info->uid[i] >> 32), (unsigned)info->uid[i]);
	if (info->uid_count == 6)
		print_macs(cli, info);
	else
		say(cli,
		    "-W- Cannot get MAC address: Expecting 6 entries in guid section, got %u. "
		    "Probably an old FW image. Please update.\n",
		    info->uid_count);
	say(cli, "\n");
}

void query_print(struct cli *cli, struct cli_source *source, const struct cx3_fs2_info *info,
		 bool full)
{
	say(cli, "Image type:            FS2\n");
	print_versions(cli, info);
	if (any_set(info->fw_date, 3))
		say(cli, "FW Release Date:       %x.%x.%x\n", info->fw_date[0], info->fw_date[1],
		    info->fw_date[2]);
	if (full)
		print_full(cli, info);
	if (info->product_version[0])
		say(cli, "Product Version:       %s\n", shown(info->product_version));
	if (info->has_rom)
		rom_print(cli, source, info);
	say(cli, "Device ID:             %d\n", info->device_type);
	if (cx3_fs2_has_tag(info, CX3_FS2_TAG_ACCESS_KEY))
		say(cli, "HW Access Key:         %s\n", info->access_key ? "Enabled" : "Disabled");
	print_uids(cli, info);
	if (info->vsd_vendor_id == 0 || info->vsd_vendor_id == VENDOR_MELLANOX) {
		say(cli, "VSD:                   %s\n", shown(info->vsd));
		say(cli, "PSID:                  %s\n", shown(info->psid));
	} else {
		say(cli,
		    "-W- Not a Mellanox FW image (vendor_id = 0x%04x). "
		    "VSD and PSID are not displayed.\n",
		    info->vsd_vendor_id);
	}
	if (info->blank_uids)
		say(cli, "-W- GUIDs/MACs values and their CRC are not set.\n");
}

/* null where the image says nothing. */
static void version_json(cJSON *object, const char *key, const uint16_t version[3])
{
	char text[32];

	version_text(text, sizeof(text), version);
	json_text(object, key, any_set(version, 3) ? text : NULL);
}

/* Without 0x: as they are printed on the card's label. */
static void uids_json(cJSON *object, const struct cx3_fs2_info *info)
{
	cJSON *guids = json_array(object, "guids");
	cJSON *macs = json_array(object, "macs");
	char text[24];

	for (unsigned i = 0; guids && i < info->uid_count && i < 6; i++) {
		if (i < 4)
			snprintf(text, sizeof(text), "%016" PRIx64, info->uid[i]);
		else /* a blank one has 16 digits on the flash */
			snprintf(text, sizeof(text), "%012" PRIx64,
				 info->uid[i] & UINT64_C(0xffffffffffff));
		cJSON_AddItemToArray(i < 4 ? guids : macs, cJSON_CreateString(text));
	}
	json_flag(object, "guids_blank", info->blank_uids);
}

void query_json(cJSON *object, const struct cx3_fs2_info *info)
{
	char text[32];

	if (!object)
		return;
	json_text(object, "image_type", "FS2");
	version_json(object, "fw_version", info->fw_version);
	snprintf(text, sizeof(text), "%04x-%02x-%02x", info->fw_date[2], info->fw_date[1],
		 info->fw_date[0]);
	json_text(object, "fw_release_date", any_set(info->fw_date, 3) ? text : NULL);
	snprintf(text, sizeof(text), "%d.%d.%d", info->mic_version[0], info->mic_version[1],
		 info->mic_version[2]);
	json_text(object, "mic_version", any_set(info->mic_version, 3) ? text : NULL);
	json_text(object, "product_version", info->product_version);
	json_text(object, "prs_name", info->prs_name);
	json_number(object, "device_id", info->device_type);
	json_text(object, "psid", info->psid);
	json_text(object, "psid_owner", cx3_psid_owner(info->psid));
	json_text(object, "vsd", info->vsd);
	uids_json(object, info);
	json_flag(object, "failsafe", info->failsafe);
	json_hex(object, "start", 8, info->start);
	json_number(object, "chunk_size", info->log2_chunk ? 1u << info->log2_chunk : 0);
	json_number(object, "image_size", info->image_size);
	json_number(object, "config_sectors", info->config_sectors);
	json_number(object, "config_pad", info->config_pad);
	if (cx3_fs2_has_tag(info, CX3_FS2_TAG_ACCESS_KEY))
		json_flag(object, "hw_access_key", info->access_key != 0);
	rom_json(object, info);
}
