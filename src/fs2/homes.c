/* SPDX-License-Identifier: BSD-2-Clause */
/* The images that lie on a flash, judged. */
#include "fs2/homes.h"

#include <stdio.h>
#include <string.h>

static bool inside(const struct cx3_fs2_extents *extents, uint32_t addr)
{
	for (unsigned i = 0; i < extents->count; i++) {
		if (addr >= extents->range[i].lo && addr < extents->range[i].hi)
			return true;
	}
	return false;
}

/* Bytes that look like a signature can be data of an image: no second image starts there. */
static bool is_data_of_another(const struct cx3_homes *homes, uint32_t start)
{
	for (unsigned i = 0; i < homes->count; i++) {
		if (homes->home[i].home.readable && inside(&homes->home[i].extents, start))
			return true;
	}
	return false;
}

static bool all_known(const struct cx3_fs2_source *src, const struct cx3_fs2_extents *extents)
{
	for (unsigned i = 0; src->known && i < extents->count; i++) {
		uint32_t lo = extents->range[i].lo;

		if (!src->known(src->user, lo, extents->range[i].hi - lo))
			return false;
	}
	return true;
}

/* An image that does not parse or add up is a finding; a bus that fails is a failure. */
static bool is_finding(int rc)
{
	return rc == CX3_E_IMAGE || rc == CX3_E_NO_IMAGE || rc == CX3_E_TOO_BIG;
}

static int check_crcs(const struct cx3_fs2_source *src, struct cx3_judged *judged,
		      struct cx3_error *err)
{
	struct cx3_home *home = &judged->home;
	struct cx3_fs2_info info;
	struct cx3_error why = {0};
	int rc = cx3_fs2_verify_at(src, home->start, CX3_FS2_STRIPED, &info, NULL, NULL, &why);

	if (rc != CX3_OK && !is_finding(rc)) {
		if (err)
			*err = why;
		return rc;
	}
	home->health = rc == CX3_OK ? CX3_HOME_WHOLE : CX3_HOME_DAMAGED;
	if (rc != CX3_OK)
		snprintf(home->problem, sizeof(home->problem), "%.190s", why.cause);
	return CX3_OK;
}

static int judge_one(const struct cx3_fs2_source *src, struct cx3_judged *judged,
		     struct cx3_error *err)
{
	struct cx3_home *home = &judged->home;
	struct cx3_error why = {0};
	int rc = cx3_fs2_query_at(src, home->start, CX3_FS2_STRIPED, CX3_FS2_QUICK, &home->info,
				  &why);

	if (rc == CX3_OK)
		rc = cx3_fs2_extents_at(src, home->start, &judged->extents, &why);
	if (rc != CX3_OK && !is_finding(rc)) {
		if (err)
			*err = why;
		return rc;
	}
	home->readable = rc == CX3_OK;
	if (!home->readable) {
		home->health = CX3_HOME_DAMAGED;
		judged->extents.count = 0;
		snprintf(home->problem, sizeof(home->problem), "%.190s", why.cause);
		return CX3_OK;
	}
	return all_known(src, &judged->extents) ? check_crcs(src, judged, err) : CX3_OK;
}

static int find_half_voided(const struct cx3_fs2_source *src, struct cx3_homes *homes,
			    struct cx3_error *err)
{
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count;
	int rc = cx3_fs2_locate_half_voided(src, start, &count, err);

	for (unsigned i = 0; i < count && rc == CX3_OK; i++) {
		if (!is_data_of_another(homes, start[i]))
			homes->half_voided[homes->half_voided_count++] = start[i];
	}
	return rc;
}

int cx3_homes_judge(const struct cx3_fs2_source *src, struct cx3_homes *homes,
		    struct cx3_error *err)
{
	uint32_t start[CX3_FS2_MAX_STARTS];
	unsigned count;
	int rc = cx3_fs2_locate(src, start, &count, err);

	memset(homes, 0, sizeof(*homes));
	for (unsigned i = 0; i < count && rc == CX3_OK; i++) {
		struct cx3_judged *judged = &homes->home[homes->count];

		if (is_data_of_another(homes, start[i])) {
			homes->inner[homes->inner_count++] = start[i];
			continue;
		}
		judged->home.start = start[i];
		judged->home.boots = homes->count == 0;
		rc = judge_one(src, judged, err);
		homes->count++;
	}
	return rc == CX3_OK ? find_half_voided(src, homes, err) : rc;
}

void cx3_homes_know_chip(struct cx3_homes *homes, uint16_t hw_id)
{
	for (unsigned i = 0; i < homes->count; i++) {
		struct cx3_judged *judged = &homes->home[i];

		judged->other_chips = judged->home.readable &&
				      cx3_fs2_is_other_chips(&judged->home.info, hw_id);
	}
}

static int rank(const struct cx3_judged *judged)
{
	static const int ranks[] = {
		[CX3_HOME_UNCHECKED] = 2, [CX3_HOME_WHOLE] = 3, [CX3_HOME_DAMAGED] = 1};
	const int this_chips = 3;

	if (!judged->home.readable)
		return 0;
	return ranks[judged->home.health] + (judged->other_chips ? 0 : this_chips);
}

const struct cx3_judged *cx3_homes_best(const struct cx3_homes *homes)
{
	const struct cx3_judged *best = NULL;

	for (unsigned i = 0; i < homes->count; i++) {
		int own = rank(&homes->home[i]);

		if (own > 0 && (!best || own > rank(best)))
			best = &homes->home[i];
	}
	return best;
}

const struct cx3_judged *cx3_homes_at(const struct cx3_homes *homes, uint32_t start)
{
	for (unsigned i = 0; i < homes->count; i++) {
		if (homes->home[i].home.start == start)
			return &homes->home[i];
	}
	return NULL;
}
