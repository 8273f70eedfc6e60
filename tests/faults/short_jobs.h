/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The jobs that the fault sweeps run, whole, through the engine: on a small card, with
 * small images. And what is asked after each fault, whatever it was.
 */
#ifndef CX3_SHORT_JOBS_H
#define CX3_SHORT_JOBS_H

#include "jobs_engine.h"
#include "judge.h"

enum short_kind {
	SHORT_BURN,
	SHORT_SG,
	SHORT_EDIT,
	SHORT_RAW,
	SHORT_RESTORE,
	SHORT_RESET,
	SHORT_RECOVER,
	SHORT_PROTECT,
	SHORT_BACKUP,
	SHORT_KINDS
};

/* The sweeps that choose from the table; job_engine_cut and job_reset take all that write. */
enum short_sweep { IN_BUS = 1, IN_NOISE = 2, IN_WAYS = 4, IN_FLIP = 8, IN_HOSTILE = 16 };

/* restore: where the content's image is. Swapped: both homes carry one. */
enum short_content { CONTENT_SAME_HOME, CONTENT_OTHER_HOME, CONTENT_SWAPPED };

struct short_job {
	const char *name;
	enum short_kind kind;
	unsigned in; /* of enum short_sweep */
	enum short_content content;
	enum cx3_raw_kind raw;
	bool failsafe;	 /* the images are */
	bool odd;	 /* the card's image is in the upper home */
	bool blank;	 /* the card's GUIDs and MACs are */
	bool other_psid; /* the image that is burnt has another PSID */
	bool nofs;	 /* burnt without fail-safety */
	bool backup;	 /* the job makes its backup first */
	bool blocks;	 /* the part erases 64 KiB only */
};

extern const struct short_job short_jobs[];
extern const unsigned short_job_count;

/* NULL if no job has the name. `len`: of the name in `name`, which may go on behind it. */
const struct short_job *short_job_named(const char *name, size_t len);

/* Is the job in the sweep? Of a job on both kinds of parts the one with small sectors is. */
bool short_is_in(const struct short_job *job, enum short_sweep sweep);

/* The number of jobs in the sweep. Ends the program if a kind of job is in none of them;
 * `but`: kinds (1 << SHORT_...) that it has no use for. */
unsigned short_jobs_in(enum short_sweep sweep, unsigned but);

/* The ROM that brom brings. */
#define SHORT_ROM 3072u
const uint8_t *short_rom(void);

/* Bytes of a raw write that has no image. */
#define SHORT_RAW_LEN 16u
/* `addr`: where a raw write that has no image goes. */
struct cx3_raw short_raw(const struct short_job *job, uint32_t addr);

struct short_size {
	uint32_t flash, code;
};
#define SHORT_SMALL ((struct short_size){512u << 10, 256})
/* Two homes of one block. No part on a card is so small: its id is unknown, and the tool is told
 * what it is. */
#define SHORT_LEAST ((struct short_size){128u << 10, 256})
extern const struct cx3_flash_part short_least_part; /* W25X10 */
#define SHORT_LEAST_CARD "jedec=0xef3011"

struct short_world {
	struct fixture b;
	const struct short_job *job;
	struct engine e;
	uint8_t *before, *after; /* the flash; as the undisturbed job leaves it */
	uint8_t *fresh;		 /* burn: the image; restore: the content */
	uint8_t *begun;		 /* the flash as the last run found it */
	uint64_t status_after; /* the flash's status registers as the undisturbed job leaves them */
	uint32_t fresh_len;
	bool promised;		 /* by the undisturbed job's plan: an image boots all the time */
	struct judged old, done; /* what boots before and after */
	const char *card;	 /* options of the simulated card for each run */
	/* of the undisturbed job */
	uint64_t first_write, last_write; /* register writes of its second stage */
	uint64_t messages, reg_reads;
};

/* Makes the card and runs the job undisturbed; the flash is then as before it again. */
void short_begin(struct short_world *w, const struct short_job *job, struct short_size size,
		 const char *card);
void short_end(struct short_world *w);

/* The flash as before the job; no journal, no backup; the card off and on. */
void short_reset(struct short_world *w);

/* Runs the job on what is there. `more`: further options of the card, or "". */
int short_run(struct short_world *w, const char *more, struct cx3_error *err);

/*
 * After a run that ended with `rc`: NULL if all is as it must be, else what is wrong.
 * OK means that the flash is as after the undisturbed job (backup: the file is as the
 * flash). After a failure the flash is as it was if nothing was to be written yet; what
 * was promised to boot does; what the error says of the flash is true. And never was a
 * byte beside the plan written, or an image given up for one that was not read back.
 * The text is good until the next call.
 */
const char *short_wrong(struct short_world *w, int rc, const struct cx3_error *err);

/* The same of a run under which the card was reset: what its last commands then did is beyond
 * the tool, but it is not called done, and what the error says is true. */
const char *short_untrue(struct short_world *w, int rc, const struct cx3_error *err);

/* Does an image boot, as the flash is now? */
bool short_boots(const struct short_world *w);

/* Does the job's result stand on the flash? False: *what is different. */
bool short_complete(struct short_world *w, const char **what);

/* What the card has of its own beside the images, and the undisturbed job keeps, is in `now`. */
bool short_own_is_kept(const struct short_world *w, const uint8_t *now);

/* The card's own record of the flash semaphore after a run: left taken by the tool. */
bool short_semaphore_left(const struct short_world *w);

/* How often the error said that perhaps nothing boots, though an image did. */
extern unsigned short_too_dark;

#endif
