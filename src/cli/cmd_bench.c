/* SPDX-License-Identifier: BSD-2-Clause */
/* bench: how fast this adapter reads this card. */
#include <assert.h>
#include <stdlib.h>

#include "commands.h"
#include "cx3flash/adapterops.h"
#include "wires.h"

/*
 * What reading costs on this adapter, this wire and this card: to choose a clock,
 * and to know how long a backup will take before it is begun. Only reads.
 */

#define DEFAULT_KIB 64u
#define TWICE_BYTES 0x4000u /* so much is read twice, for the wires */

struct measured {
	uint32_t bytes;
	uint64_t us;
	struct cx3_traffic traffic; /* of the reads alone */
	uint64_t commands;	    /* gateway commands, likewise */
};

/* A stream at a time: as the jobs do it, and so that Ctrl-C is heard. */
static int read_pieces(struct cli *cli, uint8_t *buf, uint32_t bytes)
{
	struct cx3_adapter *adapter = cli->session.adapter;
	uint64_t started = adapter->ops->now_us(adapter);
	uint32_t piece;
	int rc = CX3_OK;

	progress_begin_one(&cli->progress);
	for (uint32_t at = 0; rc == CX3_OK && at < bytes; at += piece) {
		struct cx3_progress now = {.phase = "reading", .total = bytes};

		piece = cx3_flash_read_chunk(cli->session.flash);
		piece = piece < bytes - at ? piece : bytes - at;
		rc = cx3_flash_read(cli->session.flash, at, buf + at, piece, &cli->err);
		now.done = at + piece;
		now.flash_bytes = now.done;
		now.elapsed_us = adapter->ops->now_us(adapter) - started;
		now.left_us = now.elapsed_us * (now.total - now.done) / now.done;
		progress_update(&cli->progress, &now);
		if (rc == CX3_OK && signals_seen(NULL))
			rc = cx3_fail(&cli->err, CX3_E_INTERRUPTED, NULL,
				      "Stopped; bench only reads, so nothing has changed.");
	}
	progress_end(&cli->progress);
	return rc;
}

static int measure(struct cli *cli, uint8_t *buf, struct measured *m)
{
	struct cx3_adapter *adapter = cli->session.adapter;
	struct cx3_traffic before = adapter->traffic;
	uint64_t commands = cx3_flash_counts(cli->session.flash)->commands;
	uint64_t started = adapter->ops->now_us(adapter);
	int rc = read_pieces(cli, buf, m->bytes);

	m->us = adapter->ops->now_us(adapter) - started;
	m->traffic.messages = adapter->traffic.messages - before.messages;
	m->traffic.wire_bytes = adapter->traffic.wire_bytes - before.wire_bytes;
	m->traffic.calls = adapter->traffic.calls - before.calls;
	m->traffic.usb_bytes = adapter->traffic.usb_bytes - before.usb_bytes;
	m->commands = cx3_flash_counts(cli->session.flash)->commands - commands;
	return rc;
}

/* Not part of what is measured: that is one reading. */
static int try_wires(struct cli *cli, uint32_t bytes)
{
	uint64_t us;

	return wires_read(cli, bytes < TWICE_BYTES ? bytes : TWICE_BYTES, &us);
}

/* Bytes a second. */
static double rate(uint64_t bytes, uint64_t us)
{
	return us ? (double)bytes * 1e6 / (double)us : 0;
}

static void tell(struct cli *cli, const struct measured *m)
{
	uint32_t size = cx3_flash_part(cli->session.flash)->size;
	double speed = rate(m->bytes, m->us);
	char clock[32];
	char time[32];

	format_clock(clock, sizeof(clock), cli->session.adapter->clock_hz);
	format_time(time, sizeof(time), speed > 0 ? (uint64_t)((double)size * 1e6 / speed) : 0);
	say(cli, "Adapter:               %s, %s\n", cli->session.adapter->label, clock);
	say(cli, "Reading:               %s\n",
	    cx3_flash_streams(cli->session.flash) ? "streamed" : "plain");
	say(cli, "Rate:                  %.1f KiB/s over %u KiB\n", speed / 1024, m->bytes / 1024);
	say(cli, "On the wire:           %.2f bytes a flash byte, %.1f kB/s\n",
	    (double)m->traffic.wire_bytes / m->bytes, rate(m->traffic.wire_bytes, m->us) / 1e3);
	say(cli, "Calls:                 %llu for %llu messages, %.0f flash bytes each\n",
	    (unsigned long long)m->traffic.calls, (unsigned long long)m->traffic.messages,
	    m->traffic.calls ? (double)m->bytes / (double)m->traffic.calls : 0);
	say(cli, "Whole flash:           about %s for %u KiB\n", time, size / 1024);
}

static void tell_json(struct cli *cli, const struct measured *m)
{
	json_text(cli->json, "adapter", cli->session.adapter->label);
	json_number(cli->json, "clock_hz", cli->session.adapter->clock_hz);
	json_flag(cli->json, "streamed", cx3_flash_streams(cli->session.flash));
	json_number(cli->json, "flash_bytes", m->bytes);
	json_number(cli->json, "microseconds", m->us);
	json_number(cli->json, "bytes_per_second", (uint64_t)rate(m->bytes, m->us));
	json_number(cli->json, "wire_bytes", m->traffic.wire_bytes);
	json_number(cli->json, "messages", m->traffic.messages);
	json_number(cli->json, "calls", m->traffic.calls);
	json_number(cli->json, "usb_bytes", m->traffic.usb_bytes);
	json_number(cli->json, "gateway_commands", m->commands);
}

static int run(struct cli *cli)
{
	struct measured m = {0};
	uint64_t kib = DEFAULT_KIB;
	uint8_t *buf;
	uint32_t size;
	int rc = CX3_OK;

	if (cli->argc > 0)
		rc = parse_number(cli->argv[0], "KIB", CX3_FS2_MAX_IMAGE / 1024, &kib, &cli->err);
	if (rc == CX3_OK && (kib == 0 || kib % 4))
		rc = cx3_fail(&cli->err, CX3_E_USAGE, "KIB", "\"%s\" is no multiple of 4 above 0.",
			      cli->argv[0]);
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_FLASH);
	if (rc != CX3_OK)
		return rc;
	size = cx3_flash_part(cli->session.flash)->size;
	m.bytes = kib * 1024 > size ? size : (uint32_t)kib * 1024;
	assert(m.bytes > 0);
	buf = malloc(m.bytes);
	if (!buf)
		return cx3_fail(&cli->err, CX3_E_NO_MEMORY, "bench",
				"No memory for %u KiB: read less.", m.bytes / 1024);
	rc = measure(cli, buf, &m);
	if (rc == CX3_OK)
		rc = try_wires(cli, m.bytes);
	free(buf);
	if (rc == CX3_OK) {
		tell(cli, &m);
		link_tell(cli);
		speed_hint(cli);
		tell_json(cli, &m);
	}
	return rc;
}

const struct command cmd_bench = {
	.name = "bench",
	.args = "[KIB]",
	.summary = "measure how fast the card reads here (64 KiB)",
	.help = "KIB is how much is read, a multiple of 4. Nothing is written.",
	.example = "-d /dev/i2c-3 bench 256",
	.group = GROUP_BENCH,
	.target = TARGET_DEVICE,
	.max_args = 1,
	.run = run,
};
