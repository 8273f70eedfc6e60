/* SPDX-License-Identifier: BSD-2-Clause */
/* USB boards from a made-up /sys: which are listed, which one a name means, the lock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <libusb.h>
#include <stdlib.h>
#include <unistd.h>

#include "said.h"
#include "usb/usb.h"

static const struct cx3_usb_kind kind = {"ft232h", "FT232H or alike", 0x0403, {0x6014, 0x6010}};

static char root[64], sys[80], dev[80];
static const struct cx3_usb_system fake = {sys, dev};
static struct cx3_usb_boards boards;
static struct cx3_error err;

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

static void plug(const char *port, const char *ids, unsigned address, const char *serial)
{
	run("d=%s/bus/usb/devices/%s; mkdir -p $d %s/bus/usb/001; cd $d; echo %.4s >idVendor; "
	    "echo %s >idProduct; echo 1 >busnum; echo %u >devnum; : >%s/bus/usb/001/%03u",
	    sys, port, dev, ids, ids + 5, address, dev, address);
	if (serial)
		run("printf '%s\\n' >%s/bus/usb/devices/%s/serial", serial, sys, port);
}

static int setup(void **state)
{
	(void)state;
	strcpy(root, "/tmp/cx3-usb-XXXXXX");
	assert_non_null(mkdtemp(root));
	snprintf(sys, sizeof(sys), "%s/sys", root);
	snprintf(dev, sizeof(dev), "%s/dev", root);
	plug("1-10", "0403:6014", 12, "SECOND");
	plug("1-2.3", "0403:6010", 5, "FIRST");
	plug("usb1", "0403:6014", 1, "HUB");
	plug("1-2", "1d6b:6014", 4, "OTHER");
	run("mkdir -p %s/bus/usb/drivers/ftdi_sio %s/bus/usb/devices/1-10:1.0", sys, sys);
	run("ln -s %s/bus/usb/drivers/ftdi_sio %s/bus/usb/devices/1-10:1.0/driver", sys, sys);
	memset(&err, 0, sizeof(err));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	run("rm -rf %s", root);
	return 0;
}

static void boards_in_order_of_their_ports(void **state)
{
	(void)state;
	cx3_usb_list(&fake, &kind, &boards);
	assert_int_equal(boards.count, 2);
	assert_string_equal(boards.board[0].port, "1-2.3");
	assert_string_equal(boards.board[0].serial, "FIRST");
	assert_string_equal(boards.board[0].driver, "");
	assert_int_equal(boards.board[0].address, 5);
	assert_string_equal(boards.board[1].port, "1-10");
	assert_string_equal(boards.board[1].driver, "ftdi_sio");
	assert_non_null(strstr(boards.board[1].node, "/bus/usb/001/012"));
	run("rm -rf %s", sys);
	cx3_usb_list(&fake, &kind, &boards);
	assert_int_equal(boards.count, 0);
}

static void named_as_a_user_may_write_it(void **state)
{
	struct cx3_listed *devices;
	size_t count;

	(void)state;
	plug("1-3", "0403:6014", 6, "has,comma");
	plug("1-4", "0403:6014", 7, NULL);
	plug("1-5", "0403:6014", 8, "FIRST"); /* as 1-2.3: cheap boards share a number */
	plug("1-6", "0403:6014", 9, "\\033[2J");
	cx3_usb_list(&fake, &kind, &boards);
	assert_string_equal(boards.board[4].serial, "?[2J");
	assert_int_equal(cx3_usb_devices(&kind, &boards, &devices, &count, &err), CX3_OK);
	assert_int_equal(count, 6);
	assert_string_equal(devices[0].device, "ft232h:usb=1-2.3");
	assert_string_equal(devices[1].device, "ft232h:usb=1-3");
	assert_string_equal(devices[2].device, "ft232h:usb=1-4");
	assert_string_equal(devices[5].device, "ft232h:serial=SECOND");
	assert_string_equal(devices[5].by_port, "ft232h:usb=1-10");
	assert_string_equal(devices[5].driver, "ftdi_sio");
	assert_true(devices[5].keep_off[0]);
	free(devices);
}

static int find(const char *text, struct cx3_usb_board *board)
{
	struct cx3_devname name;

	assert_int_equal(cx3_devname_parse(text, &name, &err), CX3_OK);
	return cx3_usb_find(&fake, &kind, &name, board, &err);
}

static void one_board_for_a_name(void **state)
{
	struct cx3_usb_board board;

	(void)state;
	assert_int_equal(find("ft232h:serial=FIRST", &board), CX3_OK);
	assert_string_equal(board.port, "1-2.3");
	assert_int_equal(find("ft232h:usb=1-10", &board), CX3_OK);
	assert_string_equal(board.serial, "SECOND");
	assert_int_equal(find("ft232h:pid=0x6010", &board), CX3_OK);
	assert_string_equal(board.serial, "FIRST");
	assert_int_equal(find("ft232h:vid=0x1d6b,pid=0x6014", &board), CX3_OK);
	assert_string_equal(board.serial, "OTHER");
}

static void none_or_too_many(void **state)
{
	struct cx3_usb_board board;

	(void)state;
	assert_int_equal(find("ft232h", &board), CX3_E_USAGE);
	assert_non_null(strstr(said(&err), "2 boards are attached"));
	assert_non_null(strstr(said(&err), "usb=1-10"));
	assert_int_equal(find("ft232h:serial=THIRD", &board), CX3_E_NO_DEVICE);
	assert_non_null(strstr(said(&err), "no board with serial=THIRD"));
	run("rm -rf %s/bus/usb/devices/1-*", sys);
	assert_int_equal(find("ft232h", &board), CX3_E_NO_DEVICE);
	assert_non_null(strstr(said(&err), "no FT232H or alike on USB"));
	assert_int_equal(find("ft232h:vid=0x10000", &board), CX3_E_USAGE);
}

static void a_board_has_one_user(void **state)
{
	int first, second;
	char pid[32];

	(void)state;
	cx3_usb_list(&fake, &kind, &boards);
	assert_int_equal(cx3_usb_lock(&boards.board[0], "board", NULL, &first, &err), CX3_OK);
	assert_true(first > 2);
	assert_int_equal(cx3_usb_lock(&boards.board[0], "board", NULL, &second, &err),
			 CX3_E_IN_USE);
	assert_int_equal(second, -1);
	snprintf(pid, sizeof(pid), "process %d", (int)getpid());
	assert_non_null(strstr(said(&err), pid));
	close(first);
	/* Where the node can't be opened, the board is used all the same. */
	run("rm -r %s/bus", dev);
	assert_int_equal(cx3_usb_lock(&boards.board[0], "board", NULL, &first, &err), CX3_OK);
	assert_int_equal(first, -1);
}

static void why_it_can_not_be_opened(void **state)
{
	static const struct {
		int libusb, code;
	} causes[] = {{LIBUSB_ERROR_ACCESS, CX3_E_PERMISSION},
		      {LIBUSB_ERROR_NO_DEVICE, CX3_E_GONE},
		      {LIBUSB_ERROR_BUSY, CX3_E_IN_USE},
		      {LIBUSB_ERROR_OTHER, CX3_E_IO}};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(cx3_usb_open_failed(causes[i].libusb, "board", "why", &err),
				 causes[i].code);
		assert_true(err.next[0]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(boards_in_order_of_their_ports), TEST(named_as_a_user_may_write_it),
		TEST(one_board_for_a_name),	      TEST(none_or_too_many),
		TEST(a_board_has_one_user),	      TEST(why_it_can_not_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
