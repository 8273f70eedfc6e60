/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from outside: an image's strings, file names, what an adapter calls itself. */
#ifndef CX3FLASH_TEXT_H
#define CX3FLASH_TEXT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* Bytes of the UTF-8 character (RFC 3629) that a zero-ended text begins with, 1 to 4; 0 if
 * it begins with none. A zero byte counts as a character of 1. */
size_t cx3_utf8_length(const char *text);

/*
 * The text as valid UTF-8, for JSON: bytes that are none become \xNN, all else stays.
 * malloc'd, the caller's to free; NULL without memory.
 */
char *cx3_text_valid(const char *text);

/* "01020304 05060708 ..." of the first 16 bytes, four by four; `text` has room for 40 characters.
 */
void cx3_hex_text(const uint8_t *bytes, size_t len, char *text, size_t size);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
