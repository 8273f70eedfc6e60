/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In the place of the real dongle: an emulated one with a simulated card on its bus, in model
 * time.
 *
 *   mtusb1:file=FLASH[,queue=N][,loses=1][,OPTION=...]
 *
 * queue= and loses= are the dongle's variants (u2c_dongle.h), the other options the simulated
 * card's. If DONGLE_COUNTS is set, what went over USB is added to that file as a line.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "u2c_host.h"

int __wrap_diolan_board_open(struct cx3_devname *name, const struct cx3_log *log,
			     struct u2c_usb **out, char *label, size_t label_size,
			     struct cx3_error *err);

struct board {
	struct u2c_host host;
};

static void write_counts(const struct u2c_host *h)
{
	const char *path = getenv("DONGLE_COUNTS");
	FILE *f = path ? fopen(path, "a") : NULL;

	if (!f)
		return;
	fprintf(f,
		"us=%" PRIu64 " outs=%" PRIu64 " ins=%" PRIu64 " packets=%" PRIu64 " waits=%" PRIu64
		" lost=%" PRIu64 " linux_transfers=%" PRIu64 " violations=%" PRIu64 "\n",
		h->now_ns / 1000, h->outs, h->ins, h->packets, h->waits, h->dongle.lost,
		h->linux_driver.transfers, simcard_counts(h->dongle.card)->violations);
	fclose(f);
}

/* `user` is the host, which begins the board. */
static void close_board(void *user)
{
	struct board *b = user;

	write_counts(&b->host);
	simcard_close(b->host.dongle.card);
	free(b);
}

int __wrap_diolan_board_open(struct cx3_devname *name, const struct cx3_log *log,
			     struct u2c_usb **out, char *label, size_t label_size,
			     struct cx3_error *err)
{
	const char *file = cx3_devname_take(name, "file");
	uint64_t queue = 64, loses = 0;
	struct simcard *card;
	struct board *b;
	int rc;

	(void)log;
	if (!file)
		return cx3_fail(err, CX3_E_USAGE, "mtusb1", "No file=.\nWrite file=FLASH.");
	snprintf(name->head, sizeof(name->head), "%s", file);
	rc = cx3_devname_take_uint(name, "queue", 1, 500, &queue, err);
	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "loses", 0, 1, &loses, err);
	if (rc == CX3_OK)
		rc = simcard_open(name, &card, err);
	if (rc != CX3_OK)
		return rc;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	u2c_host_init(&b->host, card, (unsigned)queue);
	b->host.usb.close = close_board;
	b->host.dongle.nack_loses = loses != 0;
	b->host.usb.place = "mtusb1 usb=1-1";
	snprintf(label, label_size, "%s", b->host.usb.place);
	*out = &b->host.usb;
	return CX3_OK;
}
