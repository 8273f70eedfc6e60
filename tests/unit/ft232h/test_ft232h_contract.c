/* SPDX-License-Identifier: BSD-2-Clause */
/* The FT232H adapter keeps the contract of adapter.h on each chip. */
#include "adapter_contract.h"
#include "bytes.h"
#include "ft232h_fixture.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define REG 0xf0014u

struct ft_bed {
	struct fixture fixture;
	enum mpsse_chip chip;
	unsigned opens, closes;
};

static struct cx3_adapter *open_fixture(void *user, unsigned fail_at, unsigned limit)
{
	struct ft_bed *fixture = user;
	struct wire *wire = &fixture->fixture.host.chip.wire;
	struct cx3_error err = {0};

	(void)limit; /* the chip's limits are stated from the start */
	fixture->closes += fixture->fixture.host.closed;
	fixture_init(&fixture->fixture, fixture->chip, 150, 400000);
	put_be32(fixture->fixture.memory + REG % RIG_MEMORY, 0x1f7);
	if (fixture_open(&fixture->fixture, 400000, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	if (fail_at)
		wire->faults.nack_at = wire->counts.bytes + fail_at;
	fixture->opens++;
	return fixture->fixture.adapter;
}

static unsigned arrived(void *user)
{
	return ((const struct ft_bed *)user)->fixture.transfers;
}

static void keeps_the_contract(void **state)
{
	static const enum mpsse_chip chips[] = {CHIP_FT232H, CHIP_FT2232H, CHIP_FT4232H};
	static struct ft_bed ft;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		const struct contract_fixture fixture = {&ft,	       110,	REG, 0x1f7,
							 open_fixture, arrived, 0};

		ft.chip = chips[i];
		contract_check(&fixture);
	}
	assert_int_equal(ft.opens, ft.closes + ft.fixture.host.closed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_the_contract)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
