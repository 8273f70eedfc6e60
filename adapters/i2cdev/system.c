/* SPDX-License-Identifier: BSD-2-Clause */
/* The real kernel: system calls on /dev/i2c-N and the folders of /sys. */
#include "i2cdev_priv.h"

#include <fcntl.h>
#include <i2c/smbus.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int linux_open(const char *path, int flags)
{
	return open(path, flags);
}

static int linux_rdwr(int fd, struct i2c_rdwr_ioctl_data *data)
{
	return ioctl(fd, I2C_RDWR, data);
}

static int linux_functions(int fd, unsigned long *functions)
{
	return ioctl(fd, I2C_FUNCS, functions);
}

static int linux_slave(int fd, unsigned addr, bool force)
{
	return ioctl(fd, force ? I2C_SLAVE_FORCE : I2C_SLAVE, (unsigned long)addr);
}

static int linux_no_retries(int fd)
{
	return ioctl(fd, I2C_RETRIES, 0ul);
}

static int linux_block_write(int fd, uint8_t command, uint8_t len, const uint8_t *data)
{
	return i2c_smbus_write_i2c_block_data(fd, command, len, data);
}

static int linux_receive_byte(int fd)
{
	return i2c_smbus_read_byte(fd);
}

const struct i2cdev_system i2cdev_linux = {
	.sys = "/sys",
	.dev = "/dev",
	.open = linux_open,
	.close = close,
	.rdwr = linux_rdwr,
	.functions = linux_functions,
	.slave = linux_slave,
	.no_retries = linux_no_retries,
	.block_write = linux_block_write,
	.receive_byte = linux_receive_byte,
};
