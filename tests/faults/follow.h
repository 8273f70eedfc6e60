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

/* Before the job. */
struct branch_counts *follow_begin(struct fixture *b);
/* What lies there is the same in all branches: it need not be looked at. */
void follow_leave_out(const void *at, size_t len);

/* In the job, which goes on: true in the branch, whose card has its own copy of the flash from then
 * on. `n`: the branch's number. */
bool follow_off(const struct fixture *b, struct simcard *card, uint64_t n);
/* In a branch. */
bool follow_is_branch(void);
uint64_t follow_number(void);

/* Ahead of each message. True in a branch whose state is to be looked at now: if its fault has
 * passed, it takes away what it still has of it, and calls follow_look, which may end it. */
bool follow_is_due(const struct simcard *card);
void follow_look(const struct simcard *card);

/* Ends the branch, with its verdict. */
_Noreturn void follow_end(bool ok);
/* Behind the job: waits for all branches. False if one failed or died. */
bool follow_join(void);

#endif
