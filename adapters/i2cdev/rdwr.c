/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Batches through the I2C_RDWR ioctl. The messages of one ioctl are joined by
 * repeated STARTs, also where one transfer ends and the next begins: there is no
 * STOP between them. That is not documented to work on this chip, so it is tried
 * on the id register first and used only if it reads the same.
 */
#include "adapters.h"
#include "i2cdev_priv.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"

#define JOIN_TRIES 3u

static unsigned messages_of(const struct cx3_xfer *xfer)
{
	return xfer->rd_len ? 2 : 1;
}

/* One ioctl. Returns the number of messages that went through, or -errno. */
static int send(struct i2cdev *d, const struct cx3_xfer *xfer, size_t n)
{
	struct i2c_msg msgs[I2C_RDWR_IOCTL_MAX_MSGS];
	struct i2c_rdwr_ioctl_data data = {.msgs = msgs};
	uint64_t bytes = 0;
	int rc;

	for (size_t i = 0; i < n; i++) {
		msgs[data.nmsgs++] = (struct i2c_msg){.addr = (__u16)d->head.addr,
						      .len = xfer[i].wr_len,
						      .buf = (__u8 *)xfer[i].wr};
		if (xfer[i].rd_len)
			msgs[data.nmsgs++] = (struct i2c_msg){.addr = (__u16)d->head.addr,
							      .flags = I2C_M_RD,
							      .len = xfer[i].rd_len,
							      .buf = xfer[i].rd};
		bytes += xfer[i].wr_len + xfer[i].rd_len + messages_of(&xfer[i]);
	}
	d->head.traffic.calls++;
	rc = d->sys->rdwr(d->fd, &data);
	if (rc < 0)
		rc = -errno;
	cx3_log(d->head.log, CX3_LOG_WIRE, "%s: %u messages in one ioctl: %s", d->path, data.nmsgs,
		rc < 0 ? cx3_errno_text(-rc) : "through");
	if (rc == -EOPNOTSUPP) /* nothing was sent */
		return rc;
	d->head.traffic.messages += data.nmsgs;
	d->head.traffic.wire_bytes += bytes;
	return rc;
}

/* --- Joined transfers: proven on the id register --- */

/* The messages of one ioctl, which nobody has asked for. */
static int send_own(struct i2cdev *d, const struct cx3_xfer *xfer, size_t n)
{
	int rc = send(d, xfer, n);

	if (rc != -EOPNOTSUPP) /* then nothing was sent */
		cx3_adapter_log_own(&d->head, xfer, n,
				    rc < 0		 ? cx3_errno_text(-rc)
				    : (size_t)rc < 2 * n ? "it was cut short"
							 : NULL);
	return rc;
}

/* Whether joined transfers read the id as one alone does. A failure of the bus
 * leaves the question open, for a few times. */
static void prove_join(struct i2cdev *d)
{
	static const uint8_t id[4] = {0x00, 0x0f, 0x00, 0x14};
	static const uint8_t block[4] = {0x00, 0x0f, 0x00, 0x10};
	uint8_t alone[4] = {0}, first[4] = {0}, second[8] = {0};
	const struct cx3_xfer plain = {id, alone, sizeof(id), sizeof(alone), false};
	const struct cx3_xfer joined[2] = {{id, first, sizeof(id), sizeof(first), false},
					   {block, second, sizeof(block), sizeof(second), false}};
	int rc = send_own(d, &plain, 1);

	if (rc == 2)
		rc = send_own(d, joined, 2);
	if (rc == 4)
		d->join = memcmp(alone, first, 4) == 0 && memcmp(alone, second + 4, 4) == 0
				  ? JOIN_PROVEN
				  : JOIN_NOT;
	else if (rc == -EOPNOTSUPP || rc == -EINVAL || ++d->join_tries >= JOIN_TRIES)
		d->join = JOIN_NOT;
	cx3_log(d->head.log, CX3_LOG_INFO, "%s: %s (id 0x%08x alone)", d->head.label,
		d->join == JOIN_PROVEN ? "transfers joined by repeated STARTs work, up to 42 "
					 "messages go into one ioctl"
				       : "one transfer goes into an ioctl",
		(unsigned)be32(alone));
}

/* --- Grouping --- */

static bool is_proven(const struct i2cdev *d, const struct cx3_xfer *xfer)
{
	return xfer->wr_len <= d->proven_write && xfer->rd_len <= d->proven_read;
}

/* How many transfers the next ioctl carries. A length that this adapter has not
 * carried yet goes alone. */
static size_t group_size(struct i2cdev *d, const struct cx3_xfer *xfer, size_t n)
{
	unsigned messages = 0;
	size_t count = 0;

	if (n > 1 && d->join == JOIN_UNKNOWN)
		prove_join(d);
	if (n == 1 || d->join != JOIN_PROVEN || !is_proven(d, xfer))
		return 1;
	while (count < n && is_proven(d, &xfer[count]) &&
	       messages + messages_of(&xfer[count]) <= d->call_messages)
		messages += messages_of(&xfer[count++]);
	return count ? count : 1;
}

static size_t half(size_t length, size_t least)
{
	length /= 2;
	length -= length % 4; /* whole registers */
	return length > least ? length : least;
}

/* A transfer alone was refused: half the longer message may do. */
static int refused_alone(struct i2cdev *d, const struct cx3_xfer *xfer, int error,
			 struct cx3_error *err)
{
	struct cx3_adapter *a = &d->head;
	bool read = xfer->rd_len > CX3_LEAST_READ;

	if (xfer->rd_len <= CX3_LEAST_READ && xfer->wr_len <= CX3_LEAST_WRITE)
		return i2cdev_transfer_failed(d, error, err);
	if (read)
		a->max_read = half(xfer->rd_len, CX3_LEAST_READ);
	else
		a->max_write = half(xfer->wr_len, CX3_LEAST_WRITE);
	cx3_log(a->log, CX3_LOG_INFO, "%s refuses to %s %u bytes in one message: now %zu", a->label,
		read ? "read" : "write", read ? xfer->rd_len : xfer->wr_len,
		read ? a->max_read : a->max_write);
	return cx3_fail(err, CX3_E_TOO_LONG, a->label,
			"The adapter refuses to %s %u bytes in one message (%s).\n"
			"Try %s=%zu in the device name.",
			read ? "read" : "write", read ? xfer->rd_len : xfer->wr_len,
			cx3_errno_text(error), read ? "max-read" : "max-write",
			read ? a->max_read : a->max_write);
}

/*
 * Several transfers in one ioctl were refused. The kernel checks an adapter's limits
 * before it sends anything. Messages of these lengths have been accepted before, so
 * the adapter limits their number, or what it joins: a driver may join a write with a
 * read, but not two writes. Where two messages are refused, nothing is joined any more.
 */
static void fewer_messages(struct i2cdev *d)
{
	if (d->call_messages <= I2CDEV_PLAIN)
		d->join = JOIN_NOT;
	else if (d->call_messages > 2 * I2CDEV_PLAIN)
		d->call_messages /= 2;
	else
		d->call_messages = I2CDEV_PLAIN;
}

/* What an ioctl of `count` transfers that ended with `rc` comes to. */
static int judge(struct i2cdev *d, const struct cx3_xfer *xfer, size_t count, int rc,
		 struct cx3_progress_mark *mark, struct cx3_error *err)
{
	unsigned messages = 0;

	if (rc == -EOPNOTSUPP && count > 1) {
		fewer_messages(d);
		return CX3_OK;
	}
	if (count == 1 && (rc == -EOPNOTSUPP || rc == -EINVAL || rc == -EMSGSIZE))
		return refused_alone(d, xfer, -rc, err);
	for (size_t i = 0; rc > 0 && i < count; i++) {
		messages += messages_of(&xfer[i]);
		if (messages > (unsigned)rc) {
			mark->unsure = count - i;
			return cx3_fail(err, CX3_E_IO, d->head.label,
					"The adapter stopped after %d of %u messages.\n"
					"Try again.",
					rc, messages);
		}
		mark->done++;
		if (xfer[i].rd_len > d->proven_read)
			d->proven_read = xfer[i].rd_len;
		if (xfer[i].wr_len > d->proven_write)
			d->proven_write = xfer[i].wr_len;
	}
	if (rc > 0)
		return CX3_OK;
	mark->unsure = count;
	return i2cdev_transfer_failed(d, rc ? -rc : EIO, err);
}

int i2cdev_rdwr_transfer(struct i2cdev *d, const struct cx3_xfer *xfer, size_t n,
			 struct cx3_progress_mark *mark, struct cx3_error *err)
{
	int rc = CX3_OK;

	while (rc == CX3_OK && mark->done < n) {
		const struct cx3_xfer *next = xfer + mark->done;
		size_t count = group_size(d, next, n - mark->done);

		rc = judge(d, next, count, send(d, next, count), mark, err);
	}
	return rc;
}
