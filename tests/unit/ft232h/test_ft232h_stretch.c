/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A card that holds SCL low after each flash command, behind an FT232H, which clocks on and does
 * not see it: messages that come meanwhile are lost, and one that SCL rises in arrives in part.
 * What is read is right all the same, or the adapter tells what it sees of the lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cx3flash/file.h"
#include "flash/flash.h"
#include "ft232h/ft232h_priv.h"
#include "mpsse_host.h"
#include "said.h"

#define SIZE 0x80000u
#define READ 0x1000u
#define PAGE 0x20000u

struct rig {
	struct mpsse_host host;
	struct mpsse_card behind;
	struct cx3_adapter *adapter;
	struct cx3_card *card;
	struct cx3_flash *flash;
	uint8_t content[SIZE];
	char path[64];
};

static void must(int rc, const struct cx3_error *err)
{
	if (rc != CX3_OK)
		fail_msg("%s: %s", err->place, said(err));
}

static int open_rig(struct rig *r, unsigned stretch_us, struct cx3_error *why)
{
	const struct cx3_adapter head = {
		.label = "rig", .addr = CX3_CARD_ADDRESS, .retries = CX3_DEFAULT_RETRIES};
	struct cx3_devname name;
	struct cx3_error err;
	char device[160];
	int fd;

	memset(r, 0, sizeof(*r));
	memset(r->content, 0xff, SIZE);
	for (unsigned i = 0; i < READ; i++)
		r->content[i] = (uint8_t)(i * 7 + i / 16);
	snprintf(r->path, sizeof(r->path), "/tmp/cx3-stretch-XXXXXX");
	fd = mkstemp(r->path);
	assert_true(fd >= 0);
	close(fd);
	must(cx3_file_write(r->path, r->content, SIZE, true, &err), &err);
	/* the wire's time counts: the card's own clock must not run ahead */
	snprintf(device, sizeof(device), "sim:%s,clock=1M,livefish=1,stretch=%u", r->path,
		 stretch_us);
	must(cx3_devname_parse(device, &name, &err), &err);
	must(simcard_open(&name, &r->behind.card, &err), &err);
	mpsse_host_init(&r->host, CHIP_FT232H, 300, 400000, &mpsse_card_ops, &r->behind);
	r->behind.wire = &r->host.chip.wire;
	must(ft232h_attach(&r->host.usb, &head, 400000, &r->adapter, &err), &err);
	must(cx3_card_open(r->adapter, NULL, &r->card, &err), &err);
	return cx3_flash_open(r->card, NULL, &r->flash, why);
}

static void close_rig(struct rig *r)
{
	char state[80];

	cx3_flash_close(r->flash);
	cx3_card_close(r->card);
	cx3_adapter_close(r->adapter);
	simcard_close(r->behind.card);
	unlink(r->path);
	snprintf(state, sizeof(state), "%s.state", r->path);
	unlink(state);
}

/* What is read is right. A page may come out wrong, which its read-back shows: nothing else has
 * changed. */
static void read_and_program(struct rig *r)
{
	uint8_t page[CX3_FLASH_PAGE], read[READ], *now;
	struct cx3_error err;
	size_t len;

	must(cx3_flash_read(r->flash, 0, read, READ, &err), &err);
	assert_memory_equal(read, r->content, READ);
	for (unsigned k = 0; k < sizeof(page); k++)
		page[k] = (uint8_t)(3 * k);
	must(cx3_flash_program(r->flash, PAGE, page, sizeof(page), &err), &err);
	must(cx3_flash_read(r->flash, PAGE, read, sizeof(page), &err), &err);
	must(cx3_file_read(r->path, SIZE, &now, &len, &err), &err);
	assert_memory_equal(read, now + PAGE, sizeof(page));
	memset(now + PAGE, 0xff, sizeof(page));
	assert_memory_equal(now, r->content, SIZE);
	free(now);
}

/* The lines are looked at behind each batch, and SCL is low there: CX3_E_BUS. */
static void lost_clocks_are_noticed(void **state)
{
	static const unsigned us[] = {1, 10, 40, 300, 5000};
	static struct rig r;

	(void)state;
	for (size_t i = 0; i < sizeof(us) / sizeof(us[0]); i++) {
		struct cx3_error err = {0};
		int rc = open_rig(&r, us[i], &err);

		assert_int_equal(rc, us[i] < 40 ? CX3_OK : CX3_E_BUS);
		if (rc == CX3_OK)
			read_and_program(&r);
		else
			assert_non_null(strstr(said(&err), "the card stretches the clock"));
		close_rig(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lost_clocks_are_noticed)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
