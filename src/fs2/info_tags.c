/* SPDX-License-Identifier: BSD-2-Clause */
/* The Image Info section: a list of tags, each with a size and its data. */
#include <inttypes.h>
#include <string.h>

#include "bytes.h"
#include "fs2/query.h"

struct tag {
	const uint8_t *data;
	uint32_t size;
	uint32_t addr; /* logical, of the data */
};

static void copy_text(char *to, uint32_t room, const struct tag *tag)
{
	uint32_t len = tag->size < room ? tag->size : room;

	memcpy(to, tag->data, len);
	to[len] = '\0';
}

/* Tags of two words; least_size() has seen to it that both are there. */
static void parse_versions(unsigned id, const struct tag *tag, struct cx3_fs2_info *info)
{
	uint32_t first = be32(tag->data), second = be32(tag->data + 4);

	switch (id) {
	case CX3_FS2_TAG_FW_VERSION:
		info->fw_version[0] = (uint16_t)(first >> 16);
		info->fw_version[1] = (uint16_t)(second >> 16);
		info->fw_version[2] = (uint16_t)second;
		break;
	case CX3_FS2_TAG_BUILD_TIME:
		info->fw_date[0] = second & 0xff;
		info->fw_date[1] = (second >> 8) & 0xff;
		info->fw_date[2] = (uint16_t)(second >> 16);
		break;
	case CX3_FS2_TAG_MIC_VERSION:
		info->mic_version[0] = (uint16_t)(first >> 16);
		info->mic_version[1] = (uint16_t)(second >> 16);
		info->mic_version[2] = (uint16_t)second;
		break;
	case CX3_FS2_TAG_MIN_FIT:
		info->min_fit[0] = (uint16_t)(first >> 16);
		info->min_fit[1] = (uint16_t)first;
		info->min_fit[2] = (uint16_t)(second >> 16);
		info->min_fit[3] = (uint16_t)second;
		break;
	default:
		break;
	}
}

static void parse_hw_ids(const struct tag *tag, struct cx3_fs2_info *info)
{
	info->hw_id_count = 0;
	for (uint32_t at = 0; at + 4 <= tag->size; at += 4) {
		uint32_t id = be32(tag->data + at);

		if (!id || info->hw_id_count == CX3_FS2_MAX_HW_IDS)
			break;
		info->hw_id[info->hw_id_count++] = id;
	}
}

static int parse_config_area(const struct tag *tag, struct cx3_fs2_info *info,
			     struct cx3_error *err)
{
	info->config_sectors = be32(tag->data);
	info->config_pad = be32(tag->data + 4);
	if (tag->size >= 12) {
		uint32_t log2_kib = be32(tag->data + 8);

		/* 16 MiB, the largest flash there is */
		if (log2_kib > 14)
			return fs2_bad(err, tag->addr + 8,
				       "The Image Info at 0x%08" PRIx32
				       " names a flash sector of 2^%" PRIu32 " KiB.",
				       tag->addr, log2_kib);
		info->sector_size = UINT32_C(1024) << log2_kib;
	}
	return CX3_OK;
}

static void parse_texts(unsigned id, const struct tag *tag, struct cx3_fs2_info *info)
{
	switch (id) {
	case CX3_FS2_TAG_PSID:
		copy_text(info->psid, CX3_FS2_PSID_LEN, tag);
		break;
	case CX3_FS2_TAG_VSD:
		copy_text(info->vsd, CX3_FS2_VSD_LEN, tag);
		info->vsd_offset = tag->addr;
		info->vsd_size = tag->size;
		break;
	case CX3_FS2_TAG_PRODUCT_VERSION:
		copy_text(info->product_version, FS2_PRODUCT_VERSION_LEN, tag);
		break;
	case CX3_FS2_TAG_PRS_NAME:
		copy_text(info->prs_name, FS2_PRS_NAME_MAX, tag);
		break;
	default:
		break;
	}
}

static int parse_tag(unsigned id, const struct tag *tag, struct cx3_fs2_info *info,
		     struct cx3_error *err)
{
	switch (id) {
	case CX3_FS2_TAG_DEVICE_TYPE:
		info->device_type = (uint16_t)be32(tag->data);
		break;
	case CX3_FS2_TAG_VSD_VENDOR:
		info->vsd_vendor_id = be32(tag->data) & 0xffff;
		break;
	case CX3_FS2_TAG_IS_GA:
		info->is_ga = be32(tag->data) != 0;
		break;
	case CX3_FS2_TAG_HW_IDS:
		parse_hw_ids(tag, info);
		break;
	case CX3_FS2_TAG_ACCESS_KEY:
		info->access_key = be64(tag->data);
		info->access_key_offset = tag->addr;
		break;
	case CX3_FS2_TAG_CONFIG_AREA:
		return parse_config_area(tag, info, err);
	case CX3_FS2_TAG_FW_VERSION:
	case CX3_FS2_TAG_BUILD_TIME:
	case CX3_FS2_TAG_MIC_VERSION:
	case CX3_FS2_TAG_MIN_FIT:
		parse_versions(id, tag, info);
		break;
	default:
		parse_texts(id, tag, info);
		break;
	}
	return CX3_OK;
}

/* The bytes that a tag must have to mean something. */
static uint32_t least_size(unsigned id)
{
	switch (id) {
	case CX3_FS2_TAG_DEVICE_TYPE:
	case CX3_FS2_TAG_VSD_VENDOR:
	case CX3_FS2_TAG_IS_GA:
		return 4;
	case CX3_FS2_TAG_FW_VERSION:
	case CX3_FS2_TAG_BUILD_TIME:
	case CX3_FS2_TAG_MIC_VERSION:
	case CX3_FS2_TAG_MIN_FIT:
	case CX3_FS2_TAG_ACCESS_KEY:
	case CX3_FS2_TAG_CONFIG_AREA:
		return 8;
	default:
		return 0;
	}
}

int fs2_parse_info(const uint8_t *data, uint32_t size, uint32_t addr, struct cx3_fs2_info *info,
		   struct cx3_error *err)
{
	uint32_t at = 0;

	while (at + 4 <= size) {
		unsigned id = data[at];
		struct tag tag = {.data = data + at + 4,
				  .size = be32(data + at) & 0xffffff,
				  .addr = addr + at + 4};
		int rc;

		if (tag.size > size - at - 4 || tag.size % 4 || tag.size < least_size(id))
			return fs2_bad(err, addr + at,
				       "Tag %u of the Image Info at 0x%08" PRIx32
				       " has an impossible size of %" PRIu32 " bytes.",
				       id, addr + at, tag.size);
		at += 4 + tag.size;
		if (id == CX3_FS2_TAG_END)
			break;
		if (id < 32)
			info->tags |= UINT32_C(1) << id;
		rc = parse_tag(id, &tag, info, err);
		if (rc)
			return rc;
	}
	if (at != size)
		return fs2_bad(err, addr + at,
			       "The tags of the Image Info at 0x%08" PRIx32 " (0x%" PRIx32
			       " bytes) do not fill it.",
			       addr, size);
	return CX3_OK;
}

bool cx3_fs2_has_tag(const struct cx3_fs2_info *info, enum cx3_fs2_tag tag)
{
	return tag < 32 && (info->tags & UINT32_C(1) << tag);
}
