/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware images (format FS2): read, verified, changed, as bytes from wherever. */
#ifndef CX3FLASH_FS2_H
#define CX3FLASH_FS2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * The FS2 firmware image of ConnectX-3 cards. Big-endian 32-bit words; all
 * offsets and sizes are in bytes. Nothing here does I/O: bytes come from a
 * struct cx3_fs2_source, patches go into the caller's buffer.
 */

#define CX3_FS2_HEADER_SIZE 0x38u
#define CX3_FS2_SIGNATURE_SIZE 16u
#define CX3_FS2_MAX_UIDS 32u
#define CX3_FS2_MAX_ROMS 5u
#define CX3_FS2_MAX_HW_IDS 16u
#define CX3_FS2_PSID_LEN 16u
#define CX3_FS2_VSD_LEN 208u
#define CX3_FS2_MAX_IMAGE (16u << 20)
#define CX3_FS2_MAX_STARTS 10u	/* places where the boot loader looks for a header */
#define CX3_FS2_MAX_RANGES 256u /* a 16 MiB image in 64 KiB chunks has as many pieces */

/* Words of the header that we know; the others are the boot loader's. */
#define CX3_FS2_OFF_CRC 0x20u	  /* [31:24] device revision, [15:0] full-image CRC */
#define CX3_FS2_OFF_VERSION 0x24u /* [31:24] is 3 in an FS3 image, which has the same magic */
#define CX3_FS2_OFF_FAILSAFE 0x28u
#define CX3_FS2_OFF_INFO_PTR 0x2cu
#define CX3_FS2_OFF_SIZE 0x30u
#define CX3_FS2_OFF_GUID_PTR 0x34u

enum cx3_fs2_section_type {
	CX3_FS2_BOOT2 = 0, /* not on the wire: the boot sections have no header of this form */
	CX3_FS2_DDR = 1,
	CX3_FS2_CONFIGURATION = 2,
	CX3_FS2_JUMP = 3,
	CX3_FS2_EMT = 4,
	CX3_FS2_ROM = 5,
	CX3_FS2_GUID = 6,
	CX3_FS2_BOARD_ID = 7,
	CX3_FS2_USER_DATA = 8,
	CX3_FS2_FW_CONFIG = 9,
	CX3_FS2_IMAGE_INFO = 10,
	CX3_FS2_DDRZ = 11,
	CX3_FS2_HASH_FILE = 12
};

/* Tags of the Image Info section. Those that are only noted have no name here. */
enum cx3_fs2_tag {
	CX3_FS2_TAG_FORMAT = 0,
	CX3_FS2_TAG_FW_VERSION = 1,
	CX3_FS2_TAG_BUILD_TIME = 2,
	CX3_FS2_TAG_DEVICE_TYPE = 3,
	CX3_FS2_TAG_PSID = 4,
	CX3_FS2_TAG_VSD = 5,
	CX3_FS2_TAG_PRODUCT_VERSION = 7,
	CX3_FS2_TAG_VSD_VENDOR = 8,
	CX3_FS2_TAG_IS_GA = 9,
	CX3_FS2_TAG_HW_IDS = 10,
	CX3_FS2_TAG_MIC_VERSION = 11,
	CX3_FS2_TAG_MIN_FIT = 12,
	CX3_FS2_TAG_ACCESS_KEY = 13,
	CX3_FS2_TAG_CONFIG_AREA = 19,
	CX3_FS2_TAG_PRS_NAME = 20,
	CX3_FS2_TAG_END = 0xff
};

/* Physical addresses [lo, hi). */
struct cx3_fs2_range {
	uint32_t lo, hi;
};

/*
 * Where the bytes are. `read` fills buf from raw (physical) address addr, or
 * fails; it is never asked for bytes past `size`. What it reads decides something, so a
 * source over a bus without checksums reads until it is sure.
 * `read_once` may be NULL: then `read` takes its place. It is for bytes that a CRC
 * vouches for, so one reading is enough. Where the CRC is wrong, `read` is asked for the
 * same bytes, and what it finds is believed. All of them are asked for more than once: a
 * source that reads slowly keeps what it has read.
 * `vouch` may be NULL. It is told of bytes whose CRC was found right, so that such a source
 * is sure of them.
 * `doubt` may be NULL. It is told of bytes that `read` was sure of and whose CRC is wrong all the
 * same: such a source looks at them once more.
 * `expect` may be NULL. It is told that `read` will be asked for `count` short pieces, at most
 * CX3_FS2_MAX_STARTS, so that such a source can read them together; it need not.
 * `known` may be NULL: then all bytes are. True if it has all of them already, so that reading
 * them costs nothing.
 * `hold` and `let_go` may be NULL. Between them many short reads follow each other and nothing
 * else happens. They nest. `let_go` returns CX3_OK or a failure.
 * All of them get `user`: who puts another one into a copy passes each call on, or sets it NULL.
 */
struct cx3_fs2_source {
	int (*read)(void *user, uint32_t addr, void *buf, uint32_t len, struct cx3_error *err);
	int (*read_once)(void *user, uint32_t addr, void *buf, uint32_t len, struct cx3_error *err);
	void (*vouch)(void *user, uint32_t addr, uint32_t len);
	int (*doubt)(void *user, uint32_t addr, uint32_t len, struct cx3_error *err);
	int (*expect)(void *user, const struct cx3_fs2_range *piece, unsigned count,
		      struct cx3_error *err);
	bool (*known)(void *user, uint32_t addr, uint32_t len);
	void (*hold)(void *user);
	int (*let_go)(void *user, struct cx3_error *err);
	void *user;
	uint32_t size;
};

/* A source over `size` bytes in memory, which must outlive it. */
struct cx3_fs2_source cx3_fs2_memory(const void *data, uint32_t size);

/* How logical image addresses lie in the source. */
enum cx3_fs2_layout {
	CX3_FS2_CONTIGUOUS, /* an image file as published */
	CX3_FS2_STRIPED,    /* raw flash content, or a raw read of one */
	CX3_FS2_DETECT	    /* a file of unknown kind: decided by which one parses */
};

/* phys(a) of the "zebra" layout; odd: the image starts at one chunk. */
uint32_t cx3_fs2_phys(uint32_t logical, unsigned log2_chunk, bool odd);

struct cx3_fs2_rom {
	uint16_t product_id; /* 0x10 PXE, 0x11 UEFI, 0x12 CLP, 1..4 CLP1..4, 0xf free text */
	uint16_t version[3];
	char text[16]; /* product id 0xf only */
	uint16_t device_id;
	uint8_t port;
	uint8_t cpu;	 /* bit 0 AMD64, bit 1 AARCH64 */
	uint8_t proto;	 /* 0xff: not shown */
	bool has_target; /* device_id .. proto are valid (product id >= 0x10) */
};

/* All that an image says of itself. */
struct cx3_fs2_info {
	uint32_t start; /* physical address of the header */
	bool failsafe;
	bool striped;	     /* how it was read */
	unsigned log2_chunk; /* 0 if not fail-safe */
	uint32_t image_size; /* header word 0x30 */
	uint32_t end;	     /* one past the last section's CRC, logical */
	uint8_t device_rev;
	uint16_t full_crc; /* header word 0x20, [15:0] */
	uint32_t guid_ptr; /* logical address of the GUID data */
	uint32_t info_ptr; /* logical address of the Image Info data */
	uint32_t info_size;

	bool blank_uids;
	unsigned uid_count; /* 4: GUIDs only; 6: four GUIDs, two MACs */
	uint64_t uid[CX3_FS2_MAX_UIDS];

	uint32_t tags; /* bit n: Image Info tag n is there */
	uint16_t fw_version[3];
	uint16_t fw_date[3]; /* day, month, year, BCD-looking: print as %x */
	uint16_t mic_version[3];
	uint16_t min_fit[4];
	uint16_t device_type;
	char psid[CX3_FS2_PSID_LEN + 1];
	char vsd[CX3_FS2_VSD_LEN + 1];
	uint32_t vsd_offset; /* logical address of the VSD data; 0 if there is none */
	uint32_t vsd_size;
	char product_version[17];
	uint32_t vsd_vendor_id;
	bool is_ga;
	unsigned hw_id_count;
	uint32_t hw_id[CX3_FS2_MAX_HW_IDS];
	uint64_t access_key;
	uint32_t access_key_offset; /* logical address of the key; 0 if there is none */
	uint32_t config_sectors;
	uint32_t config_pad;
	uint32_t sector_size; /* from tag 19; 0 if it does not say */
	char prs_name[101];

	bool has_rom;
	uint32_t rom_addr; /* logical address of the ROM data */
	uint32_t rom_size;
	unsigned rom_count;
	bool rom_checksum_bad; /* set only when the whole ROM was read */
	struct cx3_fs2_rom rom[CX3_FS2_MAX_ROMS];
};

/* True if the image has this Image Info tag. */
bool cx3_fs2_has_tag(const struct cx3_fs2_info *info, enum cx3_fs2_tag tag);

/* The physical flash address of a logical one, of the image that `info` describes
 * and that starts at info->start. Uses start, failsafe and log2_chunk only. */
uint32_t cx3_fs2_addr(const struct cx3_fs2_info *info, uint32_t logical);

/*
 * True for what an fs2 function returns when it read the bytes and they are no
 * good image (CX3_E_IMAGE, CX3_E_NO_IMAGE, CX3_E_TOO_BIG). False for CX3_OK, and
 * for failures of the source, after which nothing is known of the image.
 */
bool cx3_fs2_is_verdict(int rc);

/* The places where the boot loader looks for a header: 0, then 64 KiB and its doubles. */
uint32_t cx3_fs2_next_start(uint32_t start);

/* The image starts in the source: 0, 0x10000, 0x20000, ... that carry the magic.
 * *count may be 0; that is no error here. Fails only as the source does. */
int cx3_fs2_locate(const struct cx3_fs2_source *src, uint32_t start[CX3_FS2_MAX_STARTS],
		   unsigned *count, struct cx3_error *err);
/* The same for signatures that somebody has begun to zero: all that is left of the first word are
 * some of its bits. Nothing boots there, as long as none of the others comes back. */
int cx3_fs2_locate_half_voided(const struct cx3_fs2_source *src, uint32_t start[CX3_FS2_MAX_STARTS],
			       unsigned *count, struct cx3_error *err);

/*
 * Reads the header at `start` alone, and sets in *info: start, failsafe,
 * log2_chunk, image_size, device_rev, full_crc, guid_ptr; all else is zero.
 * CX3_E_NO_IMAGE without the magic. CX3_E_IMAGE for an impossible fail-safe word;
 * *info then holds all the same what the header's words say.
 */
int cx3_fs2_header_layout(const struct cx3_fs2_source *src, uint32_t start,
			  struct cx3_fs2_info *info, struct cx3_error *err);

enum cx3_fs2_depth {
	CX3_FS2_QUICK, /* headers, identity, Image Info; of the ROM only its end unless no mark is
			  there */
	CX3_FS2_FULL   /* the whole ROM too: its checksum, all of its marks */
};

/*
 * Reads what the image that boots (the lowest start) says of itself. Section
 * CRCs of what is not read are not checked: see cx3_fs2_verify.
 * CX3_E_NO_IMAGE, CX3_E_IMAGE (place: the offset), or what the source answers.
 */
int cx3_fs2_query(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout,
		  enum cx3_fs2_depth depth, struct cx3_fs2_info *info, struct cx3_error *err);

/* As cx3_fs2_query, of the image at `start` instead of the lowest. */
int cx3_fs2_query_at(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		     enum cx3_fs2_depth depth, struct cx3_fs2_info *info, struct cx3_error *err);

/* One checked piece of the image, in order. */
enum cx3_fs2_check {
	CX3_FS2_CHECK_OK,
	CX3_FS2_CHECK_BLANK,
	CX3_FS2_CHECK_BAD_CRC,
	CX3_FS2_CHECK_TOO_BIG
};
struct cx3_fs2_section {
	uint32_t type;	  /* enum cx3_fs2_section_type, or any other value */
	bool whole_image; /* the full-image CRC, not a section */
	char name[32];	  /* as mstflint prints it: "BOOT2", "DDR", "UNKNOWN (77)", "Full Image" */
	uint32_t addr;	  /* logical, of the section's header */
	uint32_t size;	  /* header, data and CRC */
	uint32_t data;	  /* logical address of the data */
	uint32_t data_size;
	uint32_t crc_found; /* the whole dword: a good one has no bits above 15 */
	uint16_t crc_computed;
	enum cx3_fs2_check check;
};
typedef void (*cx3_fs2_section_fn)(void *user, const struct cx3_fs2_section *section);

/*
 * Reads the whole image and checks every CRC; calls fn (may be NULL) for each
 * piece, bad ones included. CX3_OK if all is right; CX3_E_IMAGE names the first
 * bad piece.
 */
int cx3_fs2_verify(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout,
		   struct cx3_fs2_info *info, cx3_fs2_section_fn fn, void *user,
		   struct cx3_error *err);

/*
 * As cx3_fs2_verify, of the image at `start` instead of the lowest. A failure of
 * the source is returned as it is, also when a bad piece was found before it.
 */
int cx3_fs2_verify_at(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		      struct cx3_fs2_info *info, cx3_fs2_section_fn fn, void *user,
		      struct cx3_error *err);

/* --- Where an image lies on flash --- */

/* The ranges are in the order of the image's bytes. */
struct cx3_fs2_extents {
	unsigned count;
	struct cx3_fs2_range range[CX3_FS2_MAX_RANGES];
};

/*
 * Where `len` bytes of an image of the kind that `info` tells (failsafe,
 * log2_chunk) lie, if it starts at `start`. CX3_E_TOO_BIG if they pass the end of
 * a flash of flash_size bytes.
 */
int cx3_fs2_extents(const struct cx3_fs2_info *info, uint32_t start, uint32_t len,
		    uint32_t flash_size, struct cx3_fs2_extents *out, struct cx3_error *err);

/*
 * The extents of the image that starts at `start` in raw flash content: up to its
 * last section's CRC, or its image_size if that is more. A verdict (see
 * cx3_fs2_is_verdict) if no readable image is there, else what the source answers.
 */
int cx3_fs2_extents_at(const struct cx3_fs2_source *src, uint32_t start,
		       struct cx3_fs2_extents *out, struct cx3_error *err);

/* True if [lo, hi) lies within one of the ranges. */
bool cx3_fs2_extents_hold(const struct cx3_fs2_extents *extents, uint32_t lo, uint32_t hi);

/* True if they share an erase unit of `unit` bytes. */
bool cx3_fs2_extents_meet(const struct cx3_fs2_extents *a, const struct cx3_fs2_extents *b,
			  uint32_t unit);

/* Copies a contiguous image to where it lies: `flash` is raw content that the
 * extents do not pass, `image` has as many bytes as the extents. */
void cx3_fs2_extents_fill(const struct cx3_fs2_extents *extents, const uint8_t *image,
			  uint8_t *flash);

/*
 * The inflated text of the FW Configuration (type 9) or Hash File (type 12).
 * *text is malloc'd and NUL-terminated; *len does not count the NUL.
 */
int cx3_fs2_text(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout, uint32_t type,
		 char **text, size_t *len, struct cx3_error *err);

/* The same of the image at `start` instead of the lowest. */
int cx3_fs2_text_at(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		    uint32_t type, char **text, size_t *len, struct cx3_error *err);

/* The board that an image was made for, as its INI says: [PS_INFO] Name ("MCX354A-FCB_A2-A5")
 * and Description. Empty where it says nothing; any bytes but NUL and newline may be in it. */
struct cx3_fs2_board {
	char name[64];
	char description[160];
};
/* Of an INI's text. */
void cx3_fs2_board_parse(const char *ini, struct cx3_fs2_board *board);
/* Of the image at `start`. Fails as cx3_fs2_text_at does; *board is empty then. */
int cx3_fs2_board_at(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		     struct cx3_fs2_board *board, struct cx3_error *err);

/* "PXE", "UEFI", ...; NULL for a product id that nobody knows. */
const char *cx3_fs2_rom_type(uint16_t product_id);
/* What a ROM of its own, as cx3_fs2_rom_data gives one, says: the rom members of *info. */
void cx3_fs2_rom_parse(const uint8_t *rom, uint32_t size, struct cx3_fs2_info *info);
/* All ROMs of an image in one line: "PXE 3.4.752, UEFI 14.6.35", "none", "of unknown version". */
void cx3_fs2_rom_words(const struct cx3_fs2_info *info, char *text, size_t size);

/* The ROM data of the image that *info describes, which has one; malloc'd. CX3_E_IMAGE: its CRC is
 * wrong; CX3_E_NO_MEMORY, or what the source fails with. */
int cx3_fs2_rom_of(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info, uint8_t **rom,
		   uint32_t *len, struct cx3_error *err);
/* The same of the booting image. CX3_E_NO_IMAGE if it has none. */
int cx3_fs2_rom_data(const struct cx3_fs2_source *src, enum cx3_fs2_layout layout, uint8_t **rom,
		     uint32_t *len, struct cx3_error *err);

/*
 * Copies the image out of the source as one contiguous, malloc'd block of
 * info->end bytes. Each byte is read once, so the caller verifies the image first.
 */
int cx3_fs2_extract(const struct cx3_fs2_source *src, const struct cx3_fs2_info *info,
		    uint8_t **image, uint32_t *len, struct cx3_error *err);

/*
 * MD5 of the image (contiguous, info->end bytes) with all that differs from card
 * to card set to ones: full-image CRC, GUID section, VSD, Image Info's CRC. As
 * mstflint's `checksum`, which prints the digest's last byte first. `hex` gets 32
 * digits and a NUL.
 */
int cx3_fs2_checksum(const uint8_t *image, uint32_t len, const struct cx3_fs2_info *info,
		     char hex[33], struct cx3_error *err);

/*
 * A published file as it was downloaded: if `data` is a zip archive or one of the vendor's (.mfa),
 * the image in it that has this PSID, or with NULL the only one, is unpacked into *out (malloc'd);
 * else *out gets a copy of data. The result is at most CX3_FS2_MAX_IMAGE bytes. CX3_E_IMAGE says
 * what is wrong; CX3_E_PSID: there are several, and `psid` is NULL.
 */
int cx3_fs2_unpack(const void *data, size_t len, const char *psid, uint8_t **out, uint32_t *out_len,
		   struct cx3_error *err);

/* --- Identity --- */

/* node, port 1, port 2, system image = base, +1, +2, +3 */
void cx3_fs2_guids_from_base(uint64_t base, uint64_t guid[4]);
/* port 1, port 2 = base, +1 */
void cx3_fs2_macs_from_base(uint64_t base, uint64_t mac[2]);
/* The GUID without its middle 16 bits. */
uint64_t cx3_fs2_mac_from_guid(uint64_t guid);
/* CX3_E_IDENTITY if it has the multicast bit or any of bits 48 and up. */
int cx3_fs2_check_mac(uint64_t mac, struct cx3_error *err);
/* "0002c903000100d0", with or without 0x, also with colons. CX3_E_IDENTITY names what is wrong. */
int cx3_fs2_parse_guid(const char *text, uint64_t *guid, struct cx3_error *err);
int cx3_fs2_parse_mac(const char *text, uint64_t *mac, struct cx3_error *err);
/* The 16 and 12 hexadecimal digits that these read; "" for a blank one (all ones). */
void cx3_fs2_guid_text(uint64_t guid, char text[20]);
void cx3_fs2_mac_text(uint64_t mac, char text[16]);

/* CX3_E_WRONG_CARD unless the image fits a chip with this hardware id (and
 * revision, where tag 10 names one): by tag 10 where it is there, else by tag 3. */
int cx3_fs2_fits(const struct cx3_fs2_info *info, uint16_t hw_id, uint8_t hw_rev,
		 struct cx3_error *err);
/* It names chips, and not this one: it does not boot there. Revisions do not count: a card that
 * runs may have an image that does not name its own. */
bool cx3_fs2_is_other_chips(const struct cx3_fs2_info *info, uint16_t hw_id);

/*
 * The largest image_size that may be burnt onto a flash of `flash_size` bytes
 * that now holds `old` (NULL: nothing known).
 */
uint32_t cx3_fs2_max_image(uint32_t flash_size, const struct cx3_fs2_info *old,
			   const struct cx3_fs2_info *fresh);

/* --- Patches, in place, on a contiguous image --- */

/* Writes info->uid_count entries and the section's CRC. uid NULL: blank (all ones, CRC 0xffff). */
int cx3_fs2_set_uids(uint8_t *image, uint32_t len, const struct cx3_fs2_info *info,
		     const uint64_t *uid, struct cx3_error *err);
/* Longer text than vsd_size is CX3_E_USAGE. */
int cx3_fs2_set_vsd(uint8_t *image, uint32_t len, const struct cx3_fs2_info *info, const char *vsd,
		    struct cx3_error *err);
/*
 * After somebody has edited an image's bytes: puts the right CRC into each section whose own is
 * wrong, and into the header, and calls fn for each of these, as it was found. *fixed: how many.
 * CX3_E_IMAGE: the list of sections leads nowhere, or the image is wrong in something else than a
 * CRC; `image` may be changed then.
 */
int cx3_fs2_fix_crcs(uint8_t *image, uint32_t len, cx3_fs2_section_fn fn, void *user,
		     unsigned *fixed, struct cx3_error *err);
/* Full-image CRC; blank: leaves 0xffff. */
int cx3_fs2_set_full_crc(uint8_t *image, uint32_t len, bool blank, struct cx3_error *err);
/*
 * A new image, malloc'd, with `rom` in the place of the old one, or as the
 * second section if there was none; rom NULL: without a ROM. All pointers, the
 * size and the CRCs are made right, as mstflint does.
 */
int cx3_fs2_replace_rom(const uint8_t *image, uint32_t len, const uint8_t *rom, uint32_t rom_len,
			uint8_t **out, uint32_t *out_len, struct cx3_error *err);

/* Lays a contiguous image out as it lies on flash, into `flash` (flash_size bytes). */
int cx3_fs2_stripe(const uint8_t *image, uint32_t len, unsigned log2_chunk, bool odd,
		   uint8_t *flash, uint32_t flash_size, struct cx3_error *err);

/* CRC16 as the sections use it, over `len` bytes (a multiple of 4). */
uint16_t cx3_fs2_crc16(const void *data, size_t len);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
