/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that uses the installed library as a stranger would: it opens a
 * simulated card by its device name, and asks for an image that is not there.
 *
 *   user FLASH-FILE
 */
#include <stdio.h>
#include <stdlib.h>

#include <cx3flash/jobs.h>
#include <cx3flash/scan.h>

static int look(struct cx3_adapter *adapter, struct cx3_error *err)
{
	struct cx3_shadow *shadow = NULL;
	struct cx3_flash *flash = NULL;
	struct cx3_card *card = NULL;
	struct cx3_fs2_info info;
	int rc = cx3_card_open(adapter, NULL, &card, err);

	if (rc == CX3_OK)
		rc = cx3_flash_open(card, NULL, &flash, err);
	if (rc == CX3_OK)
		rc = cx3_shadow_open(flash, NULL, &shadow, err);
	if (rc == CX3_OK) {
		struct cx3_fs2_source src = cx3_shadow_source(shadow);

		rc = cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, err);
	}
	cx3_shadow_close(shadow);
	cx3_flash_close(flash);
	cx3_card_close(card);
	return rc;
}

int main(int argc, char **argv)
{
	struct cx3_adapter *adapter;
	struct cx3_error err;
	char device[256];
	int rc;

	if (argc != 2)
		return EXIT_FAILURE;
	snprintf(device, sizeof(device), "sim:%s", argv[1]);
	rc = cx3_adapter_open(device, NULL, &adapter, &err);
	if (rc == CX3_OK) {
		rc = look(adapter, &err);
		cx3_adapter_close(adapter);
	}
	if (rc == CX3_E_NO_IMAGE)
		return EXIT_SUCCESS;
	fprintf(stderr, "%s: %s\n", cx3_code_name((enum cx3_code)rc), err.cause);
	return EXIT_FAILURE;
}
