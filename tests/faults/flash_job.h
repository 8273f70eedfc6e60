/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FLASH_JOB_H
#define CX3_FLASH_JOB_H

/*
 * The short job that the fault sweeps run: open, check 1 KiB, erase a sector,
 * program four of its pages, check them. One run for each fault.
 */
#include "flash_fixture.h"

#include <fcntl.h>

#define JOB_SIZE 0x80000u
#define JOB_SECTOR 0x33000u
#define JOB_FILLED 0x40000u
#define JOB_PAGES 4u
#define JOB_READ 0x400u

struct sweep {
	struct fixture fixture;
	uint8_t *before;		 /* the whole flash */
	uint8_t after[CX3_FLASH_SECTOR]; /* the sector when all went well */
	uint8_t pages[JOB_PAGES * CX3_FLASH_PAGE];
	unsigned runs, failures, with_violation;
	unsigned astray; /* changed outside of the sector, but in its block */
	bool astray_allowed;
	uint64_t messages; /* of the last run */
};

static inline void sweep_begin(struct sweep *s)
{
	uint32_t state = 77;

	memset(s, 0, sizeof(*s));
	fixture_make(&s->fixture, JOB_SIZE, JOB_FILLED);
	s->before = malloc(JOB_SIZE);
	assert_non_null(s->before);
	memcpy(s->before, s->fixture.content, JOB_SIZE);
	for (size_t i = 0; i < sizeof(s->pages); i++)
		s->pages[i] = (uint8_t)(fixture_random(&state) >> 9);
	/* Blank ends and a blank block: not everything is sent. */
	memset(s->pages, 0xff, 21);
	memset(s->pages + 0x140, 0xff, 0x20);
	memset(s->after, 0xff, sizeof(s->after));
	memcpy(s->after + CX3_FLASH_PAGE, s->pages, sizeof(s->pages));
}

static inline void sweep_end(struct sweep *s)
{
	free(s->before);
	fixture_free(&s->fixture);
}

/* The flash as it was before the first run, and a card that was never used. */
static inline void sweep_reset(struct sweep *s)
{
	int fd = open(s->fixture.path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, s->before, JOB_FILLED, 0), JOB_FILLED);
	close(fd);
	fixture_forget_state(&s->fixture);
	s->fixture.violation[0] = '\0';
}

static inline int job_body(struct sweep *s)
{
	struct fixture *b = &s->fixture;
	uint32_t at = JOB_SECTOR + CX3_FLASH_PAGE;
	int rc = fixture_compare(b, 0x10, s->before + 0x10, JOB_READ);

	if (!rc)
		rc = cx3_flash_erase(b->flash, JOB_SECTOR, CX3_FLASH_SECTOR, &b->err);
	for (size_t i = 0; !rc && i < JOB_PAGES; i++)
		rc = cx3_flash_program(b->flash, at + (uint32_t)i * CX3_FLASH_PAGE,
				       s->pages + i * CX3_FLASH_PAGE, CX3_FLASH_PAGE, &b->err);
	if (!rc)
		rc = fixture_compare(b, JOB_SECTOR, s->after, CX3_FLASH_SECTOR);
	return rc;
}

static inline int job_run(struct sweep *s, const char *options)
{
	int rc = fixture_flash(&s->fixture, options, NULL);

	if (!rc)
		rc = job_body(s);
	/* Written wrong: the jobs erase and program again, too. */
	if (rc == CX3_E_VERIFY)
		rc = job_body(s);
	s->messages = s->fixture.adapter ? s->fixture.adapter->traffic.messages : 0;
	fixture_close(&s->fixture);
	s->runs++;
	s->failures += rc != CX3_OK;
	s->with_violation += s->fixture.violation[0] != '\0';
	return rc;
}

static inline bool job_changed(const struct sweep *s, size_t from, size_t to)
{
	return memcmp(s->fixture.content + from, s->before + from, to - from) != 0;
}

/* Nothing but the job's sector has changed, and that is right if the job says so. */
static inline void job_check_content(struct sweep *s, int rc, const char *options)
{
	struct fixture *b = &s->fixture;
	const size_t block = JOB_SECTOR & ~(size_t)(CX3_FLASH_BLOCK - 1);
	const size_t end = JOB_SECTOR + CX3_FLASH_SECTOR;

	fixture_reload(b);
	if (job_changed(s, 0, block) || job_changed(s, block + CX3_FLASH_BLOCK, JOB_SIZE))
		fail_msg("%s: the flash has changed outside of the sector's block", options);
	if (job_changed(s, block, JOB_SECTOR) || job_changed(s, end, block + CX3_FLASH_BLOCK)) {
		s->astray++;
		if (!s->astray_allowed)
			fail_msg("%s: the flash has changed outside of the sector", options);
	}
	if (rc == CX3_OK && memcmp(b->content + JOB_SECTOR, s->after, CX3_FLASH_SECTOR) != 0)
		fail_msg("%s: told to be done, but the sector is wrong", options);
}

/* Does a later run, without faults, find the semaphore free? */
static inline bool job_semaphore_free(struct sweep *s, const char *card)
{
	struct fixture *b = &s->fixture;
	int rc;
	bool free_at_once;

	fixture_must(b, fixture_card(b, card));
	rc = cx3_card_lock(b->card, &b->err);
	free_at_once = rc == CX3_OK && !cx3_card_identity(b->card)->semaphore_taken;
	fixture_close(b);
	return free_at_once;
}

static inline void job_check_semaphore(struct sweep *s, const char *card, const char *options)
{
	if (!job_semaphore_free(s, card))
		fail_msg("%s: the semaphore was left taken", options);
}

/* Each fault if the argument says 1, each 7th if 7; the environment where there is
 * no argument. */
static inline unsigned sweep_stride(int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : getenv("CX3_SWEEP_STRIDE");
	long stride = text ? strtol(text, NULL, 10) : 1;

	return stride > 0 ? (unsigned)stride : 1;
}

#endif
