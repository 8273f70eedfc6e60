/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of the look that reads the flash. */
#ifndef CX3_JOBS_LOOK_H
#define CX3_JOBS_LOOK_H

#include "cx3flash/diagnose.h"

/* Images, their boards and CRCs, configuration areas, backups: into *facts. With facts->quick
 * nothing but what the images say of themselves. CX3_E_NOISE, or a failure of the bus. */
int cx3_look_images(struct cx3_device *device, const char *backup_folder, struct cx3_facts *facts,
		    struct cx3_error *err);

#endif
