/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * query DEVICE: the firmware, the PSID and the GUIDs of a card.
 *
 *   cc query.c -o query $(pkg-config --cflags --libs cx3flash)
 *   ./query /dev/i2c-3
 */
#include <inttypes.h>
#include <stdio.h>

#include <cx3flash/device.h>
#include <cx3flash/fs2.h>

static int fail(const struct cx3_error *err)
{
	char text[1200];

	fprintf(stderr, "%s: %s\n", err->place, cx3_error_text(err, text, sizeof(text)));
	return 1;
}

int main(int argc, char **argv)
{
	struct cx3_device *device = NULL;
	struct cx3_fs2_source content;
	struct cx3_fs2_info info;
	struct cx3_error err;
	int rc;

	if (argc != 2) {
		fputs("usage: query DEVICE\n", stderr);
		return 2;
	}
	rc = cx3_device_open(argv[1], NULL, &device, &err);
	if (rc == CX3_OK)
		rc = cx3_device_deepen(device, CX3_OPEN_SHADOW, &err);
	if (rc == CX3_OK) {
		content = cx3_shadow_source(cx3_device_shadow(device));
		rc = cx3_fs2_query(&content, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, &err);
		/* no image, on noisy wires, is no statement about the card */
		rc = cx3_device_verdict(device, rc, &err);
	}
	cx3_device_close(device);
	if (rc != CX3_OK)
		return fail(&err);
	printf("firmware %u.%u.%u, PSID %s\n", info.fw_version[0], info.fw_version[1],
	       info.fw_version[2], info.psid);
	for (unsigned i = 0; i < info.uid_count; i++)
		printf("%s %016" PRIx64 "\n", i < 4 ? "GUID" : "MAC ", info.uid[i]);
	return 0;
}
