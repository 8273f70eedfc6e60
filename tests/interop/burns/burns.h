/* SPDX-License-Identifier: BSD-2-Clause */
/* One start, by seed: what lies on the flash, which image is burnt, and how. */
#ifndef CX3_BURNS_H
#define CX3_BURNS_H

#include "jobs_fixture.h"

struct burn_case {
	char name[96];
	struct cx3_fs2_recipe old_recipe, new_recipe;
	bool has_old, old_odd;
	bool set_guids; /* sg instead of a burn */
	uint32_t flash_size;
	uint8_t *content; /* flash_size bytes */
	uint8_t *image;
	uint32_t len;
	struct cx3_burn_options options;
	char arguments[400]; /* the same options for mstflint */
	char card[64];	     /* options of the simulated card */
};

void burn_case_make(struct burn_case *c, uint64_t seed);
/* The published image over a card with another PSID; false where it is missing. */
bool burn_case_real(struct burn_case *c);
void burn_case_free(struct burn_case *c);

/* Runs mstflint on the flash file; its exit status, 77 if it can't run here.
 * `output` gets what it printed. */
int run_mstflint(const char *flash, const char *card, const char *arguments, char *output,
		 size_t size);

#endif
