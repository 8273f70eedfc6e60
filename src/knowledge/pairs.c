/* SPDX-License-Identifier: BSD-2-Clause */
/* Which image went onto which board, and how that ended. */
#include <string.h>

#include "cx3flash/knowledge.h"

static const struct cx3_pair pairs[] = {
#define PAIR(...) {__VA_ARGS__},
#include "pairs.def"
#undef PAIR
};
#define PAIRS (sizeof(pairs) / sizeof(pairs[0]))

const struct cx3_pair *cx3_pairs(size_t *count)
{
	*count = PAIRS;
	return pairs;
}

const char *cx3_pair_result_name(enum cx3_pair_result result)
{
	static const char *const names[] = {
		[CX3_PAIR_GOOD] = "good",
		[CX3_PAIR_NO_VERDICT] = "no verdict",
		[CX3_PAIR_PARTLY_BAD] = "partly bad",
		[CX3_PAIR_REFUSED] = "refused",
		[CX3_PAIR_BAD] = "bad",
		[CX3_PAIR_BRICK] = "brick",
	};

	return names[result];
}

static bool is(const char *have, const char *wanted)
{
	return have && strcmp(have, wanted) == 0;
}

const struct cx3_pair *cx3_pair_of(const char *from_psid, const char *to_psid)
{
	const struct cx3_pair *worst = NULL;

	for (size_t i = 0; i < PAIRS; i++)
		if (is(pairs[i].from_psid, from_psid) && is(pairs[i].to_psid, to_psid) &&
		    (!worst || pairs[i].result > worst->result))
			worst = &pairs[i];
	return worst;
}
