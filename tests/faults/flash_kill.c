/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tool is killed (kill -9) after the 1st transfer of a short job, after the
 * 2nd, ...: chip select may be held, the semaphore is taken, an erase may run.
 * The card lives on. The same job, told to break the semaphore, comes through,
 * and the model never complains.
 */
#include "flash_job.h"

#include "adapters.h"

#include <sys/wait.h>

static unsigned stride = 1;

/* Transfers left until the process is killed. */
static size_t left;

static int mortal_transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
			   struct cx3_progress_mark *mark, struct cx3_error *err)
{
	if (n >= left) {
		cx3_sim_ops.transfer(a, xfer, left, mark, err);
		_exit(9);
	}
	left -= n;
	return cx3_sim_ops.transfer(a, xfer, n, mark, err);
}

/* In a child: opens, and does the job until it dies. */
static void live(struct sweep *s, const char *card, size_t transfers)
{
	struct cx3_adapter_ops ops = cx3_sim_ops;
	struct fixture *b = &s->fixture;

	left = transfers;
	ops.transfer = mortal_transfer;
	if (fixture_adapter(b, card))
		_exit(2);
	b->adapter->ops = &ops;
	if (cx3_card_open(b->adapter, NULL, &b->card, &b->err) ||
	    cx3_flash_open(b->card, NULL, &b->flash, &b->err) || job_body(s))
		_exit(2);
	fixture_close(b);
	_exit(0);
}

static int wait_for(pid_t child)
{
	int status = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 2);
	return WEXITSTATUS(status);
}

static void run_again(struct sweep *s, const char *card, size_t n)
{
	const struct cx3_card_options force = {.break_semaphore = true};
	struct fixture *b = &s->fixture;

	fixture_must(b, fixture_adapter(b, card));
	fixture_must(b, cx3_card_open(b->adapter, &force, &b->card, &b->err));
	fixture_must(b, cx3_flash_open(b->card, NULL, &b->flash, &b->err));
	fixture_must(b, job_body(s));
	fixture_close(b);
	if (b->violation[0])
		fail_msg("%s, killed after %zu: %s", card, n, b->violation);
	job_check_content(s, CX3_OK, card);
}

static void sweep_kills(const char *card)
{
	struct sweep s;
	size_t n = 1;
	bool alive = false;

	sweep_begin(&s);
	for (; !alive; n += stride) {
		pid_t child;

		sweep_reset(&s);
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			live(&s, card, n);
		alive = wait_for(child) == 0;
		run_again(&s, card, n);
	}
	print_message("%s: killed up to transfer %zu\n", card, n);
	assert_true(n > 50);
	sweep_end(&s);
}

static void kills(void **state)
{
	(void)state;
	sweep_kills("livefish=1,part=W25Q40");
	sweep_kills("livefish=0,fw=2.42.5000,part=W25Q40");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(kills)};

	stride = sweep_stride(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
