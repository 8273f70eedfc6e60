/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The images that lie on a flash, judged: which one the chip boots, which one is
 * whole, which one may be replaced.
 */
#ifndef CX3_FS2_HOMES_H
#define CX3_FS2_HOMES_H

#include "cx3flash/homes.h"

/* One place with a signature. Where it can't be read, `home.readable` is false and the
 * extents are those that its header tells, or empty. */
struct cx3_judged {
	struct cx3_home home;
	struct cx3_fs2_extents extents;
	bool other_chips; /* told by cx3_homes_know_chip; false before that */
};

struct cx3_homes {
	unsigned count; /* in the order of their starts: the first is the one that boots */
	struct cx3_judged home[CX3_FS2_MAX_STARTS];
	/* Signatures that are data of one of these images. They boot nothing as long as that
	 * image has a signature of its own, at a lower address. */
	unsigned inner_count;
	uint32_t inner[CX3_FS2_MAX_STARTS];
	/* Where a job was cut while it zeroed the signature of an image that it has replaced. */
	unsigned half_voided_count;
	uint32_t half_voided[CX3_FS2_MAX_STARTS];
};

/*
 * Finds the images in `src` and judges them. A signature inside the extents of an
 * image that can be read is data of that image and no home. An image's CRCs are
 * checked if the source knows all of its bytes: so nothing but the few KiB that describe an
 * image is read here.
 * Fails only where the source does.
 */
int cx3_homes_judge(const struct cx3_fs2_source *src, struct cx3_homes *homes,
		    struct cx3_error *err);

/* Marks the images that are for another chip than the card's (cx3_fs2_is_other_chips): it boots
 * none of them, and whose GUIDs and MACs they have is not known. */
void cx3_homes_know_chip(struct cx3_homes *homes, uint16_t hw_id);

/*
 * The home that a change is to leave alone: one for this chip, where that is known, before one for
 * another; then a whole one before one that was not checked, that before a damaged one; of equals
 * the one that boots. NULL if none can be read.
 */
const struct cx3_judged *cx3_homes_best(const struct cx3_homes *homes);

/* The home that starts at `start`, or NULL. */
const struct cx3_judged *cx3_homes_at(const struct cx3_homes *homes, uint32_t start);

#endif
