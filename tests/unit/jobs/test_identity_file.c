/* SPDX-License-Identifier: BSD-2-Clause */
/* A file of GUIDs, MACs and VSD gives back what was put into it, whatever bytes the VSD has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "cx3flash/identityfile.h"

static void save_and_load(const char *vsd)
{
	struct cx3_identity identity = {.guid_count = 4,
					.mac_count = 2,
					.guid = {1, 2, 3, 4},
					.mac = {0x0002c9000001, 0x0002c9000002},
					.has_vsd = true,
					.checked = true,
					.where = "the image at 0x0"},
			    again;
	char path[] = "/tmp/cx3flash-test-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	snprintf(identity.vsd, sizeof(identity.vsd), "%s", vsd);
	assert_int_equal(cx3_identity_save(path, &identity, true, NULL), CX3_OK);
	assert_int_equal(cx3_identity_load(path, &again, NULL), CX3_OK);
	assert_true(cx3_identity_equal(&identity, &again));
	assert_string_equal(again.vsd, vsd);
	unlink(path);
}

/* The longest VSD that an image has room for, of text and of bytes that are no UTF-8. */
static void longest_vsd(void **state)
{
	static const int fill[] = {'v', 0xff, 0x80};
	char vsd[CX3_FS2_VSD_LEN + 1];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		memset(vsd, fill[i], CX3_FS2_VSD_LEN);
		vsd[CX3_FS2_VSD_LEN] = '\0';
		save_and_load(vsd);
		vsd[1] = '\0';
		save_and_load(vsd);
	}
	save_and_load("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(longest_vsd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
