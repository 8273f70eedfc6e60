/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usage: ft232h_card PORT FILE[,option=...] REPORT [key=value...]
 * Plugs an FT232H in, with a simulated card behind its pins, and serves it until
 * SIGTERM or until the cable is pulled. Then writes the card's file back and what
 * the slave and the card saw into REPORT.
 *
 * Keys: hz= (the mode whose times are enforced: 400000), ns= (of each command:
 * 150), serial=TEXT, scl-low, sda-low, unplug=CALL, nack=BYTE, flip=CLOCK (as seen
 * by the slave), pull=CLOCK (SDA pulled low by somebody else).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ft232h_usb.h"
#include "said.h"

static struct ft232h_usb board;
static struct gadget_device device;
static const char *strings[3];
static int device_fd = -1;

static void pull(int sig)
{
	(void)sig;
	gadget_pull(device_fd);
}

static bool open_card(const char *text)
{
	struct cx3_devname name;
	struct cx3_error err = {0};
	char sim[512];

	snprintf(sim, sizeof(sim), "sim:%s,realtime=1,clock=1M", text);
	if (cx3_devname_parse(sim, &name, &err) != CX3_OK ||
	    simcard_open(&name, &board.behind.card, &err) != CX3_OK) {
		fprintf(stderr, "ft232h_card: %s: %s\n", err.place, said(&err));
		return false;
	}
	for (unsigned i = 0; i < name.count; i++) {
		if (!name.option[i].taken) {
			fprintf(stderr, "ft232h_card: what is %s=?\n", name.option[i].key);
			return false;
		}
	}
	return true;
}

struct keys {
	unsigned long hz, ns;
	struct wire_faults faults;
};

static bool take_key(struct keys *keys, const char *text)
{
	const char *equals = strchr(text, '=');
	unsigned long value = equals ? strtoul(equals + 1, NULL, 0) : 0;

	if (!strncmp(text, "hz=", 3))
		keys->hz = value;
	else if (!strncmp(text, "ns=", 3))
		keys->ns = value;
	else if (!strncmp(text, "serial=", 7))
		strings[2] = text + 7;
	else if (!strcmp(text, "scl-low"))
		keys->faults.stuck_low[WIRE_SCL] = true;
	else if (!strcmp(text, "sda-low"))
		keys->faults.stuck_low[WIRE_SDA] = true;
	else if (!strncmp(text, "unplug=", 7))
		board.unplug_at = value;
	else if (!strncmp(text, "nack=", 5))
		keys->faults.nack_at = value;
	else if (!strncmp(text, "flip=", 5))
		keys->faults.flip_seen_at = value;
	else if (!strncmp(text, "pull=", 5))
		keys->faults.flip_sent_at = value;
	else
		return false;
	return true;
}

static void write_report(const char *path)
{
	const struct wire_counts *wire = &board.chip.wire.counts;
	const struct simcard_counts *card = simcard_counts(board.behind.card);
	const char *first = simcard_violation(board.behind.card);
	FILE *f = fopen(path, "w");

	if (!f)
		return;
	fprintf(f,
		"starts=%llu stops=%llu clocks=%llu wire_bytes=%llu usb_out=%llu usb_in=%llu "
		"requests_out=%llu requests_in=%llu violations=%llu%s%s%s%s\n",
		(unsigned long long)wire->starts, (unsigned long long)wire->stops,
		(unsigned long long)wire->clocks, (unsigned long long)wire->bytes,
		(unsigned long long)board.bytes_out, (unsigned long long)board.bytes_in,
		(unsigned long long)board.requests_out, (unsigned long long)board.requests_in,
		(unsigned long long)wire->violations + card->violations,
		wire->first[0] ? " wire: " : "", wire->first, first ? " card: " : "",
		first ? first : "");
	fclose(f);
}

static bool plug_in(unsigned port, const struct keys *keys)
{
	const struct mpsse_i2c_mode *mode = mpsse_i2c_mode((unsigned)keys->hz);

	board.backlog = malloc(FT232H_BACKLOG);
	if (!mode || !board.backlog)
		return false;
	board.latency_ms = 16;
	mpsse_interp_init(&board.chip, CHIP_FT232H, (unsigned)keys->ns, mode, &mpsse_card_ops,
			  &board.behind);
	board.behind.wire = &board.chip.wire;
	board.chip.wire.faults = keys->faults;
	wire_update(&board.chip.wire);
	device = ft232h_usb_device;
	device.strings = strings;
	device.user = &board;
	device_fd = gadget_plug(port, GADGET_HIGH);
	if (device_fd < 0)
		fprintf(stderr, "ft232h_card: port %u: %s\n", port, strerror(-device_fd));
	return device_fd >= 0;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = pull};
	struct keys keys = {.hz = 400000, .ns = 150};
	struct cx3_error err;
	bool ok;

	if (argc < 4) {
		fprintf(stderr,
			"usage: ft232h_card PORT FILE[,option=...] REPORT [key=value...]\n");
		return 2;
	}
	memcpy(strings, ft232h_usb_device.strings, sizeof(strings));
	for (int i = 4; i < argc; i++) {
		if (!take_key(&keys, argv[i])) {
			fprintf(stderr, "ft232h_card: what is %s?\n", argv[i]);
			return 2;
		}
	}
	if (!open_card(argv[2]) || !plug_in((unsigned)strtoul(argv[1], NULL, 10), &keys))
		return 1;
	sigaction(SIGTERM, &action, NULL);
	ok = gadget_serve(device_fd, &device) == 0;
	write_report(argv[3]);
	ok = simcard_sync(board.behind.card, &err) == CX3_OK && ok;
	simcard_close(board.behind.card);
	free(board.backlog);
	return ok ? 0 : 1;
}
