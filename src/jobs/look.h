/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of a look share. */
#ifndef CX3_JOBS_LOOK_H
#define CX3_JOBS_LOOK_H

#include "cx3flash/diagnose.h"

/* device.c: opens the card; one that does not acknowledge is asked again for 3 s, and *late is
 * set. Errors as cx3_device_deepen. */
int cx3_device_await_card(struct cx3_device *device, bool *late, struct cx3_error *err);

/* device.c: the room for the backup of a device's jobs. */
struct cx3_backup *cx3_device_backup(struct cx3_device *device);

/* job_link.c: reads what is known until so many bits were read, for `most_us` at most, and adds to
 * the device's link. CX3_E_INTERRUPTED, or a failure of the bus. */
int cx3_device_read_link(struct cx3_device *device, uint64_t bits, uint64_t most_us,
			 struct cx3_error *err);

/* diagnose.c: what fits the facts, into *out, which is all 0. */
void cx3_find_all(const struct cx3_facts *facts, struct cx3_diagnosis *out);

/* Images, their boards and CRCs, configuration areas, backups: into *facts. With facts->quick
 * nothing but what the images say of themselves. CX3_E_NOISE, or a failure of the bus. */
int cx3_look_images(struct cx3_device *device, const char *backup_folder, struct cx3_facts *facts,
		    struct cx3_error *err);

#endif
