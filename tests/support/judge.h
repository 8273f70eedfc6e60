/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_JUDGE_H
#define CX3_JUDGE_H

/*
 * What boots from a flash's content, judged without the library: the format is read
 * anew here, so that a mistake in src/fs2 is not repeated by the tests that ask this.
 */
#include <stdbool.h>
#include <stdint.h>

#define JUDGE_UIDS 6u

struct judged {
	bool boots;		  /* the lowest start with a signature verifies */
	uint32_t start;		  /* flash address of that start */
	unsigned starts;	  /* with a signature */
	unsigned broken;	  /* of them, those that do not verify */
	unsigned minor;		  /* of the firmware version, of what boots */
	bool blank_uids;	  /* its GUIDs and MACs are erased */
	uint64_t uid[JUDGE_UIDS]; /* GUIDs, then MACs; 0 where it has fewer */
	char psid[17];
	char why[120]; /* if nothing boots: the first thing that is wrong */
};

void judge_flash(const uint8_t *flash, uint32_t size, struct judged *verdict);

/* The same with the start given: what its image is by itself. */
bool judge_start(const uint8_t *flash, uint32_t size, uint32_t start, struct judged *verdict);

/* "boots 2.42 from 0x10000", "nothing boots: ..." */
const char *judge_words(const struct judged *verdict, char *text, unsigned size);

#endif
