/* SPDX-License-Identifier: BSD-2-Clause */
/* Valid images made invalid, for a parser to be tried with. */
#ifndef TESTS_INTEROP_IMAGES_MUTATE_H
#define TESTS_INTEROP_IMAGES_MUTATE_H

#include <stdint.h>

#include "cx3flash/fs2.h"

/*
 * Damages a valid image in place, chosen by seed: bits and words in sections,
 * headers of sections, the image's header, its length, and, under a right CRC,
 * Image Info tags and where the list leads. `what` gets a word or two about it.
 */
void mutate(uint8_t *image, uint32_t *len, uint64_t seed, char what[96]);

#endif
