/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The power fails at the 1st register write of a short job, then at the 2nd, ...
 * (what is being erased or programmed is undefined then). Each time the job ends
 * in an error, nothing but its sector has changed, and once the power is back the
 * same job comes through.
 */
#include "flash_job.h"
#include "said.h"

static unsigned stride = 1;

static void sweep_power(const char *card)
{
	struct sweep s;
	unsigned n = 1;
	bool complete = false;

	sweep_begin(&s);
	for (; !complete; n += stride) {
		char options[200];
		int rc;

		snprintf(options, sizeof(options), "%s,power-cut=%u,seed=%u", card, n, n + 1);
		sweep_reset(&s);
		rc = job_run(&s, options);
		if (s.fixture.violation[0])
			fail_msg("%s: %s", options, s.fixture.violation);
		job_check_content(&s, rc, options);
		complete = rc == CX3_OK;
		job_check_semaphore(&s, card, options);
		rc = job_run(&s, card);
		if (rc)
			fail_msg("%s: again: %s", options, said(&s.fixture.err));
		job_check_content(&s, rc, options);
	}
	print_message("%s: %u register writes\n", card, n);
	assert_true(n > 20);
	sweep_end(&s);
}

static void power(void **state)
{
	(void)state;
	sweep_power("livefish=1,part=W25Q40");
	sweep_power("livefish=0,fw=2.42.5000,part=W25Q40");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(power)};

	stride = sweep_stride(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
