/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Going on after an interruption. Where an image on the flash is whole, the job plans
 * anew and skips what is right already: nothing more is needed. Where the job has left
 * no whole image, the card's identity and ROM are not on the flash any more: they come
 * from what it held before, which the journal names.
 */
#include "job_priv.h"

#include <stdlib.h>
#include <string.h>

#include "cx3flash/file.h"

static bool in_ranges(const struct cx3_fs2_extents *extents, uint32_t lo, uint32_t hi)
{
	for (unsigned i = 0; i < extents->count; i++) {
		if (lo < extents->range[i].hi && extents->range[i].lo < hi)
			return true;
	}
	return false;
}

static bool all_in_ranges(const struct cx3_fs2_extents *extents, uint32_t lo, uint32_t hi)
{
	for (unsigned i = 0; i < extents->count; i++) {
		if (lo >= extents->range[i].lo && hi <= extents->range[i].hi)
			return true;
	}
	return false;
}

static bool is_blank(const uint8_t *bytes, uint32_t len)
{
	uint32_t skip;

	return cx3_trim_blank(bytes, len, &skip) == 0;
}

/* A whole image on the flash needs nothing from before: what it holds now is the truth. */
static int has_whole_image(struct cx3_job *job, bool *whole, struct cx3_error *err)
{
	struct cx3_fs2_source now = cx3_shadow_source(job->shadow);
	const struct cx3_judged *best;
	struct cx3_homes homes;
	int rc = cx3_homes_judge(&now, job->shadow, &homes, err);

	best = cx3_homes_best(&homes);
	*whole = rc == CX3_OK && best && best->home.health == CX3_HOME_WHOLE;
	return rc;
}

/* What the interrupted job has not touched is as it was before it. */
static bool rest_is_the_same(const struct cx3_job *job)
{
	const uint8_t *now = cx3_shadow_bytes(job->shadow);
	const struct cx3_journal *j = &job->resumed;

	for (uint32_t at = 0; at < j->size; at += CX3_FLASH_SECTOR) {
		if (in_ranges(&j->touched, at, at + CX3_FLASH_SECTOR) ||
		    !all_in_ranges(&j->known, at, at + CX3_FLASH_SECTOR))
			continue;
		if (memcmp(now + at, job->before_bytes + at, CX3_FLASH_SECTOR) != 0)
			return false;
	}
	return true;
}

static bool load_before(struct cx3_job *job)
{
	size_t len;

	if (!job->resumed.backup[0] || cx3_file_read(job->resumed.backup, job->resumed.size,
						     &job->before_bytes, &len, NULL) != CX3_OK)
		return false;
	if (len != job->resumed.size)
		return false;
	job->before = cx3_fs2_memory(job->before_bytes, job->resumed.size);
	return true;
}

int cx3_job_resume(struct cx3_job *job, struct cx3_error *err)
{
	const uint8_t *now;
	bool found, whole;
	int rc;

	cx3_journal_find(job, &job->resumed, &found);
	if (!found || !load_before(job))
		return CX3_OK;
	rc = cx3_shadow_read_all(job->shadow, &now, err);
	if (rc == CX3_OK)
		rc = has_whole_image(job, &whole, err);
	if (rc != CX3_OK || whole || !rest_is_the_same(job))
		return rc;
	job->resumes = true;
	job->input.before = &job->before;
	return CX3_OK;
}

/* At least one sector that is not blank must be of this card: from before, or from the job. */
void cx3_job_resume_check(struct cx3_job *job)
{
	const uint8_t *now = cx3_shadow_bytes(job->shadow);
	const struct cx3_plan *plan = job->draft.plan;

	for (uint32_t at = 0; at < job->resumed.size; at += CX3_FLASH_SECTOR) {
		if (is_blank(now + at, CX3_FLASH_SECTOR))
			continue;
		if (memcmp(now + at, job->before_bytes + at, CX3_FLASH_SECTOR) == 0 ||
		    memcmp(now + at, plan->target + at, CX3_FLASH_SECTOR) == 0)
			return;
	}
	job->resumes = false;
	job->input.before = NULL;
}

void cx3_job_resume_free(struct cx3_job *job)
{
	free(job->before_bytes);
	job->before_bytes = NULL;
}
