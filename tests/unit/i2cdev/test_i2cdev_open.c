/* SPDX-License-Identifier: BSD-2-Clause */
/* Device names, and everything that may be wrong before the first byte. */
#include "fake_kernel.h"
#include "low_fd.h"
#include "said.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct cx3_error err;

static void opens_as(const char *device, unsigned number)
{
	struct cx3_adapter *a;

	assert_int_equal(fake_open(device, &a, &err), CX3_OK);
	assert_int_equal(((struct i2cdev *)(void *)a)->number, number);
	a->ops->close(a);
}

static void refused_as(const char *device, int code, const char *words)
{
	struct cx3_adapter *a;

	memset(&err, 0, sizeof(err));
	assert_int_equal(fake_open(device, &a, &err), code);
	assert_null(a);
	if (words && !strstr(said(&err), words))
		fail_msg("\"%s\" lacks \"%s\"", said(&err), words);
}

static void takes_all_names(void **state)
{
	(void)state;
	opens_as("i2c-3", 3);
	opens_as("i2c-4,retries=2,addr=0x49", 4);
	opens_as("i2c:name=diolan", 3);
	opens_as("i2c:name=TINY", 4);
	opens_as("i2c:usb=1-1.3", 4);
	opens_as("i2c:usb=1-2,name=i2c,max-read=32", 3);
}

static void takes_a_path(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/i2c-4", fake.dev);
	opens_as(path, 4);
}

static void leaves_others_names_alone(void **state)
{
	(void)state;
	err.code = CX3_E_IO;
	strcpy(err.cause, "untouched");
	refused_as("i2c-3x", CX3_E_NOT_MINE, NULL);
	refused_as("sim:card.bin", CX3_E_NOT_MINE, NULL);
	refused_as("ft232h", CX3_E_NOT_MINE, NULL);
	refused_as("/dev/mst/mt4103_pci_cr0", CX3_E_NOT_MINE, NULL);
	refused_as("i2c-", CX3_E_NOT_MINE, NULL);
}

static void tells_what_a_name_lacks(void **state)
{
	(void)state;
	refused_as("i2c:", CX3_E_USAGE, "i2c:name=diolan");
	refused_as("i2c:name=cp2112", CX3_E_NO_DEVICE, "i2c-diolan-u2c");
}

static void two_fit(void **state)
{
	(void)state;
	refused_as("i2c:name=i2c-", CX3_E_USAGE, "2 I2C buses fit this name");
	assert_non_null(strstr(said(&err), "i2c-3"));
	assert_non_null(strstr(said(&err), "i2c-4"));
}

static void not_there(void **state)
{
	(void)state;
	refused_as("i2c-9", CX3_E_NO_DEVICE, "There is no bus i2c-9");
	fake.open_error = ENOENT;
	refused_as("i2c-3", CX3_E_NO_DEVICE, "modprobe i2c-dev");
}

static void no_permission(void **state)
{
	(void)state;
	fake.open_error = EACCES;
	refused_as("i2c-3", CX3_E_PERMISSION, "i2c-3.");
}

static void address_is_served(void **state)
{
	struct cx3_adapter *a;

	(void)state;
	fake.slave_error = EBUSY;
	fake_bind(3, "lm75");
	refused_as("i2c-3", CX3_E_UNSUPPORTED, "driver lm75 serves address 0x48");
	assert_int_equal(fake.sent_count, 0);
	assert_int_equal(fake_open("i2c-3,force=1", &a, &err), CX3_OK);
	assert_true(fake.forced);
	a->ops->close(a);
}

static void options(void **state)
{
	struct cx3_adapter *a;

	(void)state;
	assert_int_equal(fake_open("i2c-3,max-read=32,max-write=16,retries=7,addr=0x4a", &a, &err),
			 CX3_OK);
	assert_int_equal(a->max_read, 32);
	assert_int_equal(a->max_write, 16);
	assert_int_equal(a->retries, 7);
	assert_int_equal(a->addr, 0x4a);
	assert_int_equal(a->clock_hz, 100000);
	assert_non_null(strstr(a->label, "diolan"));
	/* The kernel's own repetitions are off. */
	assert_int_equal(fake.retries_off, 1);
	a->ops->close(a);
	refused_as("i2c-3,max-read=3", CX3_E_USAGE, NULL);
	refused_as("i2c-3,max-write=4", CX3_E_USAGE, NULL);
	refused_as("i2c-3,join=2", CX3_E_USAGE, NULL);
}

static void a_bus_has_one_user(void **state)
{
	struct cx3_adapter *a, *b;
	char pid[32];

	(void)state;
	assert_int_equal(fake_open("i2c-3", &a, &err), CX3_OK);
	snprintf(pid, sizeof(pid), "by process %d (", (int)getpid());
	refused_as("i2c-3,addr=0x49", CX3_E_IN_USE, pid);
	assert_string_equal(err.place, a->label);
	assert_int_equal(fake.retries_off, 1); /* the second was refused before it did anything */
	assert_int_equal(fake_open("i2c-4", &b, &err), CX3_OK);
	b->ops->close(b);
	a->ops->close(a);
	opens_as("i2c-3", 3);
}

/* Whatever is closed when the bus is opened, nothing that is printed gets there. */
static void no_standard_descriptor(void **state)
{
	(void)state;
	for (int low = 0; low < 3; low++) {
		int saved = low_fd_close(low);
		struct cx3_adapter *a;
		int rc = fake_open("i2c-3", &a, &err);
		bool taken = fcntl(low, F_GETFD) >= 0;

		low_fd_restore(low, saved);
		assert_int_equal(rc, CX3_OK);
		assert_false(taken);
		a->ops->close(a);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_all_names),
		TEST(takes_a_path),
		TEST(leaves_others_names_alone),
		TEST(tells_what_a_name_lacks),
		TEST(two_fit),
		TEST(not_there),
		TEST(no_permission),
		TEST(address_is_served),
		TEST(options),
		TEST(a_bus_has_one_user),
		TEST(no_standard_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
