/* SPDX-License-Identifier: BSD-2-Clause */
/* How far "there is no valid image on the flash" can be believed. */
#include <stdio.h>
#include <string.h>

#include "shadow.h"

static int noisy(const struct cx3_shadow *shadow, struct cx3_error *err)
{
	char why[sizeof(err->cause)];
	size_t len;

	snprintf(why, sizeof(why), "%.250s", err->cause);
	len = strlen(why);
	if (len && why[len - 1] == '.')
		why[len - 1] = '\0';
	return cx3_fail(err, CX3_E_NOISE, "flash",
			"%u blocks of 16 bytes read differently a second time: the wires are "
			"noisy, so it is not known whether the flash holds a valid image (%s).\n"
			"Check the wires, the ground and the pull-ups, or lower the clock.",
			shadow->differences, why);
}

/* "The image has no ROM section": nothing is wrong with it, and the firmware that runs is no
 * contradiction. */
static bool only_lacks(const struct cx3_error *err)
{
	static const char words[] = "The image has no ";

	return strncmp(err->cause, words, sizeof(words) - 1) == 0;
}

int cx3_shadow_verdict(const struct cx3_shadow *shadow, int rc, struct cx3_error *err)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_flash_card(shadow->flash));
	size_t len;

	if (!err || !cx3_fs2_is_verdict(rc))
		return rc;
	if (shadow->differences > 0)
		return noisy(shadow, err);
	if (id->state != CX3_CARD_FUNCTIONAL || only_lacks(err) ||
	    strstr(err->cause, "Two readings were the same"))
		return rc; /* said already */
	len = strlen(err->cause);
	snprintf(err->cause + len, sizeof(err->cause) - len,
		 " Two readings were the same, and yet the card's firmware %u.%u.%u runs: it was "
		 "started from another content of the flash.",
		 id->running_fw[0], id->running_fw[1], id->running_fw[2]);
	return rc;
}
