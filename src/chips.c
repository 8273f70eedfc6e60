/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The chips that we know. Sources: the hardware ids as cards show them; the device ids
 * of the PCI ID database (pci.ids, vendor 15b3), where ConnectX-3's lie around the one
 * of ConnectX-3 Pro.
 */
#include "chips.h"

#include <stddef.h>

/* The first that matches counts: so Pro's one device id comes before the range around it. */
static const struct cx3_chip chips[] = {
	{0x1f7, "ConnectX-3 Pro", 4103, 4103, 0x1f8},
	{0x1f5, "ConnectX-3", 4099, 4112, 0x1f6},
};

#define CHIPS (sizeof(chips) / sizeof(chips[0]))

const struct cx3_chip *cx3_chip_by_hw_id(uint16_t hw_id)
{
	for (size_t i = 0; i < CHIPS; i++)
		if (chips[i].hw_id == hw_id)
			return &chips[i];
	return NULL;
}

const struct cx3_chip *cx3_chip_by_device(uint16_t device)
{
	for (size_t i = 0; i < CHIPS; i++)
		if (device >= chips[i].first_device && device <= chips[i].last_device)
			return &chips[i];
	return NULL;
}

const struct cx3_chip *cx3_chip_by_livefish_device(uint16_t device)
{
	for (size_t i = 0; i < CHIPS; i++)
		if (chips[i].livefish_device == device)
			return &chips[i];
	return NULL;
}
