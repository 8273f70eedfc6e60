/* SPDX-License-Identifier: BSD-2-Clause */
/* The simulated card's adapter keeps the contract of adapter.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "adapter_contract.h"
#include "said.h"
#include "sim_fixture.h"

struct sim_bed {
	struct fixture f;
	const char *options;
	struct cx3_adapter *adapter;
};

static struct cx3_adapter *open_sim(void *user, unsigned fail_at, unsigned limit)
{
	struct sim_bed *fixture = user;
	struct cx3_error err;
	char device[200], fault[64] = "";

	if (fail_at)
		snprintf(fault, sizeof(fault), ",nack=%u", fail_at);
	if (limit)
		snprintf(fault, sizeof(fault), ",max-read=%u,max-write=%u", limit, limit);
	snprintf(device, sizeof(device), "sim:%s%s%s", fixture->f.file, fixture->options, fault);
	if (cx3_adapter_open(device, NULL, &fixture->adapter, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	return fixture->adapter;
}

static unsigned arrived(void *user)
{
	const struct sim_bed *bed = user;
	const struct simcard_counts *counts = simcard_counts(simcard_behind(bed->adapter));

	return (unsigned)(counts->reg_reads + counts->reg_writes);
}

static void keeps_the_contract(void **state)
{
	static const char *const options[] = {"", ",exact=1"};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct sim_bed sim = {.options = options[i]};
		const struct contract_fixture fixture = {&sim,	   17,	    0xf0014, 0x1f7,
							 open_sim, arrived, 0};

		fixture_make(&sim.f, FIXTURE_SIZE);
		contract_check(&fixture);
		fixture_remove(&sim.f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_the_contract)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
