/* SPDX-License-Identifier: BSD-2-Clause */
/* The adapter on the emulated chip, with a slave of the card's register protocol
 * that is nothing but memory: four address bytes, then data either way. */
#ifndef CX3_TEST_FT232H_FIXTURE_H
#define CX3_TEST_FT232H_FIXTURE_H

#include "ft232h/ft232h_priv.h"
#include "mpsse_host.h"

#define RIG_MEMORY 65536u

struct fixture {
	struct mpsse_host host;
	struct cx3_adapter *adapter;
	uint8_t memory[RIG_MEMORY];
	uint32_t address;
	unsigned count;	 /* bytes of this message */
	uint64_t writes; /* data bytes taken */
	uint64_t address_acks;
	unsigned transfers; /* that have begun: STARTs with the write address */
	/* Wires that bear no shorter period of SCL: each 50th byte read has a wrong bit then. */
	unsigned shortest_ns;
	unsigned bytes_read;
};

/* `command_ns`: 150 is as fast as a chip may be (times fall short soonest), 500
 * is slow. The wire's times are judged by the mode that `hz` belongs to. */
void fixture_init(struct fixture *fixture, enum mpsse_chip chip, unsigned command_ns, unsigned hz);
int fixture_open(struct fixture *fixture, unsigned hz, struct cx3_error *err);
void fixture_close(struct fixture *fixture);

/* Fails the test if the slave saw anything that it would reject. */
void fixture_assert_clean(const struct fixture *fixture);

/* A transfer that writes `len` bytes to `reg` or reads them, as the card has it. */
struct fixture_transfer {
	uint8_t wr[4 + 64];
	uint8_t rd[64];
	struct cx3_xfer xfer;
};
void fixture_write(struct fixture_transfer *t, uint32_t reg, const uint8_t *data, unsigned len);
void fixture_read(struct fixture_transfer *t, uint32_t reg, unsigned len);

#endif
