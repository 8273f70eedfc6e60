/* SPDX-License-Identifier: BSD-2-Clause */
/* The protocol: commands of a byte with their parameters, answered with ACK and what belongs to it,
 * or with NAK. All numbers have their lowest byte first. */
#include "serprog_priv.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sized.h"

enum {
	CMD_NOP = 0x00,
	CMD_VERSION = 0x01,
	CMD_COMMANDS = 0x02,
	CMD_NAME = 0x03,
	CMD_SERIAL_BUFFER = 0x04,
	CMD_BUSES = 0x05,
	CMD_MOST_OUT = 0x08,
	CMD_SYNC = 0x10,
	CMD_MOST_IN = 0x11,
	CMD_SET_BUS = 0x12,
	CMD_SPI = 0x13
};

#define ACK 0x06u
#define NAK 0x15u
#define BUS_SPI 0x08u
#define COMMAND_BYTES 32u
#define NAME_BYTES 16u
#define LOOK_MS 100
/* A client sends a command at once. Half of one, and then nothing, is of a client that hangs. */
#define MOST_PAUSE_MS 3000u
#define MOST_SENT (SPI_MOST_IN + 1u)

struct client {
	struct spi spi;
	int in, out;
	const struct cx3_watch *watch;
	uint8_t sent[SPI_MOST_OUT]; /* what the client sends to the flash */
	uint8_t answer[MOST_SENT];  /* ACK and what follows it */
	bool midway;		    /* of a command some bytes have come */
	bool gone;		    /* ... or is not served any more */
};

static int interrupted(struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_INTERRUPTED, "serprog",
			"Stopped; the flash is idle.\nThe command can simply be run again.");
}

static int broken(int number, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_IO, "serprog",
			"The connection to the client failed: %s.\nStart the client again.",
			cx3_errno_text(number));
}

/* What it sends after that would be taken for commands. So it has to begin anew. */
static void give_up(struct client *c)
{
	cx3_log(c->spi.log, CX3_LOG_WARN,
		"serprog: the rest of a command did not come within %u seconds: it is dropped, and "
		"the client is not served any more",
		MOST_PAUSE_MS / 1000);
	c->gone = true;
}

/* Until the descriptor is ready for `events`, or it is time to stop; c->gone if the rest of a
 * command does not come. */
static int wait_for(struct client *c, int fd, short events, struct cx3_error *err)
{
	struct pollfd look = {.fd = fd, .events = events};

	for (unsigned waited = 0;; waited += LOOK_MS) {
		int n;

		if (c->watch && c->watch->cancelled && c->watch->cancelled(c->watch->user))
			return interrupted(err);
		if (c->midway && events == POLLIN && waited >= MOST_PAUSE_MS) {
			give_up(c);
			return CX3_OK;
		}
		n = poll(&look, 1, LOOK_MS);
		if (n > 0)
			return CX3_OK;
		if (n < 0 && errno != EINTR)
			return broken(errno, err);
	}
}

/* All `len` bytes; c->gone if the client has closed the connection, or hangs. */
static int take(struct client *c, void *buf, size_t len, struct cx3_error *err)
{
	uint8_t *to = buf;

	while (len > 0 && !c->gone) {
		int rc = wait_for(c, c->in, POLLIN, err);
		ssize_t n;

		if (rc != CX3_OK || c->gone)
			return rc;
		n = read(c->in, to, len);
		/* the other end of a pseudo terminal is closed: EIO */
		if (n == 0 || (n < 0 && (errno == EIO || errno == ECONNRESET))) {
			c->gone = true;
		} else if (n > 0) {
			to += n;
			len -= (size_t)n;
		} else if (errno != EINTR && errno != EAGAIN) {
			return broken(errno, err);
		}
	}
	return CX3_OK;
}

static int give(struct client *c, const void *buf, size_t len, struct cx3_error *err)
{
	const uint8_t *from = buf;

	while (len > 0 && !c->gone) {
		int rc = wait_for(c, c->out, POLLOUT, err);
		ssize_t n;

		if (rc != CX3_OK)
			return rc;
		n = send(c->out, from, len, MSG_NOSIGNAL);
		if (n < 0 && errno == ENOTSOCK)
			n = write(c->out, from, len);
		if (n > 0) {
			from += n;
			len -= (size_t)n;
		} else if (n < 0 && (errno == EPIPE || errno == EIO || errno == ECONNRESET)) {
			c->gone = true;
		} else if (n < 0 && errno != EINTR && errno != EAGAIN) {
			return broken(errno, err);
		}
	}
	return CX3_OK;
}

static int give_byte(struct client *c, uint8_t byte, struct cx3_error *err)
{
	return give(c, &byte, 1, err);
}

/* ACK and a number of `bytes` bytes. */
static int give_number(struct client *c, uint32_t number, size_t bytes, struct cx3_error *err)
{
	uint8_t answer[5] = {ACK};

	for (size_t i = 0; i < bytes; i++)
		answer[1 + i] = (uint8_t)(number >> (8 * i));
	return give(c, answer, 1 + bytes, err);
}

static int give_commands(struct client *c, struct cx3_error *err)
{
	static const uint8_t known[] = {CMD_NOP,     CMD_VERSION,	CMD_COMMANDS, CMD_NAME,
					CMD_BUSES,   CMD_SERIAL_BUFFER, CMD_MOST_OUT, CMD_SYNC,
					CMD_MOST_IN, CMD_SET_BUS,	CMD_SPI};
	uint8_t answer[1 + COMMAND_BYTES] = {ACK};

	for (size_t i = 0; i < sizeof(known); i++)
		answer[1 + known[i] / 8] |= (uint8_t)(1u << known[i] % 8);
	return give(c, answer, sizeof(answer), err);
}

static int give_name(struct client *c, struct cx3_error *err)
{
	uint8_t answer[1 + NAME_BYTES] = {ACK};

	snprintf((char *)answer + 1, NAME_BYTES, "cx3flash");
	return give(c, answer, sizeof(answer), err);
}

static int set_bus(struct client *c, struct cx3_error *err)
{
	uint8_t bus = 0;
	int rc = take(c, &bus, 1, err);

	return rc == CX3_OK ? give_byte(c, bus == BUS_SPI ? ACK : NAK, err) : rc;
}

/* An operation that is too long is taken off the connection, and refused. */
static int skip(struct client *c, uint32_t len, struct cx3_error *err)
{
	int rc = CX3_OK;

	while (len > 0 && rc == CX3_OK && !c->gone) {
		uint32_t n = len < sizeof(c->sent) ? len : (uint32_t)sizeof(c->sent);

		rc = take(c, c->sent, n, err);
		len -= n;
	}
	cx3_log(c->spi.log, CX3_LOG_WARN, "serprog: an SPI operation that is too long was refused");
	c->spi.counts->refused++;
	return rc == CX3_OK ? give_byte(c, NAK, err) : rc;
}

/* What fails on the card is told to the client, and why to the log. */
static int run_operation(struct client *c, const struct spi_operation *op, struct cx3_error *err)
{
	struct cx3_error why = {0};
	int rc = cx3_spi_run(&c->spi, op, &why);

	if (rc == CX3_OK) {
		c->spi.counts->operations++;
		return give(c, c->answer, 1 + op->in_len, err);
	}
	c->spi.counts->refused++;
	cx3_log(c->spi.log, CX3_LOG_WARN, "serprog: %s", why.cause);
	if (rc == CX3_E_GONE) {
		if (err)
			*err = why;
		return rc;
	}
	return give_byte(c, NAK, err);
}

static uint32_t number24(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
}

static int spi_operation(struct client *c, struct cx3_error *err)
{
	uint8_t lengths[6] = {0};
	struct spi_operation op = {.out = c->sent, .in = c->answer + 1};
	int rc = take(c, lengths, sizeof(lengths), err);

	if (rc != CX3_OK || c->gone)
		return rc;
	op.out_len = number24(lengths);
	op.in_len = number24(lengths + 3);
	if (op.out_len == 0 || op.out_len > SPI_MOST_OUT || op.in_len > SPI_MOST_IN)
		return skip(c, op.out_len, err);
	rc = take(c, c->sent, op.out_len, err);
	if (rc != CX3_OK || c->gone) /* half an operation is none */
		return rc;
	c->answer[0] = ACK;
	return run_operation(c, &op, err);
}

static int run_command(struct client *c, uint8_t command, struct cx3_error *err)
{
	static const uint8_t sync[] = {NAK, ACK};

	switch (command) {
	case CMD_NOP:
		return give_byte(c, ACK, err);
	case CMD_VERSION:
		return give_number(c, 1, 2, err);
	case CMD_COMMANDS:
		return give_commands(c, err);
	case CMD_NAME:
		return give_name(c, err);
	case CMD_SERIAL_BUFFER: /* the connection has flow control */
		return give_number(c, 0xffff, 2, err);
	case CMD_BUSES:
		return give_number(c, BUS_SPI, 1, err);
	case CMD_MOST_OUT:
		return give_number(c, SPI_MOST_OUT, 3, err);
	case CMD_SYNC:
		return give(c, sync, sizeof(sync), err);
	case CMD_MOST_IN:
		return give_number(c, SPI_MOST_IN, 3, err);
	case CMD_SET_BUS:
		return set_bus(c, err);
	case CMD_SPI:
		return spi_operation(c, err);
	default:
		return give_byte(c, NAK, err);
	}
}

/* Firmware that runs uses the flash itself, and does not expect it to change. */
static bool may_write(const struct cx3_device *device, const struct cx3_serprog_options *options)
{
	const struct cx3_card_id *id = cx3_card_identity(cx3_device_card(device));

	return options->writes && (options->running_too || id->state == CX3_CARD_LIVEFISH);
}

static int serve(struct cx3_device *device, int in, int out, bool writes,
		 const struct cx3_watch *watch, struct cx3_serprog_counts *counts,
		 struct cx3_error *err)
{
	struct client *c = calloc(1, sizeof(*c));
	uint8_t command = 0;
	int rc;

	if (!c)
		return cx3_fail(
			err, CX3_E_NO_MEMORY, "serprog",
			"There is no memory for a client.\nClose other programs and try again.");
	c->in = in;
	c->out = out;
	c->watch = watch;
	c->spi = (struct spi){.flash = cx3_device_flash(device),
			      .log = cx3_device_adapter(device)->log,
			      .writes = writes,
			      .counts = counts};
	do {
		c->midway = false;
		rc = take(c, &command, 1, err);
		c->midway = true;
		if (rc == CX3_OK && !c->gone)
			rc = run_command(c, command, err);
	} while (rc == CX3_OK && !c->gone);
	free(c);
	return rc;
}

int cx3_serprog_serve(struct cx3_device *device, int in, int out,
		      const struct cx3_serprog_options *options, const struct cx3_watch *watch,
		      struct cx3_serprog_counts *counts, struct cx3_error *err)
{
	struct cx3_serprog_options own;
	struct cx3_serprog_counts done = {0};
	int rc = CX3_TAKE(cx3_serprog_options, &own, options, err);

	if (rc == CX3_OK && counts)
		rc = CX3_CHECK(cx3_serprog_counts, counts, err);
	if (rc != CX3_OK)
		return rc;
	rc = serve(device, in, out, may_write(device, &own), watch, &done, err);
	if (counts)
		CX3_GIVE(cx3_serprog_counts, counts, &done);
	return rc;
}
