/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two open-drain lines with pull-ups, a master at one end and an I2C slave at the other. The
 * slave works on edges and levels alone. It counts what a real slave would reject, and keeps
 * a text about the first case.
 */
#ifndef CX3_TEST_MPSSE_WIRE_H
#define CX3_TEST_MPSSE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "ft232h/mpsse_i2c.h"

enum { WIRE_SCL, WIRE_SDA, WIRE_LINES };
enum wire_drive { WIRE_RELEASED, WIRE_LOW, WIRE_HIGH };

#define WIRE_NEVER UINT64_MAX

/* What lies behind the slave's pins. True: acknowledged. */
struct wire_slave_ops {
	bool (*start)(void *user, uint8_t address_and_read_bit);
	bool (*write)(void *user, uint8_t byte);
	uint8_t (*read)(void *user);
	/* The byte read last was not acknowledged: the master wants no more. */
	void (*read_end)(void *user);
	void (*stop)(void *user);
	/* A byte and its ACK are through: for so many ns SCL is held low. NULL: never. */
	uint64_t (*holds)(void *user);
};

enum wire_phase { WIRE_IDLE, WIRE_ADDRESS, WIRE_RECEIVE, WIRE_SEND, WIRE_DEAF };

struct wire_counts {
	uint64_t starts, stops, clocks, bytes;
	uint64_t violations;
	char first[160]; /* the first violation in words */
};

struct wire_faults {
	bool stuck_low[WIRE_LINES];
	uint64_t nack_at;      /* the n-th byte on the wire gets no ACK (1 is the first) */
	uint64_t flip_seen_at; /* the slave sees the n-th clock's bit inverted */
	uint64_t flip_sent_at; /* SDA is pulled low through the n-th clock by somebody else */
	unsigned hold_clocks;  /* the slave holds SDA low until it has seen so many clocks */
};

struct wire {
	uint64_t now_ns;
	bool level[WIRE_LINES];
	enum wire_drive drive[WIRE_LINES];
	uint64_t rise_at[WIRE_LINES]; /* a released line gets high then */
	unsigned rise_ns[WIRE_LINES];
	struct wire_faults faults;
	struct wire_counts counts;

	const struct wire_slave_ops *ops;
	void *user;
	const struct mpsse_i2c_mode *mode; /* the minima that are enforced */
	unsigned answer_ns;		   /* from SCL low to the slave's SDA: tVD;DAT */
	enum wire_phase phase;
	unsigned bits; /* SCL rises since the last whole byte */
	uint8_t shift;
	bool void_message; /* a START, and no byte yet */
	bool master_acked; /* the last byte that was sent */
	bool slave_low, slave_next;
	uint64_t slave_at;
	uint64_t scl_until; /* the slave holds SCL low; 0: it does not */
	uint64_t last_rise, last_fall, last_sda, last_start, last_stop;
};

void wire_init(struct wire *w, const struct mpsse_i2c_mode *mode, const struct wire_slave_ops *ops,
	       void *user);
/* Time goes on; edges on the way reach the slave in order. */
void wire_advance(struct wire *w, uint64_t ns);
/* The master's pin. */
void wire_drive(struct wire *w, unsigned line, enum wire_drive drive);
/* After a change of `faults`. */
void wire_update(struct wire *w);

__attribute__((format(printf, 2, 3))) void wire_violation(struct wire *w, const char *fmt, ...);

/* The slave's side (mpsse_slave.c). */
void wire_slave_scl(struct wire *w);
void wire_slave_sda(struct wire *w);

#endif
