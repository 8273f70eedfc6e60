/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One flipped bit in the 1st byte that goes over the wire, then in the 2nd, ...,
 * in either direction. I2C does not notice. The job must end with the right data
 * or with an error, and nothing but its own sector may have changed (for one bit,
 * its own 64 KiB block: see there). The model may
 * complain (it sees opcodes that nobody sent); how often is printed.
 */
#include "flash_job.h"

static unsigned stride = 1;

static void sweep_bytes(const char *card, const char *key, unsigned bytes, unsigned taken_limit)
{
	struct sweep s;
	unsigned left_taken = 0;

	sweep_begin(&s);
	/* One bit, 14, of a program's command word sends it elsewhere (see gateway.c). */
	s.astray_allowed = true;
	for (unsigned n = 1; n <= bytes; n += stride) {
		/* The seed picks the bit: another one in each run. */
		for (unsigned seed = 1; seed <= 2; seed++) {
			char options[200];
			int rc;

			snprintf(options, sizeof(options), "%s,%s=%u,seed=%u", card, key, n,
				 n * 2654435761u + seed);
			sweep_reset(&s);
			rc = job_run(&s, options);
			job_check_content(&s, rc, options);
			if (rc == CX3_OK)
				left_taken += !job_semaphore_free(&s, card);
		}
	}
	print_message(
		"%s,%s: %u runs, %u ended in an error, the model complained in %u, "
		"the semaphore stayed taken after %u, %u programs went astray in their block\n",
		card, key, s.runs, s.failures, s.with_violation, left_taken, s.astray);
	/* A freeing write that a flip has damaged can't be noticed on a functional card. */
	assert_true(left_taken * 1000 <= s.runs * taken_limit);
	/* A single flip is nearly always survived. */
	assert_true(s.failures * 50 < s.runs);
	sweep_end(&s);
}

static void written(void **state)
{
	(void)state;
	sweep_bytes("livefish=1,part=W25Q40,clock=400k", "flip-write", 9000, 0);
	sweep_bytes("livefish=0,fw=2.42.5000,part=W25Q40,clock=400k", "flip-write", 9000, 10);
}

static void read_ones(void **state)
{
	(void)state;
	sweep_bytes("livefish=1,part=W25Q40,clock=400k", "flip-read", 7000, 0);
	sweep_bytes("livefish=0,fw=2.42.5000,part=W25Q40,clock=400k", "flip-read", 7000, 10);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written),
		cmocka_unit_test(read_ones),
	};

	stride = sweep_stride(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
