/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The adapter of /dev/i2c-N over a kernel that lies: any error, any count of messages,
 * any data, on each ioctl. What the adapter reports of a batch must be what the kernel
 * was asked for, no transfer is sent twice, and there is an end.
 */
#include "fake_kernel.h"
#include "fuzz.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "said.h"

#define TRANSFERS 60u
#define BATCHES 4u
#define MOST_CALLS 4000u
/* An SMBus adapter reads one byte a call. */
#define MOST_BYTES (BATCHES * TRANSFERS * 300u + MOST_CALLS)
#define FIRST_REG 0x200000u /* of the batch; proofs of the adapter read elsewhere */

static const int errors[] = {EIO,      ENXIO, EREMOTEIO, ETIMEDOUT, EAGAIN, EOPNOTSUPP, EINVAL,
			     EMSGSIZE, EINTR, ENODEV,	 EBUSY,	    ENOMEM, EPROTO};

static struct fuzz_bytes lies;
static unsigned calls, bytes_read;
static unsigned sent[TRANSFERS];
static uint8_t answer[TRANSFERS];

/* After a failure the adapter looks for a while whether its bus has vanished. */
void __wrap_cx3_clock_wait_us(uint64_t us);
void __wrap_cx3_clock_wait_us(uint64_t us)
{
	(void)us;
}

static int lie_with(int number)
{
	errno = number;
	return -1;
}

static int lie_error(void)
{
	return lie_with(errors[fuzz_byte(&lies) % (sizeof(errors) / sizeof(errors[0]))]);
}

/* Refused before anything is sent. */
static bool refused(int rc)
{
	return rc < 0 && (errno == EOPNOTSUPP || errno == EINVAL || errno == EMSGSIZE);
}

/* Which transfer of the batch a message begins; TRANSFERS: none. */
static uint32_t index_of(const struct i2c_msg *m)
{
	uint32_t reg = (uint32_t)m->buf[0] << 24 | (uint32_t)m->buf[1] << 16 |
		       (uint32_t)m->buf[2] << 8 | m->buf[3];

	assert(m->len >= 4);
	return reg >= FIRST_REG && (reg - FIRST_REG) / 4 < TRANSFERS ? (reg - FIRST_REG) / 4
								     : TRANSFERS;
}

static void carry(struct i2c_rdwr_ioctl_data *data)
{
	uint32_t index = TRANSFERS;

	for (unsigned i = 0; i < data->nmsgs; i++) {
		struct i2c_msg *m = &data->msgs[i];

		if (m->flags & I2C_M_RD) {
			memset(m->buf, fuzz_byte(&lies), m->len);
			if (index < TRANSFERS)
				answer[index] = m->buf[0];
			continue;
		}
		index = index_of(m);
		if (index < TRANSFERS)
			assert(++sent[index] == 1);
	}
}

static int lying_rdwr(int fd, struct i2c_rdwr_ioctl_data *data)
{
	uint8_t kind = fuzz_byte(&lies);
	int rc = (int)data->nmsgs;
	int number;

	(void)fd;
	assert(data->nmsgs >= 1 && data->nmsgs <= I2C_RDWR_IOCTL_MAX_MSGS);
	assert(++calls < MOST_CALLS);
	if (kind % 4 == 1)
		rc = lie_error();
	else if (kind % 16 == 2)
		rc = fuzz_byte(&lies) % (int)(data->nmsgs + 1);
	if (refused(rc))
		return rc;
	number = errno;
	carry(data);
	errno = number;
	return rc;
}

static int lying_functions(int fd, unsigned long *functions)
{
	(void)fd;
	*functions = fuzz_byte(&lies) & 1 ? fuzz_word(&lies) : I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
	return fuzz_byte(&lies) % 16 == 1 ? lie_error() : 0;
}

static int lying_slave(int fd, unsigned addr, bool force)
{
	(void)fd;
	(void)addr;
	(void)force;
	return fuzz_byte(&lies) % 16 == 1 ? lie_error() : 0;
}

static int lying_block_write(int fd, uint8_t command, uint8_t len, const uint8_t *data)
{
	(void)fd;
	(void)command;
	(void)data;
	assert(len <= 31 && ++calls < MOST_CALLS);
	return fuzz_byte(&lies) % 16 == 1 ? lie_error() : 0;
}

static int lying_receive_byte(int fd)
{
	static const uint8_t id[] = {0x00, 0x00, 0x01, 0xf7};
	static unsigned at;

	(void)fd;
	assert(++bytes_read < MOST_BYTES);
	if (fuzz_byte(&lies) % 32 == 1)
		return lie_error();
	return fuzz_byte(&lies) % 32 == 2 ? fuzz_byte(&lies) : id[at++ % 4];
}

static void remove_kernel(void)
{
	fake_teardown(NULL);
}

static void prepare(void)
{
	if (!fake.root[0]) {
		fake_setup(NULL);
		atexit(remove_kernel);
		fake.system.rdwr = lying_rdwr;
		fake.system.functions = lying_functions;
		fake.system.slave = lying_slave;
		fake.system.block_write = lying_block_write;
		fake.system.receive_byte = lying_receive_byte;
	}
	calls = bytes_read = 0;
	memset(sent, 0, sizeof(sent));
}

struct batch {
	struct cx3_xfer xfer[TRANSFERS];
	uint8_t wr[TRANSFERS][80], rd[TRANSFERS][300];
	size_t n;
};

static void make_batch(struct fuzz_bytes *b, struct batch *batch)
{
	memset(batch, 0, sizeof(*batch));
	batch->n = 1 + fuzz_byte(b) % TRANSFERS;
	for (size_t i = 0; i < batch->n; i++) {
		uint32_t reg = FIRST_REG + 4 * (uint32_t)i;
		unsigned kind = fuzz_byte(b);

		for (unsigned k = 0; k < 4; k++)
			batch->wr[i][k] = (uint8_t)(reg >> (24 - 8 * k));
		batch->xfer[i] = (struct cx3_xfer){batch->wr[i], batch->rd[i], 4, 0, false};
		if (kind & 1)
			batch->xfer[i].rd_len = (uint16_t)(4 + 4 * (kind >> 2));
		else
			batch->xfer[i].wr_len = (uint16_t)(8 + (kind >> 2));
	}
}

static void check(const struct batch *batch, int rc, const struct cx3_progress_mark *mark,
		  const struct cx3_error *err, bool smbus)
{
	assert(mark->done + mark->unsure <= batch->n);
	if (rc == CX3_OK)
		assert(mark->done == batch->n && mark->unsure == 0);
	else
		assert((int)err->code == rc && said(err)[0]);
	if (rc == CX3_E_TOO_LONG)
		assert(mark->unsure == 0);
	for (size_t i = 0; i < batch->n && !smbus; i++) {
		if (i < mark->done)
			assert(sent[i] == 1);
		else if (i >= mark->done + mark->unsure)
			assert(sent[i] == 0);
		if (i < mark->done && batch->xfer[i].rd_len)
			assert(batch->rd[i][0] == answer[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"i2c-3", "i2c-3,join=0",
					    "i2c-4,max-read=16,max-write=8", "i2c-0,force=1"};
	struct fuzz_bytes b = {data, size};
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_adapter *adapter = NULL;
	const char *name = names[fuzz_byte(&b) % 4];
	static struct batch batch;
	int rc;

	prepare();
	make_batch(&b, &batch);
	lies = b;
	rc = fake_open(name, &adapter, &err);
	if (rc != CX3_OK)
		assert((int)err.code == rc && said(&err)[0]);
	for (unsigned i = 0; rc == CX3_OK && i < BATCHES; i++) {
		struct cx3_progress_mark mark;

		memset(sent, 0, sizeof(sent));
		rc = adapter->ops->transfer(adapter, batch.xfer, batch.n, &mark, &err);
		check(&batch, rc, &mark, &err, ((struct i2cdev *)(void *)adapter)->smbus);
		if (rc == CX3_E_TOO_LONG) /* the caller would split: shorter messages next */
			break;
	}
	cx3_adapter_close(adapter);
	return 0;
}

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	uint64_t random = seed;
	size_t len = 200 + fuzz_below(&random, 600);
	uint32_t honest = 1 + fuzz_below(&random, 16);

	for (size_t i = 0; i < len && i < room; i++)
		out[i] = (uint8_t)(fuzz_below(&random, honest) && i > 70 ? 0
									 : fuzz_random(&random));
	return len < room ? len : room;
}
