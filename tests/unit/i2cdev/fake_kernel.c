/* SPDX-License-Identifier: BSD-2-Clause */
/* The made-up kernel: its ioctls answer as the test has told it to. */
#include "fake_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fake_kernel fake;

uint32_t fake_word(uint32_t reg)
{
	return reg == 0xf0014 ? 0x000001f7 : reg * 2654435761u;
}

/* A descriptor that is open, and none of standard input, output and error. */
static void assert_device(int fd)
{
	assert_true(fd > STDERR_FILENO);
	assert_true(fcntl(fd, F_GETFD) >= 0);
}

static void note(const uint8_t *wr, uint16_t wr_len, uint16_t rd_len)
{
	assert_true(fake.sent_count < SENT);
	assert_true(wr_len >= 4);
	fake.sent[fake.sent_count].reg = (uint32_t)wr[0] << 24 | (uint32_t)wr[1] << 16 |
					 (uint32_t)wr[2] << 8 | wr[3];
	fake.sent[fake.sent_count].wr_len = wr_len;
	fake.sent[fake.sent_count].rd_len = rd_len;
	fake.sent[fake.sent_count].call = fake.calls;
	fake.sent_count++;
}

static int fail_with(int error)
{
	errno = error;
	return -1;
}

static bool refuses(const struct i2c_rdwr_ioctl_data *data)
{
	if (fake.max_messages && data->nmsgs > fake.max_messages) {
		errno = EOPNOTSUPP;
		return true;
	}
	/* Repeated STARTs are there, but no two writes in a row; and none of it is endless. */
	for (unsigned i = 1; fake.only_pairs && i < data->nmsgs; i++) {
		if ((data->msgs[i].flags ^ data->msgs[i - 1].flags) & I2C_M_RD)
			continue;
		assert_true(fake.refusals++ < 100);
		errno = EOPNOTSUPP;
		return true;
	}
	for (unsigned i = 0; fake.max_length && i < data->nmsgs; i++) {
		if (data->msgs[i].len <= fake.max_length)
			continue;
		errno = fake.length_error;
		return true;
	}
	return false;
}

static int fake_rdwr(int fd, struct i2c_rdwr_ioctl_data *data)
{
	bool broken = false;

	assert_device(fd);
	assert_true(data->nmsgs >= 1 && data->nmsgs <= I2C_RDWR_IOCTL_MAX_MSGS);
	assert_int_equal(data->msgs[0].flags & I2C_M_RD, 0);
	if (refuses(data))
		return -1;
	fake.calls++;
	if ((int)fake.calls == fake.fail_call)
		return fail_with(fake.fail_error);
	if (data->nmsgs > fake.most_messages)
		fake.most_messages = data->nmsgs;
	for (unsigned i = 0; i < data->nmsgs; i++) {
		struct i2c_msg *m = &data->msgs[i];
		struct i2c_msg *r = i + 1 < data->nmsgs && (m[1].flags & I2C_M_RD) ? m + 1 : NULL;

		if ((int)fake.calls == fake.short_call && (int)i >= fake.short_count)
			return (int)i;
		note(m->buf, m->len, r ? r->len : 0);
		for (unsigned b = 0; r && b < r->len; b++) {
			uint32_t word = fake_word(fake.sent[fake.sent_count - 1].reg + (b & ~3u));

			r->buf[b] = (uint8_t)(broken ? 0xff : word >> (24 - 8 * (b & 3)));
		}
		broken = fake.join_breaks;
		i += r != NULL;
	}
	return (int)data->nmsgs;
}

static int fake_functions(int fd, unsigned long *functions)
{
	assert_device(fd);
	*functions = fake.functions;
	return 0;
}

static int fake_slave(int fd, unsigned addr, bool force)
{
	(void)addr;
	assert_device(fd);
	fake.forced = force;
	return fake.slave_error && !force ? fail_with(fake.slave_error) : 0;
}

static int fake_no_retries(int fd)
{
	assert_device(fd);
	fake.retries_off++;
	return 0;
}

static int fake_block_write(int fd, uint8_t command, uint8_t len, const uint8_t *data)
{
	uint8_t message[40] = {command};

	assert_device(fd);
	assert_true(len <= 31);
	memcpy(message + 1, data, len);
	if (fake.block_write_fails)
		return fail_with(ENXIO);
	fake.calls++;
	note(message, (uint16_t)(len + 1), 0);
	fake.smbus_reg = fake.sent[fake.sent_count - 1].reg;
	fake.smbus_at = 0;
	return 0;
}

static int fake_receive_byte(int fd)
{
	uint32_t word = fake_word(fake.smbus_reg + (fake.smbus_at & ~3u));

	assert_device(fd);
	fake.calls++;
	return fake.answers_bytes ? (int)(word >> (24 - 8 * (fake.smbus_at++ & 3)) & 0xff) : 0xff;
}

static int fake_open_node(const char *path, int flags)
{
	(void)flags;
	if (fake.open_error)
		return fail_with(fake.open_error);
	return open(path, O_RDWR | O_CLOEXEC); /* a plain file, with a real lock */
}

static int fake_close(int fd)
{
	assert_device(fd);
	return close(fd);
}

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *format, ...)
{
	char command[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): fixed words only */
}

/* A bus: its place in the tree of devices, its name, its parent's driver. */
static void make_bus(unsigned number, const char *parent, const char *name, const char *driver)
{
	const char *s = fake.sys;

	run("mkdir -p %s/devices/%s/i2c-%u %s/bus/i2c/devices %s/drivers/%s %s", s, parent, number,
	    s, s, driver, fake.dev);
	run("echo '%s' >%s/devices/%s/i2c-%u/name", name, s, parent, number);
	run("ln -sfn %s/drivers/%s %s/devices/%s/driver", s, driver, s, parent);
	run("ln -s %s/devices/%s/i2c-%u %s/bus/i2c/devices/i2c-%u", s, parent, number, s, number);
	run(": >%s/i2c-%u", fake.dev, number);
}

int fake_setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	strcpy(fake.root, "/tmp/cx3-i2cdev-XXXXXX");
	assert_non_null(mkdtemp(fake.root));
	snprintf(fake.sys, sizeof(fake.sys), "%s/sys", fake.root);
	snprintf(fake.dev, sizeof(fake.dev), "%s/dev", fake.root);
	fake.system = (struct i2cdev_system){
		fake.sys,	fake.dev,   fake_open_node,  fake_close,       fake_rdwr,
		fake_functions, fake_slave, fake_no_retries, fake_block_write, fake_receive_byte};
	fake.functions = I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
	fake.length_error = EOPNOTSUPP;
	make_bus(3, "pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0",
		 "i2c-diolan-u2c at bus 001 device 005", "i2c-diolan-u2c");
	make_bus(4, "pci0000:00/0000:00:14.0/usb1/1-1/1-1.3/1-1.3:1.0",
		 "i2c-tiny-usb at bus 001 device 007", "i2c-tiny-usb");
	make_bus(0, "pci0000:00/0000:00:1f.4", "SMBus I801 adapter at efa0", "i801_smbus");
	run("echo 0x0c0500 >%s/devices/pci0000:00/0000:00:1f.4/class", fake.sys);
	make_bus(7, "pci0000:00/0000:00:02.0", "i915 gmbus dpb", "i915");
	run("echo 0x030000 >%s/devices/pci0000:00/0000:00:02.0/class", fake.sys);
	run("mkdir -p %s/module/i2c_diolan_u2c/parameters", fake.sys);
	run("echo 100000 >%s/module/i2c_diolan_u2c/parameters/frequency", fake.sys);
	return 0;
}

int fake_teardown(void **state)
{
	(void)state;
	run("rm -rf %s", fake.root);
	return 0;
}

void fake_pull(unsigned number)
{
	run("rm -rf %s/bus/i2c/devices/i2c-%u %s/i2c-%u", fake.sys, number, fake.dev, number);
}

void fake_bind(unsigned number, const char *driver)
{
	run("mkdir -p %s/bus/i2c/devices/%u-0048 %s/drivers/%s", fake.sys, number, fake.sys,
	    driver);
	run("ln -sfn %s/drivers/%s %s/bus/i2c/devices/%u-0048/driver", fake.sys, driver, fake.sys,
	    number);
}

int fake_open(const char *device, struct cx3_adapter **out, struct cx3_error *err)
{
	return fake_open_logged(device, NULL, out, err);
}

int fake_open_logged(const char *device, const struct cx3_log *log, struct cx3_adapter **out,
		     struct cx3_error *err)
{
	struct cx3_devname name;
	int rc = cx3_devname_parse(device, &name, err);

	*out = NULL;
	return rc == CX3_OK ? i2cdev_open_on(&fake.system, &name, log, out, err) : rc;
}
