/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adapters that know only SMBus. A write fits an I2C block write: its command
 * byte is the first byte of the register address. A read can't be put together
 * as the chip's documents want it (no repeated START after four bytes): here the
 * address is written alone and the bytes are then fetched one by one. Nothing
 * says that the chip answers that, so it must read its id right again and again
 * before anything else is done this way, and nothing is written otherwise.
 */
#include "adapters.h"
#include "i2cdev_priv.h"

#include <errno.h>

#include "bytes.h"
#include "chips.h"

#define ADDRESS_BYTES 4u
#define MOST_WRITE 32u /* command and 31 bytes */
#define MOST_READ 64u
#define PROOFS 8u

static void count(struct i2cdev *d, unsigned messages, size_t bytes)
{
	d->head.traffic.calls++;
	d->head.traffic.messages += messages;
	d->head.traffic.wire_bytes += bytes;
}

static int write_message(struct i2cdev *d, const uint8_t *data, uint16_t len)
{
	count(d, 1, len + 1u);
	return d->sys->block_write(d->fd, data[0], (uint8_t)(len - 1), data + 1) < 0 ? -errno : 0;
}

static int read_bytes(struct i2cdev *d, uint8_t *data, uint16_t len)
{
	for (uint16_t i = 0; i < len; i++) {
		int byte = d->sys->receive_byte(d->fd);

		count(d, 1, 2);
		if (byte < 0)
			return -errno;
		data[i] = (uint8_t)byte;
	}
	return 0;
}

static int transfer_one(struct i2cdev *d, const struct cx3_xfer *xfer)
{
	int rc = write_message(d, xfer->wr, xfer->wr_len);

	return rc == 0 && xfer->rd_len ? read_bytes(d, xfer->rd, xfer->rd_len) : rc;
}

int i2cdev_smbus_transfer(struct i2cdev *d, const struct cx3_xfer *xfer, size_t n,
			  struct cx3_progress_mark *mark, struct cx3_error *err)
{
	for (; mark->done < n; mark->done++) {
		int rc = transfer_one(d, &xfer[mark->done]);

		if (rc == 0)
			continue;
		mark->unsure = 1;
		return i2cdev_transfer_failed(d, -rc, err);
	}
	return CX3_OK;
}

static int refuse(const struct i2cdev *d, const char *why, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_UNSUPPORTED, d->head.label,
			"This adapter knows only SMBus, and %s.\n"
			"Use a USB adapter with plain I2C (MTUSB-1, CP2112, MCP2221, FT232H; see "
			"hardware-notes/adapters.md).",
			why);
}

static int transfer_own(struct i2cdev *d, const struct cx3_xfer *xfer)
{
	int rc = transfer_one(d, xfer);

	cx3_adapter_log_own(&d->head, xfer, 1, rc ? cx3_errno_text(-rc) : NULL);
	return rc;
}

/* The id alone, then as the second word of a block; both must be `id`. */
static int prove_once(struct i2cdev *d, uint32_t *id, bool *same)
{
	static const uint8_t alone[ADDRESS_BYTES] = {0x00, 0x0f, 0x00, 0x14};
	static const uint8_t block[ADDRESS_BYTES] = {0x00, 0x0f, 0x00, 0x10};
	uint8_t in[12] = {0};
	const struct cx3_xfer xfer[2] = {{alone, in, sizeof(alone), 4, false},
					 {block, in + 4, sizeof(block), 8, false}};
	uint32_t word[3];
	int rc = transfer_own(d, &xfer[0]);

	if (rc == 0)
		rc = transfer_own(d, &xfer[1]);
	for (size_t i = 0; i < 3; i++)
		word[i] = be32(in + 4 * i);
	*id = word[0];
	*same = word[0] == word[2];
	return rc;
}

int i2cdev_smbus_prove(struct i2cdev *d, unsigned long functions, struct cx3_error *err)
{
	uint32_t first = 0, id = 0;

	if (!(functions & I2C_FUNC_SMBUS_WRITE_I2C_BLOCK) ||
	    !(functions & I2C_FUNC_SMBUS_READ_BYTE))
		return refuse(d, "not the I2C block write that a register address needs", err);
	d->head.max_write = MOST_WRITE;
	d->head.max_read = MOST_READ;
	for (unsigned i = 0; i < PROOFS; i++) {
		bool same = false;
		int rc = prove_once(d, &id, &same);

		if (rc != 0)
			return i2cdev_transfer_failed(d, -rc, err);
		if (i == 0)
			first = id;
		if (!same || id != first || !cx3_chip_by_hw_id((uint16_t)id))
			return refuse(d,
				      "the card does not answer a read that is cut in two as SMBus "
				      "needs it",
				      err);
	}
	return CX3_OK;
}
