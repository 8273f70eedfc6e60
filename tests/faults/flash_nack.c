/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bus fails at the 1st message of a short job, then at the 2nd, and so on
 * until a run meets no fault: once (the job must come through), three times in a
 * row, and for ever. The model may never complain, and what the job did not
 * write must stay as it was.
 */
#include "flash_job.h"
#include "said.h"

static unsigned stride = 1;

static const char *const cards[] = {
	"livefish=1,part=W25Q40",
	"livefish=0,fw=2.42.5000,part=W25Q40,clock=400k",
	"livefish=1,part=W25Q40,stream=0,clock=400k",
};

/* One sweep of `fault` (a format for the message's number) over a job on `card`. */
static void sweep_messages(const char *card, const char *fault, bool passing, bool ambiguous)
{
	struct sweep s;
	uint64_t last;

	sweep_begin(&s);
	assert_int_equal(job_run(&s, card), CX3_OK);
	last = s.messages;
	for (uint64_t n = 1; n <= last; n += stride) {
		char options[200];
		int rc, len = snprintf(options, sizeof(options), "%s,", card);

		snprintf(options + len, sizeof(options) - (size_t)len, fault,
			 (unsigned long long)n);
		sweep_reset(&s);
		rc = job_run(&s, options);
		if (s.fixture.violation[0])
			fail_msg("%s: %s", options, s.fixture.violation);
		job_check_content(&s, rc, options);
		/* A taking read whose answer was lost can't be told from another's hold. */
		if (ambiguous && rc == CX3_E_SEMAPHORE_OURS)
			continue;
		if (passing && rc)
			fail_msg("%s: %s: %s", options, cx3_code_name((enum cx3_code)rc),
				 said(&s.fixture.err));
		if (passing)
			job_check_semaphore(&s, card, options);
	}
	print_message("%s,%s: %u runs, %u ended in an error\n", card, fault, s.runs, s.failures);
	assert_true(s.runs > 5);
	sweep_end(&s);
}

static void nack_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++)
		sweep_messages(cards[i], "nack=%llu", true, false);
	sweep_messages("livefish=1,part=W25Q40,exact=1", "nack=%llu", true, false);
}

static void nack_three(void **state)
{
	(void)state;
	sweep_messages(cards[0], "nack-burst=%llu:3", true, false);
	sweep_messages(cards[1], "nack-burst=%llu:3", true, false);
}

static void cut_once(void **state)
{
	(void)state;
	sweep_messages(cards[0], "cut=%llu", true, false);
	sweep_messages(cards[1], "cut=%llu", true, true);
}

static void arbitration_once(void **state)
{
	(void)state;
	sweep_messages(cards[0], "arb=%llu", true, false);
	sweep_messages(cards[1], "arb=%llu", true, false);
}

static void for_ever(void **state)
{
	(void)state;
	sweep_messages(cards[0], "nack-from=%llu", false, false);
	sweep_messages(cards[1], "nack-from=%llu", false, false);
	sweep_messages(cards[0], "bus-stuck=%llu", false, false);
	sweep_messages(cards[1], "gone=%llu", false, false);
}

static void no_retries(void **state)
{
	(void)state;
	sweep_messages("livefish=1,part=W25Q40,retries=0", "nack=%llu", false, false);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nack_once), cmocka_unit_test(nack_three),
		cmocka_unit_test(cut_once),  cmocka_unit_test(arbitration_once),
		cmocka_unit_test(for_ever),  cmocka_unit_test(no_retries),
	};

	stride = sweep_stride(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
