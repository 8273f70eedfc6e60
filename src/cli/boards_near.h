/* SPDX-License-Identifier: BSD-2-Clause */
/* PSIDs and part numbers that are close to a word which names no board. */
#ifndef CX3_BOARDS_NEAR_H
#define CX3_BOARDS_NEAR_H

#include <stddef.h>

/* " did you mean A, B or C?" for the end of a sentence, or "" where nothing is close. Each of
 * them is one that cx3_board_by_psid or cx3_board_by_part finds. */
void boards_near(const char *wanted, char *text, size_t size);

#endif
