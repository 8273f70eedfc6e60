/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which states branches of a job have been in. A branch whose whole state another one was in has
 * the other's future: nothing that it may still do, or that the card may, can differ. So a bit that
 * was flipped on the wires, seen, and read again, need not be followed to the job's end a million
 * times.
 *
 * The state is all that the process may write to (its memory, the simulated card's flash included;
 * the stack from the caller up, with the registers that calls save there) and the files of its
 * working directory. The clock and the process id, which the library asks for, stand still in a
 * program that is linked with this. Under AddressSanitizer, whose own memory is part of the
 * process, no state is ever told to be known.
 */
#ifndef CX3_STATES_H
#define CX3_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct states;

/* Shared with all branches. Ends the program if there is no memory. */
struct states *states_new(void);
void states_free(struct states *states);

/* The memory that counts is what is mapped at the first call, before the first branch. What is
 * allocated later comes from the heap. */
void states_map(struct states *states);

/* What lies there differs from branch to branch, or in none of them. Not more than 8 ranges. */
void states_leave_out(struct states *states, const void *at, size_t len);

/* Has a branch been in this one's state? If not it is one that has, from now on. The stack below
 * the caller is cleared, so that nothing of this call is part of a later state. */
bool states_seen(struct states *states);

/* Clears the stack below the caller. */
void states_wipe(void);

#endif
