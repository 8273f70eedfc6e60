/* SPDX-License-Identifier: BSD-2-Clause */
/* A change of one thing in a firmware image: its ROM, its VSD, its FW Configuration, its access
 * key. */
#ifndef CX3FLASH_EDIT_H
#define CX3FLASH_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cx3flash/error.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum cx3_edit_kind {
	CX3_EDIT_SET_ROM,
	CX3_EDIT_REMOVE_ROM,
	CX3_EDIT_SET_VSD,
	CX3_EDIT_SET_CONFIG,
	CX3_EDIT_SET_KEY
};

/* All that it points to stays the caller's. */
struct cx3_edit {
	size_t size; /* sizeof, or 0: cx3flash/version.h */
	enum cx3_edit_kind kind;
	const uint8_t *rom; /* SET_ROM: as PCI firmware sees it, 0x55 0xaa first */
	uint32_t rom_len;
	const char *vsd;  /* SET_VSD */
	const char *text; /* SET_CONFIG: `text_len` bytes, at most 1 MiB */
	size_t text_len;
	uint64_t access_key;   /* SET_KEY; 0: none. Never shown, logged or kept in a journal */
	bool allow_rom_change; /* SET_ROM, REMOVE_ROM: of an image with a product version, too */
};

/*
 * The image with that change in it: contiguous, whole, all pointers, sizes and CRCs right. Blank
 * GUIDs stay blank. *out is malloc'd and the caller's.
 * CX3_E_IMAGE: the image is damaged, has no ROM to remove, no room for a VSD or a key, or no FW
 * Configuration; or edit->rom is no ROM. CX3_E_USAGE: the VSD or the text is too long, the kind
 * is not known, or edit->size makes no sense. CX3_E_ROM: its
 * product version stands for its ROM too, and the change was not allowed. CX3_E_NO_MEMORY.
 */
int cx3_fs2_edit(const uint8_t *image, uint32_t len, const struct cx3_edit *edit, uint8_t **out,
		 uint32_t *out_len, struct cx3_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
