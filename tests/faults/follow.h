/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Branches of a job, one for each fault that it may meet. Each is followed to the job's end, where
 * it is judged, or until it is in a state that another one was in: see states.h. Of those one in a
 * thousand goes on all the same, so that a failure behind a state that was taken for known shows.
 */
#ifndef CX3_FOLLOW_H
#define CX3_FOLLOW_H

#include "branch.h"
#include "sim/simcard.h"

/* Before the job. `once`, `len` (several times): what lies there is the same in all branches. */
struct branch_counts *follow_begin(struct fixture *b);
void follow_leave_out(const void *once, size_t len);
/* Where its faults are noted has to be left out as well, or be as it was by the first look. */

/* In the job, which goes on: true in the branch, whose card has its own copy of the flash from then
 * on. `n`: the branch's number. */
bool follow_off(const struct fixture *b, struct simcard *card, uint64_t n);
/* In a branch. */
bool follow_is_branch(void);
uint64_t follow_number(void);

/* Ahead of each message of a branch whose fault has passed: may end it. `forget` (may be NULL) is
 * called before the state is looked at, and takes away what the branch has of its fault. */
void follow_look(struct simcard *card, void (*forget)(void *user, struct simcard *card),
		 void *user);

/* Ends the branch, with its verdict. */
_Noreturn void follow_end(bool ok);
/* Behind the job: waits for all branches. False if one failed or died. */
bool follow_join(void);

#endif
