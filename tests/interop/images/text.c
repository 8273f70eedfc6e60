/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the library's values as mstflint prints its own. */
#include "text.h"

#include <inttypes.h>
#include <string.h>

#define VENDOR_MELLANOX 0x15b3u

void text_section(FILE *to, const struct cx3_fs2_section *s)
{
	fprintf(to, "     /0x%08" PRIx32 "-0x%08" PRIx32 " (0x%06" PRIx32 ")/ (%s)", s->addr,
		s->addr + s->size - 1, s->size, s->name);
	switch (s->check) {
	case CX3_FS2_CHECK_OK:
		fprintf(to, " - OK\n");
		break;
	case CX3_FS2_CHECK_BLANK:
		fprintf(to, " - BLANK CRC (0xffff)\n");
		break;
	case CX3_FS2_CHECK_BAD_CRC:
		fprintf(to, " /0x%08" PRIx32 "/ - wrong CRC (exp:0x%x, act:0x%" PRIx32 ")\n",
			s->addr, s->crc_computed, s->crc_found);
		break;
	case CX3_FS2_CHECK_TOO_BIG:
		fprintf(to, " - size too big\n");
		break;
	}
}

static const char *rom_type(uint16_t product)
{
	static const char *const low[] = {NULL, "CLP1", "CLP2", "CLP3", "CLP4"};
	static const char *const high[] = {
		"PXE",		 "UEFI", "CLP", "NVMe", "UEFI Virtio net", "UEFI Virtio blk",
		"PXE Virtio net"};

	if (product < 5)
		return low[product];
	if (product >= 0x10 && product <= 0x16)
		return high[product - 0x10];
	return product == 0x21 ? "FCODE" : NULL;
}

static void text_target(FILE *to, const struct cx3_fs2_rom *rom)
{
	static const char *const protos[] = {"IB", "ETH", "VPI"};
	static const char *const cpus[] = {"", "AMD64", "AARCH64", "AMD64,AARCH64", "IA32"};

	if (rom->port)
		fprintf(to, " port=%d", rom->port);
	if (rom->proto != 0xff)
		fprintf(to, " proto=%s", rom->proto < 3 ? protos[rom->proto] : "N/A");
	if (rom->cpu)
		fprintf(to, " cpu=%s", rom->cpu < 5 ? cpus[rom->cpu] : "N/A");
}

static void text_rom(FILE *to, const struct cx3_fs2_rom *rom)
{
	const char *type = rom_type(rom->product_id);

	if (rom->product_id == 0xf) {
		fprintf(to, "version_id=%d type=CLP ", rom->version[0]);
		return;
	}
	if (!type) {
		fprintf(to, "0x%x - Unknown ROM product ID\n", rom->product_id);
		return;
	}
	fprintf(to, "type=%s version=%d.%d.%d", type, rom->version[0], rom->version[1],
		rom->version[2]);
	if (rom->has_target)
		text_target(to, rom);
}

static void text_roms(FILE *to, const struct cx3_fs2_info *info)
{
	if (!info->has_rom)
		return;
	fprintf(to, "Rom Info:              ");
	if (!info->rom_count)
		fprintf(to, "N/A");
	for (unsigned i = 0; i < info->rom_count; i++) {
		if (i)
			fprintf(to, "\n                       ");
		text_rom(to, &info->rom[i]);
	}
	fprintf(to, "\n");
}

static void text_uids(FILE *to, const struct cx3_fs2_info *info)
{
	fprintf(to, "Description:           Node             Port1            Port2            "
		    "Sys image\nGUIDs:                 ");
	for (unsigned i = 0; i < 4; i++)
		fprintf(to, "%016" PRIx64 " ", i < info->uid_count ? info->uid[i] : 0);
	if (info->uid_count != 6) {
		fprintf(to,
			"-W- Cannot get MAC address: Expecting 6 entries in guid section, got %u. "
			"Probably an old FW image. Please update.\n\n",
			info->uid_count);
		return;
	}
	fprintf(to, "\nMACs:                                  ");
	for (unsigned i = 4; i < 6; i++)
		fprintf(to, "     %04x%08" PRIx32, (unsigned)(info->uid[i] >> 32),
			(uint32_t)info->uid[i]);
	for (unsigned i = 4; i < 6; i++) {
		if (info->blank_uids || cx3_fs2_check_mac(info->uid[i], NULL) == CX3_OK)
			continue;
		fprintf(to, "%s\n-W- Bad mac address ( %04x%08" PRIx32 " ): %s\n",
			i == 4 ? "\n\n" : "", (unsigned)(info->uid[i] >> 32),
			(uint32_t)info->uid[i],
			info->uid[i] >> 40 & 1 ? "Multicast bit (bit 40) is set."
					       : "More than 48 bits are used.");
	}
	fprintf(to, "\n");
}

static void text_versions(FILE *to, const struct cx3_fs2_info *i)
{
	const uint16_t *v = i->fw_version, *d = i->fw_date, *f = i->min_fit, *m = i->mic_version;

	if (v[0] || v[1] || v[2])
		fprintf(to,
			v[1] < 100 ? "FW Version:            %d.%d.%04d\n"
				   : "FW Version:            %d.%04d.%04d\n",
			v[0], v[1], v[2]);
	if (d[0] || d[1] || d[2])
		fprintf(to, "FW Release Date:       %x.%x.%x\n", d[0], d[1], d[2]);
	if (f[0] || f[1] || f[2] || f[3])
		fprintf(to, "Min FIT Version:       %d.%d.%d.%d\n", f[0], f[1], f[2], f[3]);
	if (m[0] || m[1] || m[2])
		fprintf(to, "MIC Version:           %d.%d.%d\n", m[0], m[1], m[2]);
}

void text_query_full(FILE *to, const struct cx3_fs2_info *info)
{
	fprintf(to, "Image type:            FS2\n");
	text_versions(to, info);
	if (info->config_sectors)
		fprintf(to, "Config Sectors:        %d\n", (int)info->config_sectors);
	if (info->config_pad)
		fprintf(to, "Config Pad:            %d\n", (int)info->config_pad);
	if (info->prs_name[0])
		fprintf(to, "PRS Name:              %s\n", info->prs_name);
	if (info->product_version[0])
		fprintf(to, "Product Version:       %s\n", info->product_version);
	text_roms(to, info);
	fprintf(to, "Device ID:             %d\n", info->device_type);
	if (cx3_fs2_has_tag(info, CX3_FS2_TAG_ACCESS_KEY))
		fprintf(to, "HW Access Key:         %s\n",
			info->access_key ? "Enabled" : "Disabled");
	text_uids(to, info);
	if (!info->vsd_vendor_id || info->vsd_vendor_id == VENDOR_MELLANOX)
		fprintf(to, "VSD:                   %s\nPSID:                  %s\n", info->vsd,
			info->psid);
	else
		fprintf(to,
			"-W- Not a Mellanox FW image (vendor_id = 0x%04" PRIx32
			"). VSD and PSID are not displayed.\n",
			info->vsd_vendor_id);
	if (info->blank_uids)
		fprintf(to, "-W- GUIDs/MACs values and their CRC are not set.\n");
}

void text_strip_remarks(char *text)
{
	char *to = text;

	while (*text) {
		if (strncmp(text, " (-W- ", 6) == 0 || strncmp(text, " (-E- ", 6) == 0)
			text += strcspn(text, "\n");
		else
			*to++ = *text++;
	}
	*to = '\0';
}
