/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the image builder share. */
#ifndef CX3FLASH_FS2_BUILD_PARTS_H
#define CX3FLASH_FS2_BUILD_PARTS_H

#include "images/fs2_build.h"

/* Bytes that grow; after a failure (no memory, or past CX3_FS2_MAX_IMAGE) the
 * writers do nothing and the end result tells. */
struct fs2_out {
	uint8_t *bytes;
	uint32_t len;
	uint32_t room;
	enum cx3_code failed;
};

/* `len` more bytes, zeroed; NULL after a failure. They move with the next call. */
uint8_t *fs2_out_add(struct fs2_out *out, uint32_t len);
void fs2_out_word(struct fs2_out *out, uint32_t word);

/* splitmix64: the same bytes from the same seed on every machine. */
uint64_t fs2_random(uint64_t *state);
/* 0 .. below - 1 */
uint32_t fs2_random_below(uint64_t *state, uint32_t below);

/* The data of sections, appended to `out`. */
void fs2_make_info(const struct cx3_fs2_recipe *recipe, struct fs2_out *out);
void fs2_make_rom(const struct cx3_fs2_recipe *recipe, struct fs2_out *out);
void fs2_make_text(const char *text, struct fs2_out *out);
/* The FW Configuration's text where the recipe gives none; malloc'd or NULL. */
char *fs2_make_ini(const struct cx3_fs2_recipe *recipe);

/* CX3_E_USAGE names the field that makes no image. */
int fs2_check_recipe(const struct cx3_fs2_recipe *recipe, struct cx3_error *err);

/* Bytes that the ROM's marks need, from the recipe. */
uint32_t fs2_rom_least(const struct cx3_fs2_recipe *recipe);

#endif
