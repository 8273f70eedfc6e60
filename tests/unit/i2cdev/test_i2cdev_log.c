/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log of the wire through i2c-dev: each transfer that the kernel was given has its line, in
 * order, also those by which the adapter tries out what it can do; and no line is of anything else.
 */
#include "card/card.h"
#include "fake_kernel.h"
#include "said.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char lines[SENT][160];
static unsigned line_count;

static void take_line(void *user, enum cx3_log_level level, const char *text)
{
	const char *wire = strstr(text, ": 0x48 write ");

	(void)user;
	if (level != CX3_LOG_WIRE || !wire)
		return;
	assert_true(line_count < SENT);
	snprintf(lines[line_count++], sizeof(lines[0]), "%s", wire + strlen(": 0x48 "));
}

static const struct cx3_log log_of_all = {take_line, NULL, CX3_LOG_WIRE};

/* "write 000f0014 read 000001f5" of what the kernel has noted; data that are written are not. */
static void line_of(unsigned i, char *text, size_t size)
{
	size_t len = (size_t)snprintf(text, size, "write %08x", (unsigned)fake.sent[i].reg);

	if (fake.sent[i].rd_len)
		len += (size_t)snprintf(text + len, size - len, " read ");
	for (unsigned b = 0; b < fake.sent[i].rd_len; b += 4)
		len += (size_t)snprintf(text + len, size - len, "%08x",
					(unsigned)fake_word(fake.sent[i].reg + b));
}

static void all_are_told(unsigned from)
{
	char wanted[200];

	assert_int_equal(line_count - from, fake.sent_count - from);
	for (unsigned i = from; i < line_count; i++) {
		line_of(i, wanted, sizeof(wanted));
		assert_memory_equal(lines[i], wanted, strlen(wanted));
	}
}

static void read_registers(struct cx3_card *card)
{
	uint32_t words[2][4];
	struct cx3_regop ops[] = {{.reg = 0xf0410, .words = words[0], .count = 4},
				  {.reg = 0xf0400, .words = words[1], .count = 4}};
	struct cx3_error err = {0};

	if (cx3_card_run(card, ops, 2, CX3_REPEATABLE, NULL, &err) != CX3_OK)
		fail_msg("%s", said(&err));
}

static void open_card(const char *device, struct cx3_adapter **a, struct cx3_card **card)
{
	struct cx3_error err = {0};

	line_count = 0;
	if (fake_open_logged(device, &log_of_all, a, &err) != CX3_OK ||
	    cx3_card_open(*a, NULL, card, &err) != CX3_OK)
		fail_msg("%s", said(&err));
}

static void joined(void **state)
{
	struct cx3_adapter *a;
	struct cx3_card *card;

	(void)state;
	open_card("i2c-3", &a, &card);
	read_registers(card);
	assert_true(fake.most_messages > 2);
	all_are_told(0);
	cx3_card_close(card);
	a->ops->close(a);
}

static void failed(void **state)
{
	struct cx3_adapter *a;
	struct cx3_card *card;
	unsigned before;

	(void)state;
	open_card("i2c-3", &a, &card);
	before = line_count;
	fake.fail_call = (int)fake.calls + 1;
	fake.fail_error = ENXIO;
	read_registers(card);
	/* a length that was not sent yet goes alone; it is sent again, and then the other */
	assert_string_equal(lines[before],
			    "write 000f0410 read 16 bytes that are not told: perhaps: no-ack");
	assert_memory_equal(lines[before + 1], "write 000f0410 read e2bd5f10", 28);
	assert_int_equal(line_count, before + 3);
	cx3_card_close(card);
	a->ops->close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(joined, fake_setup, fake_teardown),
		cmocka_unit_test_setup_teardown(failed, fake_setup, fake_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
