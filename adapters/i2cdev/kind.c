/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What kind of bus it is, by where it hangs and what it is called: a display's, the
 * mainboard's own, or an adapter whose clock can be raised.
 */
#include "i2cdev_priv.h"

#include <string.h>

/* PCI class codes, the upper 16 of 24 bits: PCI Code and ID Assignment Specification. */
#define PCI_BASE_DISPLAY 0x03u
#define PCI_SMBUS 0x0c05u

static bool has_any(const char *text, const char *const *words)
{
	for (; *words; words++) {
		if (strcasestr(text, *words))
			return true;
	}
	return false;
}

bool i2cdev_is_display(const struct i2cdev_bus *bus)
{
	/* Names that graphics drivers give: i915, amdgpu, radeon, nouveau, NVIDIA's own,
	 * and the buses that DisplayPort and HDMI bridges make. */
	static const char *const words[] = {"gmbus",  "ddc",  "dpmst",	"drm",	  "hdmi", "aux",
					    "nvidia", "nvkm", "amdgpu", "radeon", NULL};

	if (bus->usb[0])
		return false; /* USB hangs from PCI too, but never from a graphics card's bus */
	return bus->drm || bus->pci_class >> 16 == PCI_BASE_DISPLAY || has_any(bus->name, words);
}

bool i2cdev_is_mainboard(const struct i2cdev_bus *bus)
{
	static const char *const words[] = {"SMBus", NULL};

	if (bus->usb[0])
		return false;
	return bus->pci_class >> 8 == PCI_SMBUS || has_any(bus->name, words);
}

/* The kernel drivers' own parameters; see hardware-notes/adapters.md. */
const char *i2cdev_clock_words(const struct i2cdev_bus *bus)
{
	static const struct {
		const char *driver, *words;
	} known[] = {
		{"i2c-diolan-u2c",
		 "the driver's default is 100 kHz; 400 kHz: `sudo modprobe -r i2c-diolan-u2c; sudo "
		 "modprobe i2c-diolan-u2c frequency=400000`"},
		{"i2c-tiny-usb",
		 "the driver's default delay of 10 us makes at most 100 kHz; more: `sudo modprobe "
		 "-r i2c-tiny-usb; sudo modprobe i2c-tiny-usb delay=2`"},
		{"i2c-bcm2835",
		 "400 kHz: dtparam=i2c_arm_baudrate=400000 in config.txt, then restart"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(bus->driver, known[i].driver) == 0)
			return known[i].words;
	}
	return NULL;
}
