/* SPDX-License-Identifier: BSD-2-Clause */
/* The FT232H adapter keeps the contract of adapter.h on each chip. */
#include "adapter_contract.h"
#include "bytes.h"
#include "rig.h"
#include "said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define REG 0xf0014u

struct ft_bed {
	struct rig rig;
	enum mpsse_chip chip;
	unsigned opens, closes;
};

static struct cx3_adapter *open_rig(void *user, unsigned fail_at, unsigned limit)
{
	struct ft_bed *bed = user;
	struct wire *wire = &bed->rig.host.chip.wire;
	struct cx3_error err = {0};

	(void)limit; /* the chip's limits are stated from the start */
	bed->closes += bed->rig.host.closed;
	rig_init(&bed->rig, bed->chip, 150, 400000);
	put_be32(bed->rig.memory + REG % RIG_MEMORY, 0x1f7);
	if (rig_open(&bed->rig, 400000, &err) != CX3_OK)
		fail_msg("%s", said(&err));
	if (fail_at)
		wire->faults.nack_at = wire->counts.bytes + fail_at;
	bed->opens++;
	return bed->rig.adapter;
}

static unsigned arrived(void *user)
{
	return ((const struct ft_bed *)user)->rig.transfers;
}

static void keeps_the_contract(void **state)
{
	static const enum mpsse_chip chips[] = {CHIP_FT232H, CHIP_FT2232H, CHIP_FT4232H};
	static struct ft_bed ft;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		const struct contract_bed bed = {&ft, 110, REG, 0x1f7, open_rig, arrived};

		ft.chip = chips[i];
		contract_check(&bed);
	}
	assert_int_equal(ft.opens, ft.closes + ft.rig.host.closed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_the_contract)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
