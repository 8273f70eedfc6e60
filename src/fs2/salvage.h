/* SPDX-License-Identifier: BSD-2-Clause */
/* The search for single sections on a flash whose images can't be followed. */
#ifndef CX3FLASH_FS2_SALVAGE_PARTS_H
#define CX3FLASH_FS2_SALVAGE_PARTS_H

#include "cx3flash/salvage.h"

/* Raw flash content. */
struct fs2_content {
	const uint8_t *data;
	uint32_t size;
};

/* A GUID section, or what looks like the entries of one. */
struct fs2_found_uids {
	uint32_t addr; /* flash address of the first entry */
	unsigned count;
	uint64_t uid[CX3_FS2_MAX_UIDS];
	bool checked; /* its CRC is right, and it is an identity that a card can have */
};

/* An Image Info section whose CRC is right. */
struct fs2_found_info {
	uint32_t addr; /* flash address of its header */
	struct cx3_fs2_info info;
};

/* salvage_find.c: each takes the next one at or after *addr, a multiple of 4, and moves *addr
 * behind its beginning. False: there is none more. */
bool fs2_next_uids(const struct fs2_content *flash, uint32_t *addr, struct fs2_found_uids *found);
bool fs2_next_info(const struct fs2_content *flash, uint32_t *addr, struct fs2_found_info *found);
/* What looks like a PSID in a damaged Image Info: its tag, and 16 characters that fit. */
bool fs2_next_psid(const struct fs2_content *flash, uint32_t *addr,
		   char psid[CX3_FS2_PSID_LEN + 1]);

/*
 * Entries that are damaged become what follows from the others: the GUIDs from the base that
 * two of them agree on, the MACs from each other or from the GUIDs. False: too little is
 * left, and `uid` stays as it is.
 */
bool fs2_mend_uids(uint64_t *uid, unsigned count);

#endif
