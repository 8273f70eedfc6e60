/* SPDX-License-Identifier: BSD-2-Clause */
/* What is read between the question and the last plan, where no backup has read everything. */
#include <string.h>

#include "job_priv.h"

/* The image that stays bootable, if the plan counts on it and its CRCs are not checked. */
static const struct cx3_judged *unchecked_kept(const struct cx3_job *job)
{
	const struct cx3_plan_summary *s = cx3_plan_summary(job->draft.plan);

	if (!s->bootable_throughout || s->bootable_checked)
		return NULL;
	return cx3_homes_at(&job->draft.homes, s->bootable_start);
}

uint32_t cx3_job_unread_of_kept(const struct cx3_job *job)
{
	const struct cx3_judged *keep = unchecked_kept(job);
	uint32_t missing = 0;

	for (unsigned i = 0; keep && i < keep->extents.count; i++) {
		const struct cx3_fs2_range *range = &keep->extents.range[i];

		for (uint32_t at = range->lo; at < range->hi; at += CX3_SHADOW_GRAIN)
			missing += cx3_shadow_known(job->shadow, at, 1, NULL) ? 0
									      : CX3_SHADOW_GRAIN;
	}
	return missing;
}

/* Without a backup at least the image that is to stay bootable is read, and checked. */
static int read_kept(struct cx3_job *job, struct cx3_error *err)
{
	const struct cx3_judged *keep = unchecked_kept(job);
	int rc = CX3_OK;

	for (unsigned i = 0; keep && i < keep->extents.count && rc == CX3_OK; i++) {
		const struct cx3_fs2_range *range = &keep->extents.range[i];

		rc = cx3_shadow_want(job->shadow, range->lo, range->hi - range->lo, err);
	}
	return rc;
}

/*
 * An interrupted run of the same job has left some of its bytes in the target: then it
 * is worth reading all of that, so that they are not written again. A few samples tell.
 */
static int read_target(struct cx3_job *job, struct cx3_error *err)
{
	const struct cx3_plan *plan = job->draft.plan;
	const struct cx3_fs2_extents *care = &plan->lap[0].care;
	bool begun = false;
	int rc = CX3_OK;

	for (unsigned i = 0; i < care->count && !begun; i++) {
		uint32_t addr = care->range[i].lo + CX3_FS2_SIGNATURE_SIZE;
		uint32_t skip, len = 64;

		if (cx3_trim_blank(plan->target + addr, len, &skip) == 0)
			continue;
		rc = cx3_shadow_want(job->shadow, addr, len, err);
		if (rc != CX3_OK)
			return rc;
		begun = memcmp(cx3_shadow_bytes(job->shadow) + addr, plan->target + addr, len) == 0;
	}
	for (unsigned i = 0; i < care->count && begun && rc == CX3_OK; i++)
		rc = cx3_shadow_want(job->shadow, care->range[i].lo,
				     care->range[i].hi - care->range[i].lo, err);
	return rc;
}

int cx3_job_read_more(struct cx3_job *job, struct cx3_error *err)
{
	int rc = CX3_OK;

	if (cx3_shadow_missing(job->shadow) > 0)
		rc = read_kept(job, err);
	if (rc == CX3_OK && cx3_shadow_missing(job->shadow) > 0)
		rc = read_target(job, err);
	return rc;
}
