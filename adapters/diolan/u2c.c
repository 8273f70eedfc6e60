/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue of commands, and finding the dongle in step: see u2c.h. */
#include "u2c.h"

#include <string.h>

/* A dongle that answers does so within a frame or two; its own limits are 20 ms. One that has
 * stood still for a second or two is waited for. */
#define ANSWER_US 500000u
#define QUIET_US 30000u
/* More than it could hold: it has RAM of a few kilobytes. */
#define MOST_STALE 4096u
#define SYNC_TRIES 5u
#define SERIAL_BYTES 4u

bool u2c_has_room(const struct u2c *u)
{
	return u->queued + u->awaited < u->depth &&
	       u->out_len + U2C_LONGEST_COMMAND <= U2C_MOST_OUT;
}

void u2c_put(struct u2c *u, const uint8_t *command, size_t len)
{
	memcpy(u->out + u->out_len, command, len);
	u->out_len += len;
	u->queued++;
}

int u2c_send(struct u2c *u, struct cx3_error *err)
{
	int rc;

	if (u->out_len == 0)
		return CX3_OK;
	rc = u->usb->send(u->usb->user, u->out, u->out_len, err);
	u->usb_bytes += u->out_len;
	u->sends++;
	u->awaited += u->queued;
	u->queued = 0;
	u->out_len = 0;
	u->out_of_step |= rc != CX3_OK;
	return rc;
}

static int no_answer(const struct u2c *u, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_TIMEOUT, u->usb->place,
			"The dongle does not answer: %u of its commands are open.\n"
			"Unplug it, plug it in again, if it is on a hub then without it, and start "
			"anew.",
			u->awaited);
}

int u2c_take(struct u2c *u, struct u2c_answer *answer, uint64_t wait_us, struct cx3_error *err)
{
	size_t len = 0;
	int rc = u->usb->answer(u->usb->user, answer->data, &len, wait_us, err);

	if (rc == CX3_OK && len == 0)
		rc = no_answer(u, err);
	if (rc != CX3_OK) {
		u->out_of_step = true;
		return rc;
	}
	u->usb_bytes += len;
	u->awaited -= u->awaited > 0;
	answer->len = len - 1;
	answer->result = (enum u2c_result)answer->data[len - 1];
	return CX3_OK;
}

int u2c_ask(struct u2c *u, const uint8_t *command, size_t len, struct u2c_answer *answer,
	    uint64_t wait_us, struct cx3_error *err)
{
	int rc;

	u2c_put(u, command, len);
	rc = u2c_send(u, err);
	return rc == CX3_OK ? u2c_take(u, answer, wait_us, err) : rc;
}

/* A question's answer is longer than that to a command for the bus, and may be lost. */
static void count_late(struct u2c *u, size_t len)
{
	u->owed -= u->owed > 0 && len < sizeof(u->version);
}

/* Answers that nobody waits for. */
static int drain(struct u2c *u, struct cx3_error *err)
{
	uint8_t data[U2C_PACKET];
	size_t len = 1;
	int rc = CX3_OK;

	u->awaited = 0;
	for (unsigned i = 0; i < MOST_STALE && len > 0 && rc == CX3_OK; i++) {
		rc = u->usb->answer(u->usb->user, data, &len, QUIET_US, err);
		if (rc == CX3_OK && len > 0)
			count_late(u, len - 1);
	}
	return rc;
}

bool u2c_is_version(const struct u2c *u, const struct u2c_answer *answer)
{
	return answer->result == U2C_OK && answer->len == sizeof(u->version) &&
	       memcmp(answer->data, u->version, sizeof(u->version)) == 0;
}

/* Firmware without a serial number says so. */
static bool is_serial(const struct u2c_answer *answer)
{
	return (answer->result == U2C_OK && answer->len == SERIAL_BYTES) ||
	       (answer->result == U2C_NOT_KNOWN && answer->len == 0);
}

/* An answer that comes late is the one to the question before, which was the same: so it is not
 * believed until the other question has its own answer, too. */
static int ask_both(struct u2c *u, struct cx3_error *err)
{
	static const uint8_t version[] = {U2C_FW_VERSION}, serial[] = {U2C_SERIAL};
	struct u2c_answer first, second;
	int rc;

	rc = u2c_ask(u, version, sizeof(version), &first, ANSWER_US, err);
	if (rc != CX3_OK)
		return rc;
	count_late(u, first.len);
	if (first.result != U2C_OK || first.len != sizeof(u->version))
		return CX3_OK;
	rc = u2c_ask(u, serial, sizeof(serial), &second, ANSWER_US, err);
	if (rc != CX3_OK)
		return rc;
	if (!is_serial(&second)) {
		count_late(u, second.len);
		return CX3_OK;
	}
	memcpy(u->version, first.data, sizeof(u->version));
	u->out_of_step = false;
	return CX3_OK;
}

int u2c_sync(struct u2c *u, struct cx3_error *err)
{
	int rc = CX3_OK;

	u->owed += u->awaited;
	u->out_len = 0;
	u->queued = 0;
	if (u->out_of_step)
		rc = u->usb->restart(u->usb->user, err);
	u->out_of_step = true;
	for (unsigned i = 0; i < SYNC_TRIES && (rc == CX3_OK || rc == CX3_E_TIMEOUT); i++) {
		rc = drain(u, err);
		if (rc == CX3_OK)
			rc = ask_both(u, err);
		u->awaited = 0;
		if (u->out_of_step)
			continue;
		u->none_lost = u->owed == 0;
		u->owed = 0;
		return CX3_OK;
	}
	return rc == CX3_OK ? no_answer(u, err) : rc;
}
