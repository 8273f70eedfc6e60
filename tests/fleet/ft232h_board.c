/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In the place of a real FT232H board: an emulated chip with a simulated card behind its pins, in
 * model time.
 *
 *   ft232h:file=FLASH[,pulled=N][,OPTION=...]
 *
 * With the N-th USB call the plug is pulled. The other options are the simulated card's. What is
 * plugged in is in FT232H_BOARDS, as names of such files with blanks between them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpsse_host.h"
#include "usb/usb.h"

int __wrap_ft232h_board_open(struct cx3_devname *name, const struct cx3_log *log,
			     struct mpsse_usb **out, char *label, size_t label_size,
			     struct cx3_error *err);

int __wrap_cx3_usb_list_devices(const struct cx3_usb_kind *kind, struct cx3_devname *name,
				struct cx3_listed **devices, size_t *count, struct cx3_error *err);
int __real_cx3_usb_list_devices(const struct cx3_usb_kind *kind, struct cx3_devname *name,
				struct cx3_listed **devices, size_t *count, struct cx3_error *err);

int __wrap_cx3_usb_list_devices(const struct cx3_usb_kind *kind, struct cx3_devname *name,
				struct cx3_listed **devices, size_t *count, struct cx3_error *err)
{
	const char *file = getenv("FT232H_BOARDS");
	enum { MOST = 4 };

	if (name || !file || strcmp(kind->scheme, "ft232h") != 0)
		return __real_cx3_usb_list_devices(kind, name, devices, count, err);
	*devices = calloc(MOST, sizeof(**devices));
	if (!*devices)
		abort();
	for (*count = 0; *file && *count < MOST; file += strspn(file, " ")) {
		size_t len = strcspn(file, " ");
		char *device = (*devices)[(*count)++].device;

		snprintf(device, sizeof((*devices)->device), "ft232h:file=%.*s", (int)len, file);
		file += len;
	}
	return CX3_OK;
}

/* What a chip's command takes, ns: between the fast and the slow one that the benches have. */
#define COMMAND_NS 300u

struct board {
	struct mpsse_host host;
	struct mpsse_card behind;
	struct mpsse_usb usb; /* the host's, but for its close() */
	char place[96];
};

static void close_board(void *user)
{
	struct mpsse_host *host = user;
	struct board *b = (struct board *)host;

	if (host->chip.wire.counts.violations)
		fprintf(stderr, "FT232H: %s\n", host->chip.wire.counts.first);
	simcard_close(b->behind.card);
	free(b);
}

int __wrap_ft232h_board_open(struct cx3_devname *name, const struct cx3_log *log,
			     struct mpsse_usb **out, char *label, size_t label_size,
			     struct cx3_error *err)
{
	const char *file = cx3_devname_take(name, "file");
	uint64_t pulled = 0;
	struct board *b;
	int rc;

	(void)log;
	if (!file)
		return cx3_fail(err, CX3_E_USAGE, "ft232h", "No file=.\nWrite file=FLASH.");
	snprintf(name->head, sizeof(name->head), "%s", file);
	rc = cx3_devname_take_uint(name, "pulled", 1, UINT64_MAX, &pulled, err);
	if (rc != CX3_OK)
		return rc;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	rc = simcard_open(name, &b->behind.card, err);
	if (rc != CX3_OK) {
		free(b);
		return rc;
	}
	mpsse_host_init(&b->host, CHIP_FT232H, COMMAND_NS, 400000, &mpsse_card_ops, &b->behind);
	b->behind.wire = &b->host.chip.wire;
	b->host.unplug_at = pulled;
	snprintf(b->place, sizeof(b->place), "ft232h (%.60s)", file);
	b->host.usb.place = b->place;
	b->usb = b->host.usb;
	b->usb.close = close_board;
	snprintf(label, label_size, "%s", b->place);
	*out = &b->usb;
	return CX3_OK;
}
