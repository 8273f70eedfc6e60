/* SPDX-License-Identifier: BSD-2-Clause */
/* The wires between adapter and card: how many bits arrive wrong, and which clock they bear. */
#ifndef CX3FLASH_LINK_H
#define CX3FLASH_LINK_H

#include "cx3flash/card.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * I2C has no checksum: a bit that flips on the wire shows only where it is known what
 * should have been read. Two things are: the id register 0xf0014, which never changes, and
 * whatever is read twice. What was read so far is counted here, by whoever reads it.
 */
struct cx3_link {
	uint64_t bits;	/* that were carried and would have shown to be wrong */
	uint64_t wrong; /* of these; see cx3_link_read and cx3_link_compare */
};

/*
 * The limit: with more than one wrong bit in so many, nothing is written. A burn of 400 KiB
 * writes about 100,000 registers, and in each of them is a bit of the address that turns it
 * into another register of the card, such as the one that resets the chip.
 */
#define CX3_LINK_LIMIT 250000u

/* More than one wrong bit in `limit`. One wrong bit alone tells no rate, so it never is. */
bool cx3_link_above(const struct cx3_link *link, uint64_t limit);
/* Above CX3_LINK_LIMIT. */
bool cx3_link_noisy(const struct cx3_link *link);

/*
 * Reads the id register `readings` times and adds to *link: 80 bits for each reading, with the
 * slave address twice, the register's address and its word. A word in which more than 3 bits
 * are wrong is that of another register, and counts as one wrong bit of the address. What is
 * not acknowledged is sent again, since the card may be busy, and is no wrong bit. A bus error
 * if that does not help.
 */
int cx3_link_read(struct cx3_card *card, unsigned readings, struct cx3_link *link,
		  struct cx3_error *err);

/* Adds two readings of the same `len` bytes of flash: 16 bits for each byte. A block of 16
 * bytes in which more than 3 bits differ counts as one wrong bit, as above. */
void cx3_link_compare(const void *first, const void *second, size_t len, struct cx3_link *link);

/* The proof of a bus clock: without an error in so many bits, less than 1 in 300,000 is wrong
 * (with 95 % certainty); in the short one, less than 1 in 15,000. */
#define CX3_LINK_PROOF 1000000u
#define CX3_LINK_SHORT_PROOF 50000u

/*
 * For an adapter with auto_hz: sets its bus clock to the fastest of these that carries
 * `proof` bits without an error, tried from slow to fast by cx3_link_read. One error, or one
 * message that is not acknowledged, ends the way up. Where none but the slowest is without
 * an error, that one is taken, whatever it carries. *link is filled with what was read at the
 * clock that was taken. `cancelled` (may be NULL) is asked every 100 readings.
 * CX3_E_INTERRUPTED, or a bus error of the slowest clock.
 */
int cx3_link_choose_clock(struct cx3_card *card, uint64_t proof, bool (*cancelled)(void *user),
			  void *user, struct cx3_link *link, struct cx3_error *err);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
