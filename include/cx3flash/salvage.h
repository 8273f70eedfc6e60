/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is left of any image's identity on a flash whose images are damaged: its GUID and
 * Image Info sections, searched for over the whole content. Pure functions on bytes.
 */
#ifndef CX3FLASH_SALVAGE_H
#define CX3FLASH_SALVAGE_H

#include "cx3flash/identity.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* Where a GUID section was found, from the least to the most that speaks for it. */
enum cx3_salvage_rank {
	CX3_SALVAGE_LOOSE,     /* part of no image that can be told */
	CX3_SALVAGE_RETIRED,   /* in the home of an image that another one has replaced */
	CX3_SALVAGE_SIGNED,    /* in a home that has a signature, whose image can't be read */
	CX3_SALVAGE_READABLE,  /* of an image that can be read and has a wrong CRC elsewhere */
	CX3_SALVAGE_UNCHECKED, /* of an image that can be read; its other CRCs were not checked */
	CX3_SALVAGE_WHOLE      /* of an image whose CRCs are all right */
};

/*
 * One identity. identity.checked: it is as it was written, since the CRC of its section is
 * right. Otherwise it was put together from what is left: damaged entries follow from the
 * others by the rule that most cards keep (cx3_fs2_guids_from_base), so it may be wrong.
 */
struct cx3_salvaged {
	struct cx3_identity identity; /* with the PSID and VSD of `info`, if its CRC is right */
	enum cx3_salvage_rank rank;
	uint32_t addr;	 /* flash address of its first GUID */
	uint32_t len;	 /* bytes of its entries there; they may go on a chunk further */
	unsigned copies; /* sections on the flash that say the same */
	bool published;	 /* the GUIDs or MACs that published image files carry: no card's own */
	/* Why it is not sure whatever its CRC says, a phrase; or NULL. For who judges what was
	 * found: cx3_salvage leaves it NULL. */
	const char *doubt;
	bool has_info; /* `info` is what its Image Info says; GUIDs are not in it */
	struct cx3_fs2_info info;
};

#define CX3_SALVAGE_MOST 16u

struct cx3_salvage {
	/* No two are the same. The checked ones come first; of these the higher rank, then the
	 * newer firmware. */
	unsigned count;
	struct cx3_salvaged item[CX3_SALVAGE_MOST];
	unsigned checked; /* how many of them are */
	/* The PSID that most speaks for the card; empty if none was found. */
	char psid[CX3_FS2_PSID_LEN + 1];
	bool psid_checked; /* the CRC of its Image Info is right */
};

/*
 * Searches `size` bytes of raw flash content. A section is looked for at each multiple of 4,
 * in one piece and, where it passes the end of a chunk, with the other home's chunk left out.
 * To find nothing is no error. Damage can make a wrong section look right in one of 65,536
 * cases, since its CRC has 16 bits. CX3_E_NO_MEMORY.
 */
int cx3_salvage(const uint8_t *flash, uint32_t size, struct cx3_salvage *out,
		struct cx3_error *err);

/* True if the best identity found is checked, is no image file's, and no other one that is
 * checked has the same rank. */
bool cx3_salvage_is_clear(const struct cx3_salvage *salvage);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
