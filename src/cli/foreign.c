/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words that guides for mstflint use and that mean nothing here, with the reason.
 * A word that is misspelt gets a suggestion; one of these must not, since the
 * nearest command may write something else.
 */
#include "foreign.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cx3flash/adapterops.h"

static const char *const commands[][2] = {
	{"bc", "mstflint itself can't do this with these cards' images: diff FILE does"},
	{"binary_compare",
	 "mstflint itself can't do this with these cards' images: diff FILE does"},
	{"smg", "Manufacturing GUIDs are of newer cards"},
	{"set_vpd", "The VPD is of newer cards' images"},
	{"fi", "These cards' firmware has no image that could be reactivated"},
	{"ts", "Images of these cards have no time stamp section"},
	{"timestamp", "Images of these cards have no time stamp section"},
	{"ir", "These cards' firmware has no image that could be reactivated"},
	{"image_reactivate", "These cards' firmware has no image that could be reactivated"},
	{"sign", "Images of these cards are not signed"},
	{"sign_with_hmac", "Images of these cards are not signed"},
	{"rsa_sign", "Images of these cards are not signed"},
	{"set_public_keys", "Images of these cards are not signed"},
	{"import_hsm_key", "Images of these cards are not signed"},
	{"export_public_key", "Images of these cards are not signed"},
	{"set_forbidden_versions", "Images of these cards forbid no versions"},
	{"cache_image", "These cards have no image cache"},
	{"ci", "These cards have no image cache"},
};

const char *foreign_command(const char *word)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(word, commands[i][0]) == 0)
			return commands[i][1];
	}
	return NULL;
}

/* "03:00.0" or "0000:03:00.0": hexadecimal digits for x. */
static bool is_pci_address(const char *text)
{
	static const char *const forms[] = {"xx:xx.x", "xxxx:xx:xx.x"};

	for (size_t i = 0; i < 2; i++) {
		const char *t = text;
		const char *f = forms[i];

		while (*f && (*f == 'x' ? isxdigit((unsigned char)*t) != 0 : *f == *t)) {
			f++;
			t++;
		}
		if (!*f && !*t)
			return true;
	}
	return false;
}

/* The name of the adapter that `device` begins with, in any case of letters; or NULL. */
static const char *adapter_in(const char *device, bool exactly)
{
	size_t len = strcspn(device, ":,=");

	for (size_t i = 0; cx3_adapter_kind(i); i++) {
		const char *name = cx3_adapter_kind(i)->name;

		if (strlen(name) == len &&
		    (exactly ? strncmp(name, device, len) : strncasecmp(name, device, len)) == 0)
			return name;
	}
	return NULL;
}

static bool begins(const char *text, const char *with)
{
	return strncasecmp(text, with, strlen(with)) == 0;
}

const char *foreign_device(const char *device)
{
	static _Thread_local char text[160];
	const char *name = adapter_in(device, false);

	if (adapter_in(device, true))
		return NULL;
	if (name) {
		snprintf(text, sizeof(text),
			 "Names of devices are written in small letters.\nWrite %s.", name);
		return text;
	}
	if (is_pci_address(device))
		return "This is a PCI address, and the card is reached over I2C here.\n"
		       "Name the I2C bus that is wired to it, for example /dev/i2c-3.";
	if (begins(device, "/dev/mst/mtusb"))
		return "The MTUSB-1 dongle has a name of its own here.\n"
		       "Write mtusb1.";
	if (begins(device, "/dev/mst/") || begins(device, "mt4") || begins(device, "mlx"))
		return "This names the card on the PCIe bus, and it is reached over I2C here.\n"
		       "Name the I2C bus that is wired to it, for example /dev/i2c-3.";
	if (begins(device, "mtusb") || begins(device, "/dev/mtusb"))
		return "The MTUSB-1 dongle has a name of its own here.\n"
		       "Write mtusb1.";
	if (begins(device, "ft2232") || begins(device, "ft4232") || begins(device, "ftdi"))
		return "The board with an FTDI chip that works here is the FT232H.\n"
		       "Write ft232h.";
	return NULL;
}
