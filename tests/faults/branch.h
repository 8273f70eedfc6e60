/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A job runs once, and forks at each register write that a test asks for. The child, the branch,
 * has a copy of the fixture's folder and goes another way there: its card loses power.
 */
#ifndef CX3_BRANCH_H
#define CX3_BRANCH_H

#include "jobs_fixture.h"

/* Counted by all branches together. */
struct branch_counts {
	_Atomic unsigned failed, points, pairs, shown, elsewhere, journals_left, too_dark;
	_Atomic unsigned followed, done, taken, misled; /* job_bus, job_flip */
	_Atomic unsigned apart; /* follow.c: messages until the last one was in a known state */
};

/* Shared with all branches; free it with branch_counts_free. Ends the program if it can't. */
struct branch_counts *branch_counts_new(void);
void branch_counts_free(struct branch_counts *counts);
void branch_add(_Atomic unsigned *count, unsigned more);

/*
 * The fixture's folder gets a name that each process resolves for itself, the working directory:
 * so every path in it, those in a journal too, leads a branch into its own copy.
 */
struct branch_root {
	struct fixture *b;
	char folder[256];
};
void branch_root(struct branch_root *root, struct fixture *b);
void branch_root_end(struct branch_root *root);

/* True in the branch, in a copy of the folder; false in the job that goes on. Not more than two
 * branches run at a time. */
bool branch_off(const struct branch_root *root);
/* Ends the branch and removes its folder. */
_Noreturn void branch_end(struct branch_root *root, struct branch_counts *counts, bool ok);
/* Waits for all branches. False if one of them died. */
bool branch_join(void);

#endif
