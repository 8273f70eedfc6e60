/* SPDX-License-Identifier: BSD-2-Clause */
/* The branches that are followed. One job at a time. */
#include "follow.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "jobs_engine.h"
#include "states.h"

#define FOLLOWED_ALL_THE_SAME 1009u
/* Where all branches look for each other: at multiples of a step that grows, and begins with a
 * quarter of what it took the last one. Messages. */
#define FIRST_STEP 128u
#define LAST_STEP 65536u

static struct branch_root root;
static struct branch_counts *counts;
static struct states *states;

/* What differs from branch to branch. */
static struct {
	bool is_branch;
	uint64_t n, began, look_at, step;
} own;

struct branch_counts *follow_begin(struct fixture *b)
{
	counts = branch_counts_new();
	states = states_new();
	states_leave_out(states, &own, sizeof(own));
	branch_root(&root, b);
	engine_home(b);
	own.is_branch = false;
	return counts;
}

void follow_leave_out(const void *at, size_t len)
{
	states_leave_out(states, at, len);
}

static void look_next(uint64_t messages)
{
	own.look_at = (messages / own.step + 1) * own.step;
	own.step = own.step < LAST_STEP ? own.step * 4 : LAST_STEP;
}

static void look_first(uint64_t messages)
{
	own.began = messages;
	own.step = FIRST_STEP;
	while (own.step < LAST_STEP && own.step * 16 <= counts->apart)
		own.step *= 4;
	look_next(messages);
}

bool follow_off(const struct fixture *b, struct simcard *card, uint64_t n)
{
	states_map(states);
	own.is_branch = branch_off(&root);
	if (own.is_branch) {
		if (simcard_move(card, b->file) != 0) {
			perror(b->file);
			abort();
		}
		own.n = n;
		look_first(simcard_counts(card)->i2c_messages);
	}
	states_wipe();
	return own.is_branch;
}

bool follow_is_branch(void)
{
	return own.is_branch;
}

uint64_t follow_number(void)
{
	return own.n;
}

bool follow_is_due(const struct simcard *card)
{
	return own.is_branch && simcard_counts(card)->i2c_messages >= own.look_at;
}

void follow_look(const struct simcard *card)
{
	uint64_t messages = simcard_counts(card)->i2c_messages;

	look_next(messages);
	if (!states_seen(states))
		return;
	counts->apart = (unsigned)(messages - own.began);
	if (own.n % FOLLOWED_ALL_THE_SAME == 0)
		own.look_at = UINT64_MAX;
	else
		branch_end(&root, counts, true);
}

void follow_end(bool ok)
{
	branch_add(&counts->followed, 1);
	branch_end(&root, counts, ok);
}

bool follow_join(void)
{
	bool ok = branch_join() && counts->failed == 0;

	branch_root_end(&root);
	engine_home(root.b);
	states_free(states);
	return ok;
}
