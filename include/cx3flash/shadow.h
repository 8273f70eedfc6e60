/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of a card's flash: read on first use, and kept. The raw content, as a clip
 * on the chip would read it.
 */
#ifndef CX3FLASH_SHADOW_H
#define CX3FLASH_SHADOW_H

#include "cx3flash/flash.h"
#include "cx3flash/fs2.h"
#include "cx3flash/watch.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct cx3_shadow;
/* `watch` may be NULL; it and the flash must outlive the shadow. CX3_E_NO_MEMORY. */
int cx3_shadow_open(struct cx3_flash *flash, const struct cx3_watch *watch, struct cx3_shadow **out,
		    struct cx3_error *err);
/* NULL is allowed. */
void cx3_shadow_close(struct cx3_shadow *shadow);
/*
 * A source for the fs2 functions; reads what is not known yet. What decides something is
 * read until two readings are the same (CX3_E_NOISE if no two of eight are); what a CRC
 * vouches for is read once.
 */
struct cx3_fs2_source cx3_shadow_source(struct cx3_shadow *shadow);
/* Reads all that is not known yet. *data stays the shadow's. */
int cx3_shadow_read_all(struct cx3_shadow *shadow, const uint8_t **data, struct cx3_error *err);
/* True if each byte of [addr, addr + len) is known; *data (may be NULL) points to them. */
bool cx3_shadow_known(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
		      const uint8_t **data);
/* How many blocks of 16 bytes read differently a second time: more than 0 is noise on the
 * wires. */
unsigned cx3_shadow_differences(const struct cx3_shadow *shadow);
/*
 * After an fs2 function has answered `rc` of an image on this flash, and *err says why:
 * what is wrong with it may be the wires'. If readings have differed it is CX3_E_NOISE,
 * else `rc`. Where the card's firmware runs all the same, the cause then says so.
 */
int cx3_shadow_verdict(const struct cx3_shadow *shadow, int rc, struct cx3_error *err);
/* Bytes not known yet. */
uint32_t cx3_shadow_missing(const struct cx3_shadow *shadow);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
