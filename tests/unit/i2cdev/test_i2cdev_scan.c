/* SPDX-License-Identifier: BSD-2-Clause */
/* What sysfs says of a bus, and which buses a scan leaves alone. */
#include "fake_kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct i2cdev_bus look(unsigned number)
{
	struct i2cdev_bus bus;

	assert_true(i2cdev_look(&fake.system, number, &bus));
	return bus;
}

static void lists_buses_in_order(void **state)
{
	const unsigned expected[] = {0, 3, 4, 7};
	unsigned *numbers;
	size_t count;

	(void)state;
	assert_int_equal(i2cdev_list(&fake.system, &numbers, &count, NULL), CX3_OK);
	assert_int_equal(count, 4);
	assert_memory_equal(numbers, expected, sizeof(expected));
	free(numbers);
}

static void knows_an_usb_adapter(void **state)
{
	struct i2cdev_bus bus = look(4);

	(void)state;
	assert_string_equal(bus.name, "i2c-tiny-usb at bus 001 device 007");
	assert_string_equal(bus.driver, "i2c-tiny-usb");
	assert_string_equal(bus.usb, "1-1.3");
	assert_int_equal(look(3).clock_hz, 100000);
	assert_false(i2cdev_look(&fake.system, 9, &bus));
}

static void leaves_the_right_ones_alone(void **state)
{
	struct i2cdev_bus smbus = look(0), display = look(7), diolan = look(3), tiny = look(4);
	char driver[32];

	(void)state;
	assert_true(i2cdev_is_mainboard(&smbus));
	assert_false(i2cdev_is_display(&smbus));
	assert_true(i2cdev_is_display(&display));
	assert_false(i2cdev_is_display(&diolan) || i2cdev_is_mainboard(&diolan));
	assert_false(i2cdev_is_display(&tiny) || i2cdev_is_mainboard(&tiny));
	assert_false(i2cdev_holder(&fake.system, 3, 0x48, driver, sizeof(driver)));
	fake_bind(3, "lm75");
	assert_true(i2cdev_holder(&fake.system, 3, 0x48, driver, sizeof(driver)));
	assert_string_equal(driver, "lm75");
}

static void knows_displays_by_name(void **state)
{
	static const char *const names[] = {
		"AMDGPU DM i2c hw bus 0", "NVIDIA i2c adapter 4 at 1:00.0",
		"nvkm-0000:01:00.0-bus-0000", "DPMST", "Radeon i2c bit bus"};
	struct i2cdev_bus bus = {.number = 1};

	(void)state;
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(bus.name, sizeof(bus.name), "%s", names[i]);
		assert_true(i2cdev_is_display(&bus));
	}
	snprintf(bus.name, sizeof(bus.name), "%s", "bcm2835 (i2c@7e804000)");
	assert_false(i2cdev_is_display(&bus) || i2cdev_is_mainboard(&bus));
}

static void tells_how_to_raise_the_clock(void **state)
{
	struct i2cdev_bus diolan = look(3), smbus = look(0);

	(void)state;
	assert_non_null(strstr(i2cdev_clock_words(&diolan), "frequency=400000"));
	assert_null(i2cdev_clock_words(&smbus));
}

static void lists_devices(void **state)
{
	struct cx3_listed *d;
	struct cx3_error err;
	size_t count;

	(void)state;
	fake_bind(4, "lm75");
	assert_int_equal(i2cdev_list_on(&fake.system, NULL, &d, &count, &err), CX3_OK);
	assert_int_equal(count, 4);
	assert_non_null(strstr(d[0].device, "/i2c-0"));
	assert_non_null(strstr(d[0].keep_off, "mainboard"));
	assert_non_null(strstr(d[1].device, "/i2c-3"));
	assert_string_equal(d[1].by_port, "i2c:usb=1-2");
	assert_string_equal(d[1].usb, "1-2");
	assert_string_equal(d[1].driver, "i2c-diolan-u2c");
	assert_int_equal(d[1].clock_hz, 100000);
	assert_true(d[1].plain_i2c);
	assert_string_equal(d[1].keep_off, "");
	assert_non_null(strstr(d[2].keep_off, "lm75"));
	assert_non_null(strstr(d[3].keep_off, "display"));
	free(d);
	assert_int_equal(fake.calls, 0); /* nothing was sent */
}

static void lists_the_one_that_is_named(void **state)
{
	struct cx3_devname name;
	struct cx3_listed *d;
	struct cx3_error err;
	size_t count;

	(void)state;
	assert_int_equal(cx3_devname_parse("i2c:name=tiny", &name, &err), CX3_OK);
	assert_int_equal(i2cdev_list_on(&fake.system, &name, &d, &count, &err), CX3_OK);
	assert_int_equal(count, 1);
	assert_string_equal(d[0].usb, "1-1.3");
	free(d);
	assert_int_equal(cx3_devname_parse("i2c:name=cp2112", &name, &err), CX3_OK);
	assert_int_equal(i2cdev_list_on(&fake.system, &name, &d, &count, &err), CX3_E_NO_DEVICE);
	assert_null(d);
	assert_int_equal(cx3_devname_parse("ft232h", &name, &err), CX3_OK);
	assert_int_equal(i2cdev_list_on(&fake.system, &name, &d, &count, &err), CX3_E_NOT_MINE);
}

static void hints_at_a_faster_clock(void **state)
{
	char words[400] = "";
	struct cx3_adapter *a;

	(void)state;
	assert_int_equal(fake_open("i2c-3", &a, NULL), CX3_OK);
	assert_true(a->ops->hint(a, words, sizeof(words)));
	assert_non_null(strstr(words, "frequency=400000"));
	a->ops->close(a);
	assert_int_equal(fake_open("i2c-0", &a, NULL), CX3_OK);
	assert_false(a->ops->hint(a, words, sizeof(words)));
	a->ops->close(a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lists_buses_in_order),	    TEST(knows_an_usb_adapter),
		TEST(leaves_the_right_ones_alone),  TEST(knows_displays_by_name),
		TEST(tells_how_to_raise_the_clock), TEST(lists_devices),
		TEST(lists_the_one_that_is_named),  TEST(hints_at_a_faster_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
