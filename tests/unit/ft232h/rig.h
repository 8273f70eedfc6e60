/* SPDX-License-Identifier: BSD-2-Clause */
/* The adapter on the emulated chip, with a slave of the card's register protocol
 * that is nothing but memory: four address bytes, then data either way. */
#ifndef CX3_TEST_FT232H_RIG_H
#define CX3_TEST_FT232H_RIG_H

#include "ft232h/ft232h_priv.h"
#include "mpsse_host.h"

#define RIG_MEMORY 65536u

struct rig {
	struct mpsse_host host;
	struct cx3_adapter *adapter;
	uint8_t memory[RIG_MEMORY];
	uint32_t address;
	unsigned count;	 /* bytes of this message */
	uint64_t writes; /* data bytes taken */
	uint64_t address_acks;
	unsigned transfers; /* that have begun: STARTs with the write address */
};

/* `command_ns`: 150 is as fast as a chip may be (times fall short soonest), 500
 * is slow. The wire's times are judged by the mode that `hz` belongs to. */
void rig_init(struct rig *rig, enum mpsse_chip chip, unsigned command_ns, unsigned hz);
int rig_open(struct rig *rig, unsigned hz, struct cx3_error *err);
void rig_close(struct rig *rig);

/* Fails the test if the slave saw anything that it would reject. */
void rig_assert_clean(const struct rig *rig);

/* A transfer that writes `len` bytes to `reg` or reads them, as the card has it. */
struct rig_transfer {
	uint8_t wr[4 + 64];
	uint8_t rd[64];
	struct cx3_xfer xfer;
};
void rig_write(struct rig_transfer *t, uint32_t reg, const uint8_t *data, unsigned len);
void rig_read(struct rig_transfer *t, uint32_t reg, unsigned len);

#endif
