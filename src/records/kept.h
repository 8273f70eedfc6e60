/* SPDX-License-Identifier: BSD-2-Clause */
/* The backups of a card that this machine keeps. */
#ifndef CX3_RECORDS_KEPT_H
#define CX3_RECORDS_KEPT_H

#include "fs2/homes.h"
#include "plan/shadow.h"

/* Backups in the folders of automatic ones, by their manifests. */
struct cx3_kept {
	unsigned sure;	  /* with the GUIDs and MACs of an image on the card; or the card was given
			     those after the backup was made */
	unsigned unsure;  /* of cards of this kind, where no image on the card tells whose it is */
	char newest[512]; /* of the first kind, else of the second; empty: there is none */
};

/* Looks into cx3_backup_folder, and into `folder`, which may be NULL; a folder that is not there
 * has no backups. */
void cx3_kept_backups(const struct cx3_shadow *shadow, const struct cx3_homes *homes,
		      const char *folder, struct cx3_kept *kept);

#endif
