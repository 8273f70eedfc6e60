/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What adapter.h promises of every adapter, as one test. An adapter's own test gives
 * it a fixture: the adapter on a card, a kernel or a chip that is made up.
 */
#ifndef CX3_TESTS_ADAPTER_CONTRACT_H
#define CX3_TESTS_ADAPTER_CONTRACT_H

#include "cx3flash/adapterops.h"

struct contract_fixture {
	void *user;
	unsigned places; /* where a fault may be: fail_at is from 1 to this */
	uint32_t reg;	 /* a register that reads as `word`; 0xf03fc must take a write of 0 */
	uint32_t word;

	/* Opens the adapter anew. With fail_at > 0 something fails once at that place;
	 * with limit > 0 messages of more bytes are refused by what is behind it. */
	struct cx3_adapter *(*open)(void *user, unsigned fail_at, unsigned limit);
	/* Transfers of the contract that have come through since the last open. */
	unsigned (*arrived)(void *user);

	unsigned trips; /* USB round trips that a transfer may cost; 0: one */
};

/* Fails the running CMocka test where the adapter breaks its promises. */
void contract_check(const struct contract_fixture *fixture);

#endif
