/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a job through the engine, with answers by script, and keeps what it told. */
#ifndef CX3_JOBS_ENGINE_H
#define CX3_JOBS_ENGINE_H

#include "jobs_fixture.h"

struct engine {
	/* the script; all zero: yes to what is shown, never to what turns out worse */
	const char *card; /* options of the simulated card; NULL: none */
	struct cx3_job_options options;
	struct cx3_flash_options flash; /* how it is opened */
	void (*at_question)(struct engine *engine, const struct cx3_job_view *view);
	void (*at_backup)(struct engine *engine, const struct cx3_backup *backup);
	void (*at_pause)(struct engine *engine); /* while the process is stopped */
	int answer;				 /* to the first question */
	unsigned cancel_percent;		 /* the user stops the writing there; 0: never */
	unsigned pause_percent; /* the process is stopped there, once, and goes on; 0: never */
	bool no_confirm;	/* the caller brings no way to confirm */
	bool accept_worse;	/* the answer to the second question: yes; else its worse_code */
	bool cancel_shown;	/* the user stops it when the last plan was shown */
	bool cancel_first;	/* the user stops it before the first write */

	/* what was told; the view's values are those of the last view */
	bool worse;
	bool lifts_protection; /* as the plan's first step, and puts it back as the last */
	bool writing;	       /* the second stage runs */
	bool paused;	       /* the process was stopped for a while */
	unsigned shown, shown_again, asked, backed_up, stages;
	unsigned home_count;
	unsigned journals;     /* that were there while it ran */
	uint32_t boot_address; /* of the plan's last step that sets it; ~0: none does */
	enum cx3_code worse_code;
	struct cx3_plan_summary plan, first_plan; /* of the last view; of the first */
	uint64_t first_us, first_wire_bytes;	  /* the first view's totals */
	struct cx3_home home[CX3_FS2_MAX_STARTS];
	struct cx3_note note[CX3_MAX_NOTES];
	unsigned note_count;
	uint64_t backup_us, total_us;
	uint64_t stage_us[2];
	char identity[192], resumes[512];
	struct cx3_job_result result;
	struct cx3_backup backup; /* what result.backup points to */
	uint64_t wire_bytes, messages, calls, reg_writes, reg_reads; /* of the whole run */
	/* The model's complaints that no fault on the wires excuses: an image boots that was
	 * not read back; a write beside what the plan has shown. */
	uint64_t out_of_order, out_of_place;
	struct fixture *fixture;

	uint64_t writes_before, messages_before; /* register writes, messages until then */
	struct cx3_device *device;
	struct cx3_progress progress;
};

/* The simulated card, while a job runs. */
struct simcard *engine_card(const struct engine *e);

/* Each opens the card, runs the job and closes. What was told before is forgotten. */
int engine_burn(struct fixture *b, struct engine *e, const uint8_t *image, uint32_t len,
		const struct cx3_burn_options *what, struct cx3_error *err);
int engine_set_guids(struct fixture *b, struct engine *e, const struct cx3_burn_options *what,
		     struct cx3_error *err);
int engine_edit(struct fixture *b, struct engine *e, const struct cx3_edit *what,
		struct cx3_error *err);
int engine_raw(struct fixture *b, struct engine *e, const struct cx3_raw *what,
	       struct cx3_error *err);
int engine_recover(struct fixture *b, struct engine *e, const uint8_t *image, uint32_t len,
		   const struct cx3_recover_options *what, struct cx3_error *err);
/* Restores `content` from the file "content.bin" in the fixture's folder. */
int engine_restore(struct fixture *b, struct engine *e, const uint8_t *content,
		   const struct cx3_restore_options *what, struct cx3_error *err);

int engine_reset_config(struct fixture *b, struct engine *e, struct cx3_error *err);
int engine_protect(struct fixture *b, struct engine *e, const struct cx3_protect_options *what,
		   struct cx3_error *err);

/* A backup into the file `path`, which must not exist; its manifest lies beside it. */
int engine_backup(struct fixture *b, struct engine *e, const char *path, struct cx3_error *err);

/* Backups and journals go into the fixture's folder. */
void engine_home(const struct fixture *b);

/* Files in the fixture's folder of `name` ("backups", "journals"); 0 without the folder.
 * `path` (may be NULL) gets one of them with this ending. */
unsigned engine_files(const struct fixture *b, const char *name, const char *ending, char *path,
		      size_t size);

/* Removes all backups and journals from the fixture's folder. */
void engine_clean(const struct fixture *b);

/* Changes the flash's content under a card that is open. */
void engine_swap(const struct fixture *b, const uint8_t *content);

/* What stands behind a key of the card's state file, which is read into `text`; NULL where it
 * has none. */
#define ENGINE_STATE 8192
const char *engine_state_text(const struct fixture *b, const char *key, char text[ENGINE_STATE]);
/* A number of the card's state file, as "status"; UINT64_MAX where it has none. */
uint64_t engine_state(const struct fixture *b, const char *key);

/* Ends the test unless the flash holds exactly this, and the model has no complaint. */
void engine_expect(const struct fixture *b, const uint8_t *content);

#endif
