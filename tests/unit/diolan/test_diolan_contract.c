/* SPDX-License-Identifier: BSD-2-Clause */
/* The MTUSB-1 adapter keeps the contract of adapter.h, with queues of each depth. */
#include "adapter_contract.h"
#include "dongle_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define REG 0xf0014u

struct bed {
	struct dongle_fixture f;
	unsigned queue, opens, closes;
	uint64_t before; /* transfers of the adapter's own, at open */
};

static struct cx3_adapter *open_bed(void *user, unsigned fail_at, unsigned limit)
{
	struct bed *bed = user;
	struct cx3_error err = {0};

	(void)limit; /* the limits are stated from the start */
	if (bed->f.card) {
		bed->closes += bed->f.host.closed;
		bed->f.adapter = NULL; /* closed by the contract */
		dongle_remove(&bed->f);
	}
	dongle_make(&bed->f, "", bed->queue);
	if (dongle_open(&bed->f, 400000, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	bed->before = bed->f.host.dongle.transfers;
	if (fail_at)
		bed->f.host.dongle.nack_at = (unsigned)bed->f.host.dongle.bytes_put + fail_at;
	bed->opens++;
	return bed->f.adapter;
}

static unsigned arrived(void *user)
{
	const struct bed *bed = user;

	return (unsigned)(bed->f.host.dongle.transfers - bed->before);
}

static void keeps_the_contract(void **state)
{
	static const unsigned queues[] = {1, 16, 64, 500};
	static struct bed bed;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const struct contract_fixture fixture = {
			.user = &bed,
			.places = 80,
			.reg = REG,
			.word = 0x1f7,
			.trips = queues[i] < 16 ? 13 : 0, /* one for each command */
			.open = open_bed,
			.arrived = arrived,
		};

		bed.queue = queues[i];
		contract_check(&fixture);
	}
	bed.f.adapter = NULL;
	assert_int_equal(bed.opens, bed.closes + bed.f.host.closed);
	dongle_remove(&bed.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_the_contract)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
