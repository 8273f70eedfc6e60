/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a job's writes go over: none goes over wires that flip too many bits, or onto a flash whose
 * size is doubtful; and in the end it is told how often a read had to be sent again.
 */
#include "job_priv.h"

#include <inttypes.h>

#include "cx3flash/adapterops.h"
#include "look.h"
#include "records/backup.h"

/* Readings at a time: between two it is asked whether to stop. */
#define STEP_READINGS 100u
/*
 * What is read before anything else: with the readings at open 500, which see a rate of 1 in
 * 10,000 in 49 of 50 cases. Before the first write there must be more, 6 s at 100 kHz; a
 * backup brings that by itself. Where a bit was wrong, four times as many follow: at 1 in
 * 100,000 the limit is then passed in 499 of 500 cases, at 1 in 1,000,000 in none of 5000. On
 * slow adapters the time is the bound.
 */
#define FIRST_BITS 40000u
#define FIRST_US 1000000u
#define WRITE_BITS 500000u
#define WRITE_US 8000000u
#define DOUBT_BITS 2000000u
#define DOUBT_US 30000000u

static int stopped(const char *place, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_INTERRUPTED, place,
			"Stopped while the wires were tested; nothing was written.\n"
			"The command can simply be run again.");
}

int cx3_device_read_link(struct cx3_device *device, uint64_t bits, uint64_t most_us,
			 struct cx3_error *err)
{
	struct cx3_adapter *adapter = cx3_device_adapter(device);
	struct cx3_link *link = cx3_device_link(device);
	uint64_t started = adapter->ops->now_us(adapter);
	int rc = CX3_OK;

	while (rc == CX3_OK && link->bits < bits &&
	       adapter->ops->now_us(adapter) - started < most_us) {
		if (cx3_watch_cancelled(cx3_device_shadow(device)->watch))
			return stopped(adapter->label, err);
		rc = cx3_link_read(cx3_device_card(device), STEP_READINGS, link, err);
	}
	return rc;
}

int cx3_job_check_link(struct cx3_job *job, bool before_write, struct cx3_error *err)
{
	const struct cx3_link *link = cx3_device_link(job->device);
	bool enough = before_write || job->choice.no_backup;
	int rc = cx3_device_read_link(job->device, enough ? WRITE_BITS : FIRST_BITS,
				      enough ? WRITE_US : FIRST_US, err);

	if (rc == CX3_OK && link->wrong > 0)
		rc = cx3_device_read_link(job->device, DOUBT_BITS, DOUBT_US, err);
	if (rc != CX3_OK || !cx3_link_noisy(link))
		return rc;
	return cx3_fail(err, CX3_E_NOISE, cx3_device_adapter(job->device)->label,
			"The wires are noisy: of %" PRIu64 " bits %" PRIu64
			" were read wrong. With "
			"more than 1 in %u wrong nothing is written.\n"
			"Shorten the wires, check the ground and the pull-ups, or lower the bus "
			"clock.",
			link->bits, link->wrong, CX3_LINK_LIMIT);
}

void cx3_job_count_backup(struct cx3_job *job)
{
	const struct cx3_link twice = cx3_backup_link(job->result->backup);
	struct cx3_link *link = cx3_device_link(job->device);

	link->bits += twice.bits;
	link->wrong += twice.wrong;
	job->result->differences += job->result->backup->differences;
}

int cx3_job_check_size(const struct cx3_job *job, int rc, struct cx3_error *err)
{
	const struct cx3_homes *homes = &job->draft.homes;
	bool whole = rc == CX3_OK && homes->count && homes->home[0].home.readable &&
		     homes->home[0].home.health != CX3_HOME_DAMAGED;

	if (whole || !(rc == CX3_OK || rc == CX3_E_IDENTITY || cx3_fs2_is_verdict(rc)) ||
	    !cx3_flash_seems_larger(job->shadow->flash))
		return rc;
	return cx3_fail(err, CX3_E_UNKNOWN_PART, cx3_flash_part(job->shadow->flash)->name,
			"The flash was said to have %u KiB, and seems to be larger than that: the "
			"image on it may run past the end that was said, and only look damaged. "
			"Nothing was written.\n"
			"Say the size that the marking on the chip tells.",
			job->shadow->size / 1024);
}
