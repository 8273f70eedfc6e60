/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between a program and the kernel (LD_PRELOAD): counts the I2C_RDWR ioctls and
 * their messages into the file CX3_IOCTL_COUNTS, and those that carry data out of
 * the flash (reads of the gateway's data registers, 0xf0410); with CX3_IOCTL_LIMIT=N
 * refuses messages of more than N bytes, as the kernel does for an adapter with
 * such a quirk: EOPNOTSUPP before anything is sent. (No USB adapter with a limit of
 * 8 or 32 bytes has a driver in Debian's kernel.)
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

typedef int ioctl_fn(int, unsigned long, ...);

static ioctl_fn *next;
static unsigned long calls, messages, refused, flash_calls, flash_bytes;
static unsigned limit;

static void count(const struct i2c_rdwr_ioctl_data *data)
{
	static const unsigned char gateway_data[4] = {0x00, 0x0f, 0x04, 0x10};
	unsigned long bytes = 0;

	for (unsigned i = 1; i < data->nmsgs; i++) {
		const struct i2c_msg *address = &data->msgs[i - 1], *msg = &data->msgs[i];

		/* One word alone is a status or an id. */
		if ((msg->flags & I2C_M_RD) && msg->len > 4 &&
		    address->len == sizeof(gateway_data) &&
		    memcmp(address->buf, gateway_data, sizeof(gateway_data)) == 0)
			bytes += msg->len;
	}
	calls++;
	messages += data->nmsgs;
	flash_calls += bytes > 0;
	flash_bytes += bytes;
}

/* The C library's own prototype is variadic; all requests here take one pointer. */
__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request, ...)
{
	const struct i2c_rdwr_ioctl_data *data;
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request != I2C_RDWR)
		return next(fd, request, arg);
	data = arg;
	for (unsigned i = 0; limit && i < data->nmsgs; i++) {
		if (data->msgs[i].len <= limit)
			continue;
		refused++;
		errno = EOPNOTSUPP;
		return -1;
	}
	count(data);
	return next(fd, request, arg);
}

__attribute__((constructor)) static void begin(void)
{
	const char *text = getenv("CX3_IOCTL_LIMIT");

	/* The detour over a union is POSIX's own advice for dlsym and ISO C. */
	union {
		void *object;
		ioctl_fn *function;
	} symbol = {dlsym(RTLD_NEXT, "ioctl")};

	next = symbol.function;
	limit = text ? (unsigned)strtoul(text, NULL, 10) : 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("CX3_IOCTL_COUNTS");
	FILE *f = path && calls ? fopen(path, "w") : NULL;

	if (!f)
		return;
	fprintf(f, "ioctls=%lu messages=%lu refused=%lu flash_ioctls=%lu flash_bytes=%lu\n", calls,
		messages, refused, flash_calls, flash_bytes);
	fclose(f);
}
