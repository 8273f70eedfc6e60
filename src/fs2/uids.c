/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "bytes.h"
#include "fs2/crc16.h"
#include "fs2/parse.h"
#include "fs2/walk.h"

#define BLANK_CRC 0xffffu

/*
 * A GUID section whose CRC was left erased is blank only if its first GUID is
 * too. The other types have no such state.
 */
enum cx3_fs2_check fs2_judge(const struct cx3_fs2_section *piece, uint64_t first_uid)
{
	if (piece->type == CX3_FS2_GUID && piece->crc_found == BLANK_CRC && first_uid == UINT64_MAX)
		return CX3_FS2_CHECK_BLANK;
	if (piece->crc_found != piece->crc_computed)
		return CX3_FS2_CHECK_BAD_CRC;
	return CX3_FS2_CHECK_OK;
}

static void parse_uids(const uint8_t *data, uint32_t crc, struct cx3_fs2_info *info)
{
	info->blank_uids = (crc & 0xffff) == BLANK_CRC;
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
			       " claims %u entries, more than the %u possible: the image is "
			       "corrupt; get it again.",
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
			       ", computed 0x%x): its GUIDs and MACs can't be trusted; give them "
			       "by hand or restore a backup.",
			       section.addr, section.crc_found, section.crc_computed);
	return CX3_OK;
}
