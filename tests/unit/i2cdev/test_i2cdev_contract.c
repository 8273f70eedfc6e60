/* SPDX-License-Identifier: BSD-2-Clause */
/* The i2c-dev adapter keeps the contract of adapter.h, joined transfers and single ones. */
#include "adapter_contract.h"
#include "fake_kernel.h"
#include "said.h"

#include <errno.h>

#define REG 0xf0410u

static struct cx3_adapter *open_bus(void *user, unsigned fail_at, unsigned limit)
{
	struct cx3_adapter *a;
	struct cx3_error err;

	fake.calls = fake.sent_count = 0;
	fake.fail_call = (int)fail_at;
	fake.fail_error = ENXIO;
	fake.max_length = limit;
	if (fake_open(user, &a, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	return a;
}

/* The adapter's own proof reads other registers. */
static unsigned arrived(void *user)
{
	unsigned count = 0;

	(void)user;
	for (unsigned i = 0; i < fake.sent_count; i++)
		count += fake.sent[i].reg == REG || fake.sent[i].reg == 0xf03fc;
	return count;
}

static void keeps_the_contract(void **state)
{
	static char joined[] = "i2c-3", single[] = "i2c-3,join=0";
	const struct contract_fixture beds[] = {
		{joined, 7, REG, fake_word(REG), open_bus, arrived, 0},
		{single, 12, REG, fake_word(REG), open_bus, arrived, 0},
	};

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		contract_check(&beds[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(keeps_the_contract, fake_setup, fake_teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
