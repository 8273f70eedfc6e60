/* SPDX-License-Identifier: BSD-2-Clause */
/* Device names (what -d gets) are taken apart, or refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/adapterops.h"
#include "said.h"

static void names_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *scheme, *head, *key, *value;
	} rows[] = {
		{"/dev/i2c-3", "", "/dev/i2c-3", NULL, NULL},
		{"i2c-3,addr=0x49", "", "i2c-3", "addr", "0x49"},
		{"i2c:name=diolan", "i2c", "", "name", "diolan"},
		{"i2c:usb=1-2.3,retries=3", "i2c", "", "usb", "1-2.3"},
		{"ft232h", "", "ft232h", NULL, NULL},
		{"ft232h:serial=FT4X,clock=400k", "ft232h", "", "clock", "400k"},
		{"sim:card.bin", "sim", "card.bin", NULL, NULL},
		{"sim:/tmp/a:b.bin,livefish=1", "sim", "/tmp/a:b.bin", "livefish", "1"},
		{"/dev/i2c-3,name=a:b", "", "/dev/i2c-3", "name", "a:b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cx3_devname name;
		struct cx3_error err;

		assert_int_equal(cx3_devname_parse(rows[i].text, &name, &err), CX3_OK);
		assert_string_equal(name.scheme, rows[i].scheme);
		assert_string_equal(name.head, rows[i].head);
		if (rows[i].key)
			assert_string_equal(cx3_devname_take(&name, rows[i].key), rows[i].value);
		else
			assert_int_equal(name.count, 0);
		assert_null(cx3_devname_take(&name, "no-such-key"));
	}
}

static void malformed_names_are_refused(void **state)
{
	static const char *const bad[] = {"", "/dev/i2c-3,addr", "ft232h:=x", "i2c-1,=5",
					  "averyveryverylongscheme:x"};
	char long_name[600];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cx3_devname name;
		struct cx3_error err;

		assert_int_equal(cx3_devname_parse(bad[i], &name, &err), CX3_E_USAGE);
		assert_true(strlen(said(&err)) > 0);
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	struct cx3_devname name;

	assert_int_equal(cx3_devname_parse(long_name, &name, NULL), CX3_E_USAGE);
}

static void numbers_and_rates_have_bounds(void **state)
{
	struct cx3_devname name;
	uint64_t number = 7;
	unsigned hz = 7;

	(void)state;
	assert_int_equal(cx3_devname_parse("i2c-1,a=0x48,b=300,c=-1,d=4x,e=,f=400k,g=1M,h=93750,"
					   "i=50M,j=kk,k=0100,l=0,m= 5,n=1e5,o=0x1p12,p= 100k",
					   &name, NULL),
			 CX3_OK);
	assert_int_equal(cx3_devname_take_uint(&name, "a", 0, 0x77, &number, NULL), CX3_OK);
	assert_int_equal(number, 0x48);
	assert_int_equal(cx3_devname_take_uint(&name, "zz", 0, 0x77, &number, NULL), CX3_OK);
	assert_int_equal(number, 0x48);
	assert_int_equal(cx3_devname_take_uint(&name, "b", 0, 255, &number, NULL), CX3_E_USAGE);
	assert_int_equal(cx3_devname_take_uint(&name, "c", 0, 255, &number, NULL), CX3_E_USAGE);
	assert_int_equal(cx3_devname_take_uint(&name, "d", 0, 255, &number, NULL), CX3_E_USAGE);
	assert_int_equal(cx3_devname_take_uint(&name, "e", 0, 255, &number, NULL), CX3_E_USAGE);
	assert_int_equal(cx3_devname_take_rate(&name, "f", &hz, NULL), CX3_OK);
	assert_int_equal(hz, 400000);
	assert_int_equal(cx3_devname_take_rate(&name, "g", &hz, NULL), CX3_OK);
	assert_int_equal(hz, 1000000);
	assert_int_equal(cx3_devname_take_rate(&name, "h", &hz, NULL), CX3_OK);
	assert_int_equal(hz, 93750);
	assert_int_equal(cx3_devname_take_rate(&name, "i", &hz, NULL), CX3_E_USAGE);
	assert_int_equal(cx3_devname_take_rate(&name, "j", &hz, NULL), CX3_E_USAGE);
	for (const char *odd = "nop"; *odd; odd++)
		assert_int_equal(cx3_devname_take_rate(&name, (char[]){*odd, 0}, &hz, NULL),
				 CX3_E_USAGE);
}

/* Octal to some, decimal to others: a bus address or status register is not guessed. */
static void a_leading_zero_is_refused(void **state)
{
	struct cx3_devname name;
	struct cx3_error err;
	uint64_t number = 7;

	(void)state;
	assert_int_equal(cx3_devname_parse("i2c-1,k=0100,l=0,m= 5,n=0x010", &name, NULL), CX3_OK);
	assert_int_equal(cx3_devname_take_uint(&name, "k", 0, 255, &number, &err), CX3_E_USAGE);
	assert_non_null(strstr(said(&err), "octal"));
	assert_int_equal(cx3_devname_take_uint(&name, "m", 0, 255, &number, &err), CX3_E_USAGE);
	assert_int_equal(number, 7);
	assert_int_equal(cx3_devname_take_uint(&name, "l", 0, 255, &number, &err), CX3_OK);
	assert_int_equal(number, 0);
	assert_int_equal(cx3_devname_take_uint(&name, "n", 0, 255, &number, &err), CX3_OK);
	assert_int_equal(number, 0x10);
}

static void a_clock_is_a_rate_or_auto(void **state)
{
	static const struct {
		const char *name;
		int rc;
		unsigned hz;
		bool automatic;
	} cases[] = {
		{"ft232h", CX3_OK, 7, true}, /* as it was */
		{"ft232h,clock=400k", CX3_OK, 400000, false},
		{"ft232h,clock=auto", CX3_OK, 7, true},
		{"ft232h,clock=automatic", CX3_E_USAGE, 7, false},
		{"ft232h,clock=", CX3_E_USAGE, 7, false},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cx3_devname name;
		bool automatic = true;
		unsigned hz = 7;

		assert_int_equal(cx3_devname_parse(cases[i].name, &name, NULL), CX3_OK);
		assert_int_equal(cx3_devname_take_clock(&name, &hz, &automatic, NULL), cases[i].rc);
		assert_int_equal(hz, cases[i].hz);
		assert_int_equal(automatic, cases[i].automatic);
	}
}

static void an_option_that_nobody_knows_is_an_error(void **state)
{
	struct cx3_adapter *adapter;
	struct cx3_error err;

	(void)state;
	assert_int_equal(cx3_adapter_open("floppy:0", NULL, &adapter, &err), CX3_E_USAGE);
	assert_null(adapter);
	assert_non_null(strstr(said(&err), "/dev/i2c-N"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_apart),
		cmocka_unit_test(malformed_names_are_refused),
		cmocka_unit_test(numbers_and_rates_have_bounds),
		cmocka_unit_test(a_leading_zero_is_refused),
		cmocka_unit_test(a_clock_is_a_rate_or_auto),
		cmocka_unit_test(an_option_that_nobody_knows_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
