/* SPDX-License-Identifier: BSD-2-Clause */
/* The programmer as the library has it: which cards a client may write to. The protocol is in
 * tests/cli/test_serprog, with a client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "cx3flash/serprog.h"
#include "jobs_fixture.h"

#define ACK 0x06
#define NAK 0x15

/* What a client gets that sends one "write enable". */
static int answer_to_enable(struct fixture *b, const char *card,
			    const struct cx3_serprog_options *options)
{
	/* an SPI operation of 1 byte out and 0 in */
	static const uint8_t enable[] = {0x13, 1, 0, 0, 0, 0, 0, 0x06};
	struct cx3_serprog_counts counts = {.size = sizeof(counts)};
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_device *device;
	uint8_t answer = 0;
	char name[400];
	int in[2], out[2];

	snprintf(name, sizeof(name), "sim:%s%s", b->file, card);
	fixture_ok(cx3_device_open(name, NULL, &device, &err), &err);
	fixture_ok(cx3_device_deepen(device, CX3_OPEN_FLASH, &err), &err);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	assert_int_equal(write(in[1], enable, sizeof(enable)), sizeof(enable));
	close(in[1]);
	fixture_ok(cx3_serprog_serve(device, in[0], out[1], options, NULL, &counts, &err), &err);
	assert_int_equal(read(out[0], &answer, 1), 1);
	assert_int_equal(counts.refused, answer == NAK);
	close(in[0]);
	close(out[0]);
	close(out[1]);
	cx3_device_close(device);
	return answer;
}

static void a_running_card_is_only_read(void **state)
{
	static const struct {
		const char *card;
		struct cx3_serprog_options options;
		int answer;
	} cases[] = {
		{",livefish=1", {.writes = false}, NAK},
		{",livefish=1", {.writes = true}, ACK},
		{"", {.writes = true}, NAK},
		{"", {.running_too = true}, NAK},
		{"", {.writes = true, .running_too = true}, ACK},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cx3_fs2_recipe recipe;
		struct fixture b;
		int answer;

		fixture_with_image(&b, "MT_SERPROG_01", &recipe);
		answer = answer_to_enable(&b, cases[i].card, &cases[i].options);

		if (answer != cases[i].answer)
			fail_msg("case %zu: 0x%02x", i, (unsigned)answer);
		fixture_delete(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_running_card_is_only_read)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
