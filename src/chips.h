/* SPDX-License-Identifier: BSD-2-Clause */
/* The chips that we know, by each of the numbers that name them. */
#ifndef CX3_CHIPS_H
#define CX3_CHIPS_H

#include <stdint.h>

struct cx3_chip {
	uint16_t hw_id; /* CR-space 0xf0014 [15:0] */
	const char *name;
	/* PCI device ids (an image's device type) from first to last, but for another chip's. */
	uint16_t first_device, last_device;
	uint16_t livefish_device; /* PCI device id in recovery */
};

/* NULL for a hardware id that is no ConnectX-3's. */
const struct cx3_chip *cx3_chip_by_hw_id(uint16_t hw_id);

/* NULL for a PCI device id (not in recovery) of another family. */
const struct cx3_chip *cx3_chip_by_device(uint16_t device);

/* NULL for a PCI device id that is not one of a ConnectX-3 in recovery. */
const struct cx3_chip *cx3_chip_by_livefish_device(uint16_t device);

#endif
