/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that make a recovery share: see recover.c for their order. */
#ifndef CX3_JOBS_RECOVER_H
#define CX3_JOBS_RECOVER_H

#include "draft.h"
#include "records/identity_find.h"

/* A recovery over all of its drafts. */
struct cx3_recovery {
	const struct cx3_recover_options *options;
	const struct cx3_burn_options *burn; /* whole, of these options */
	const struct cx3_image *image;
	void *user;   /* for options->choose */
	bool may_ask; /* not while it is found out which interrupted job this one continues */
	bool chosen;  /* somebody was asked, and took `choice` */
	struct cx3_identity choice;
	bool meant; /* somebody was asked whether another identity than the card's is meant */
};

/* What the card gets, and what is known of it. */
struct cx3_recovered {
	struct cx3_identity identity;
	bool macs_given; /* by the user: the image must have room for them */
	char phrase[192];
	/* It lies there on the flash, and stays until the new image is complete, if that can be. */
	bool on_flash;
	uint32_t addr;
	char psid[CX3_FS2_PSID_LEN + 1]; /* of the card's own image; empty if not known */
	char psid_from[160];		 /* what says so, for a person */
	bool sure;			 /* it is known to be the card's */
	/* What is given is not `own`, which is sure for this card. */
	bool contradicts;
	struct cx3_identity own;
};

/*
 * recover_identity.c: which GUIDs and MACs the card gets. `content` is what the flash holds,
 * or held before an interruption. CX3_E_IDENTITY if none is known, or none is sure and
 * nobody can be asked; what options->choose answers; CX3_E_NO_MEMORY.
 */
int cx3_recover_identity(struct cx3_recovery *recovery, const struct cx3_input *input,
			 const uint8_t *content, struct cx3_recovered *out, struct cx3_error *err);

/* Reasons to distrust an identity whose CRC is right: published files or the image file have the
 * same, or its image is for another chip. NULL: there is none. */
const char *cx3_recover_doubt(const struct cx3_recovery *recovery, const struct cx3_input *input,
			      const struct cx3_salvaged *item);

/*
 * recover_config.c: looks at the settings where the new image will look for them, and adds a
 * note (CX3_NOTE_CONFIG_DAMAGED) for each area that does not look like settings. They are not
 * touched. What reading a card can fail with; CX3_E_NO_MEMORY.
 */
int cx3_recover_config(const struct cx3_input *input, struct cx3_draft *draft,
		       struct cx3_error *err);

/*
 * recover_backup.c: adds what backups of cards of this kind hold to `known`, which has what
 * `content` holds. A backup is this card's if GUIDs or MACs that are left on the flash are the
 * backup's: *own (count 0: none) then says so, and is checked. The others are added as not
 * checked. True if such backups contradict each other: *own is empty then.
 */
bool cx3_recover_backups(const struct cx3_recovery *recovery, const struct cx3_input *input,
			 const uint8_t *content, struct cx3_salvage *known,
			 struct cx3_salvage *own);

#endif
