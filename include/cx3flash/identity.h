/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card's identity as a value: its GUIDs and MACs, with the VSD and PSID that lay
 * beside them, and where they are known from. Pure functions, nothing is owned.
 */
#ifndef CX3FLASH_IDENTITY_H
#define CX3FLASH_IDENTITY_H

#include "cx3flash/fs2.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* Where an identity is known from. */
enum cx3_identity_source {
	CX3_IDENTITY_NONE,
	CX3_IDENTITY_GIVEN,   /* by the user */
	CX3_IDENTITY_HOME,    /* an image on the flash */
	CX3_IDENTITY_BACKUP,  /* a backup or its manifest */
	CX3_IDENTITY_FILE,    /* an image file, or a file that an identity was saved to */
	CX3_IDENTITY_SALVAGED /* what is left of an image on the flash: cx3flash/salvage.h */
};

/*
 * All ones is a blank entry. An Ethernet-only card has blank GUIDs with real MACs.
 * MACs are kept as the image's 64-bit entries.
 */
struct cx3_identity {
	unsigned guid_count; /* 0 or 4 */
	unsigned mac_count;  /* 0 or 2 */
	uint64_t guid[4];    /* node, port 1, port 2, system image */
	uint64_t mac[2];     /* port 1, port 2 */
	bool guids_given;    /* by the user: must find room in the image */
	bool macs_given;
	bool blank; /* it comes of an image whose identity section is blank */
	bool has_vsd, has_psid;
	char vsd[CX3_FS2_VSD_LEN + 1];
	char psid[CX3_FS2_PSID_LEN + 1];
	enum cx3_identity_source source;
	bool checked;	 /* the CRC of its GUID section was right */
	uint32_t home;	 /* CX3_IDENTITY_HOME: start of the image */
	char where[160]; /* for a person: "the image at 0x80000", a file's name */
};

/*
 * What an image says, of an info that cx3_fs2_query or cx3_fs2_verify returned with
 * CX3_OK. An image with fewer than four entries gives no GUIDs, with fewer than six
 * no MACs. `where` is copied, cut if it is too long.
 */
void cx3_identity_from_info(const struct cx3_fs2_info *info, enum cx3_identity_source source,
			    const char *where, struct cx3_identity *out);

/*
 * Lays what the user gives over `base` (NULL: nothing known). guid_count is 0, 1 (a
 * base of four consecutive GUIDs) or 4; mac_count is 0, 1 (a base of two) or 2. The
 * half (GUIDs or MACs) that is not given stays as it is; without a base it has no
 * entries. `out` may be `base`.
 * CX3_E_IDENTITY: a GUID or MAC of zero; a MAC that is no unicast address of 48 bits;
 * a base that would carry into the manufacturer's part of the address; two equal
 * MACs; a MAC of the base that is none, unless the base is blank. CX3_E_USAGE: any
 * other count.
 */
int cx3_identity_overlay(const struct cx3_identity *base, unsigned guid_count, const uint64_t *guid,
			 unsigned mac_count, const uint64_t *mac, struct cx3_identity *out,
			 struct cx3_error *err);

/*
 * The identity that an image is burnt with: cx3_identity_overlay, then the MACs that
 * are neither given nor known (none, or both blank) are derived from the GUIDs of the
 * ports. GUIDs that are neither given nor known become blank, as on Ethernet-only
 * cards. Refuses what cx3_identity_overlay refuses, and MACs (of the base or derived)
 * that are no unicast addresses of 48 bits.
 */
int cx3_identity_given(const struct cx3_identity *base, unsigned guid_count, const uint64_t *guid,
		       unsigned mac_count, const uint64_t *mac, struct cx3_identity *out,
		       struct cx3_error *err);

/* True if it has MACs that are not all blank. */
bool cx3_identity_has_macs(const struct cx3_identity *identity);

/* True if it has GUIDs that are not all blank. */
bool cx3_identity_has_guids(const struct cx3_identity *identity);

/*
 * The entries of an image with uid_count of them. A half that the identity lacks, and
 * entries past the sixth, are left as they are in `uid`: fill it before (with ones, or
 * with the image's own). CX3_E_IDENTITY if the user gave a half that the image has no
 * room for; a half that was not given is left out then.
 */
int cx3_identity_to_uids(const struct cx3_identity *identity, unsigned uid_count,
			 uint64_t uid[CX3_FS2_MAX_UIDS], struct cx3_error *err);

/* True for the GUIDs or MACs that published image files carry: they are no card's own. */
bool cx3_identity_is_published(const struct cx3_identity *identity);
/* Neither blank nor a published image's: it says which card this is. */
bool cx3_identity_is_own(const struct cx3_identity *identity);

/* True if the GUIDs and MACs are the same. Does not look at VSD, PSID and source. */
bool cx3_identity_equal(const struct cx3_identity *a, const struct cx3_identity *b);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
