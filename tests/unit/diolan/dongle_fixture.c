/* SPDX-License-Identifier: BSD-2-Clause */
/* Card, dongle and adapter for the tests: see dongle_fixture.h. */
#include "dongle_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bytes.h"
#include "said.h"

#define FLASH_SIZE (512u << 10)
#define MOST_WORDS 64u

void dongle_make(struct dongle_fixture *f, const char *card, unsigned queue)
{
	struct cx3_devname name;
	struct cx3_error err;
	char device[200];
	int fd;

	memset(f, 0, sizeof(*f));
	snprintf(f->path, sizeof(f->path), "/tmp/cx3flash-dongle-XXXXXX");
	fd = mkstemp(f->path);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, FLASH_SIZE), 0);
	close(fd);
	snprintf(device, sizeof(device), "sim:%s,livefish=1,clock=100k%s%s", f->path,
		 *card ? "," : "", card);
	if (cx3_devname_parse(device, &name, &err) != CX3_OK ||
	    simcard_open(&name, &f->card, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	u2c_host_init(&f->host, f->card, queue);
}

int dongle_open(struct dongle_fixture *f, unsigned hz, struct cx3_error *err)
{
	const struct cx3_adapter head = {.label = "fixture", .addr = CX3_CARD_ADDRESS};

	return diolan_attach(&f->host.usb, &head, DIOLAN_SYNC_AUTO, hz, &f->adapter, err);
}

void dongle_clean(const struct dongle_fixture *f)
{
	if (simcard_violation(f->card))
		fail_msg("%s", simcard_violation(f->card));
}

void dongle_remove(struct dongle_fixture *f)
{
	char state[80];

	cx3_adapter_close(f->adapter);
	simcard_close(f->card);
	unlink(f->path);
	snprintf(state, sizeof(state), "%s.state", f->path);
	unlink(state);
	f->adapter = NULL;
	f->card = NULL;
}

int dongle_read(struct dongle_fixture *f, uint32_t reg, uint32_t *word, size_t count,
		struct cx3_progress_mark *mark, struct cx3_error *err)
{
	struct cx3_xfer xfer[MOST_WORDS];
	uint8_t address[4], in[MOST_WORDS][4];
	int rc;

	assert_in_range(count, 1, MOST_WORDS);
	put_be32(address, reg);
	memset(in, 0, sizeof(in));
	for (size_t i = 0; i < count; i++)
		xfer[i] = (struct cx3_xfer){address, in[i], 4, 4, false};
	rc = f->adapter->ops->transfer(f->adapter, xfer, count, mark, err);
	for (size_t i = 0; i < count; i++)
		word[i] = be32(in[i]);
	return rc;
}

unsigned dongle_depth(const struct dongle_fixture *f)
{
	return ((const struct diolan *)f->adapter)->u.depth;
}
