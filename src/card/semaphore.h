/* SPDX-License-Identifier: BSD-2-Clause */
/* One semaphore of the card: taken, freed, and what a lost answer leaves in doubt. */
#ifndef CX3_CARD_SEMAPHORE_H
#define CX3_CARD_SEMAPHORE_H

#include "card_priv.h"

/*
 * Reads until the semaphore is surely ours, or turns out to be none, at most `patience_us`.
 * CX3_E_SEMAPHORE, without a text: it stayed taken; CX3_E_GATEWAY: it reads 0 each time; any
 * other code: the bus failed more often than it may.
 */
int cx3_semaphore_take(struct cx3_card *card, struct semaphore *sem, uint64_t patience_us,
		       struct cx3_error *err);

/* The text for one that stayed taken: CX3_E_SEMAPHORE, CX3_E_OTHER_TOOL for the tools', or
 * CX3_E_SEMAPHORE_OURS. */
int cx3_semaphore_stuck(const struct cx3_card *card, const struct semaphore *sem,
			struct cx3_error *err);

/* Frees it whoever holds it. */
int cx3_semaphore_break(struct cx3_card *card, const struct semaphore *sem, struct cx3_error *err);

/*
 * Writes 0 until one write has surely arrived. When it is not known whether a write
 * has arrived, the semaphore is looked at before the next one, so that a hold of the
 * firmware that began in between is not ended.
 */
int cx3_semaphore_release(struct cx3_card *card, struct semaphore *sem, struct cx3_error *err);

/* One of the calls that nest; the last one frees it. */
int cx3_semaphore_unlock(struct cx3_card *card, struct semaphore *sem, struct cx3_error *err);

#endif
