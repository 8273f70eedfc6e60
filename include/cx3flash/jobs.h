/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3FLASH_JOBS_H
#define CX3FLASH_JOBS_H

#include "cx3flash/flash.h"
#include "cx3flash/fs2.h"

#pragma GCC visibility push(default)

/*
 * Jobs: what a user does to a card. Every change is a plan first: computed
 * without writing, shown, then run.
 */

/* Where a running job stands. `done` never passes `total` and never goes back. */
struct cx3_progress {
	const char *phase;    /* "reading", "erasing", "writing", "verifying" */
	uint64_t done, total; /* wire bytes of the whole job */
	uint64_t flash_bytes; /* flash bytes read or written so far */
	uint64_t elapsed_us;
	uint64_t left_us; /* estimate */
};

/* How a job talks to its caller. All members may be NULL. */
struct cx3_watch {
	void (*progress)(void *user, const struct cx3_progress *progress);
	/* Asked between pages: true stops the job (CX3_E_INTERRUPTED) once the page is whole. */
	bool (*cancelled)(void *user);
	/* Asked between pages: true if the user wants the process stopped (Ctrl-Z). */
	bool (*pause_wanted)(void *user);
	/* Called then, with the card's semaphore free. Returns when the job may go on,
	 * minutes or days later. */
	void (*pause)(void *user);
	void *user;
};

/*
 * What is known of a card's flash: each byte is read at most once, on first
 * use. The raw content as a clip on the chip would read it.
 */
struct cx3_shadow;
int cx3_shadow_open(struct cx3_flash *flash, const struct cx3_watch *watch, struct cx3_shadow **out,
		    struct cx3_error *err);
void cx3_shadow_close(struct cx3_shadow *shadow);
/* A source for the fs2 functions; reads what is not known yet. */
struct cx3_fs2_source cx3_shadow_source(struct cx3_shadow *shadow);
/* Reads all that is not known yet. *data stays the shadow's. */
int cx3_shadow_read_all(struct cx3_shadow *shadow, const uint8_t **data, struct cx3_error *err);
/* True if each byte of [addr, addr + len) is known; *data (may be NULL) points to them. */
bool cx3_shadow_known(const struct cx3_shadow *shadow, uint32_t addr, uint32_t len,
		      const uint8_t **data);
/* Bytes not known yet. */
uint32_t cx3_shadow_missing(const struct cx3_shadow *shadow);

/* --- Backups --- */

struct cx3_backup {
	char path[512];	    /* of the raw content */
	char manifest[520]; /* of the manifest beside it */
	char sha256[65];
	bool reused;   /* the card's content was in a backup already */
	bool image_ok; /* its image verified */
};

/* The folder of automatic backups: $XDG_STATE_HOME/cx3flash/backups or ~/.local/state/... */
int cx3_backup_folder(char *path, size_t size, struct cx3_error *err);

/* Reads the whole flash into the automatic folder, or finds that its content is
 * there already. The file appears whole or not at all. */
int cx3_backup_auto(struct cx3_shadow *shadow, struct cx3_backup *backup, struct cx3_error *err);

/* The same into a file that must not exist yet, with FILE.manifest.json beside it. */
int cx3_backup_to(struct cx3_shadow *shadow, const char *path, struct cx3_backup *backup,
		  struct cx3_error *err);

/* --- Plans --- */

enum cx3_step_kind { CX3_STEP_ERASE, CX3_STEP_PROGRAM, CX3_STEP_VERIFY, CX3_STEP_BOOT_ADDRESS };

struct cx3_step {
	enum cx3_step_kind kind;
	uint32_t addr, len;  /* physical; BOOT_ADDRESS: the image start */
	uint32_t data;	     /* offset in the plan's target bytes */
	const char *purpose; /* "new image", "signature", "old signature", ... */
};

struct cx3_plan;
void cx3_plan_free(struct cx3_plan *plan);
const struct cx3_step *cx3_plan_steps(const struct cx3_plan *plan, size_t *count);

struct cx3_plan_summary {
	uint32_t erase_bytes, program_bytes, verify_bytes, skipped_bytes;
	unsigned sector_erases, block_erases, pages;
	uint64_t wire_bytes, us;
	bool bootable_throughout; /* false: `warning` says why and what a cut leaves */
	char warning[256];
};
const struct cx3_plan_summary *cx3_plan_summary(const struct cx3_plan *plan);

/*
 * Runs the plan: erases, programs, reads back, retries a wrong page within a
 * bound. On CX3_E_INTERRUPTED or a failure the error's text tells what state
 * the flash is in and how to go on; running a new plan for the same image
 * continues where this one stopped.
 */
int cx3_plan_run(struct cx3_plan *plan, struct cx3_shadow *shadow, const struct cx3_watch *watch,
		 struct cx3_error *err);

struct cx3_burn_options {
	bool allow_psid_change;
	bool non_failsafe; /* -nofs */
	bool blank_guids;
	bool use_image_guids;
	bool use_image_ps;   /* VSD from the image */
	const char *vsd;     /* NULL: from the flash */
	unsigned guid_count; /* 0, 1 (a base) or 4 */
	uint64_t guid[4];
	unsigned mac_count; /* 0, 1 (a base) or 2 */
	uint64_t mac[2];
};

/* One line of the table that is shown before a burn; empty `before`: not there. */
struct cx3_change {
	char what[24];
	char before[64];
	char after[64];
	bool differs;
};

struct cx3_burn {
	struct cx3_plan *plan;
	struct cx3_fs2_info old_info, new_info; /* old_info is valid if has_old */
	bool has_old;
	uint8_t *image; /* as it will lie on flash, patched, contiguous */
	uint32_t image_len;
	struct cx3_change change[16];
	unsigned change_count;
};

/*
 * Checks everything that can be checked without writing, patches a copy of the
 * image, and plans the writes. Refuses with CX3_E_IMAGE, CX3_E_WRONG_CARD,
 * CX3_E_PSID, CX3_E_TOO_BIG, CX3_E_NO_IMAGE, CX3_E_IDENTITY, CX3_E_PROTECTED.
 */
int cx3_burn_prepare(struct cx3_shadow *shadow, const uint8_t *image, uint32_t len,
		     const struct cx3_burn_options *options, struct cx3_burn *burn,
		     struct cx3_error *err);
void cx3_burn_finish(struct cx3_burn *burn);

/* sg: new GUIDs and MACs on the card's own image (in place if they are blank). */
int cx3_set_guids_prepare(struct cx3_shadow *shadow, const struct cx3_burn_options *options,
			  struct cx3_burn *burn, struct cx3_error *err);

/* Raw content back onto the flash; `size` must be the flash's size. */
int cx3_restore_prepare(struct cx3_shadow *shadow, const uint8_t *content, uint32_t size,
			struct cx3_plan **plan, struct cx3_error *err);

/* --- Files --- */

/* A whole file, malloc'd; CX3_E_FILE for what is missing, unreadable or over `limit` bytes. */
int cx3_file_read(const char *path, size_t limit, uint8_t **data, size_t *len,
		  struct cx3_error *err);
/*
 * Writes a new file: to a temporary one beside it, synced, then linked into
 * place, so that it is whole or not there. CX3_E_EXISTS unless `overwrite`.
 */
int cx3_file_write(const char *path, const void *data, size_t len, bool overwrite,
		   struct cx3_error *err);
/* An image file, published zip or bare: read and unpacked. */
int cx3_image_load(const char *path, uint8_t **image, uint32_t *len, struct cx3_error *err);

#pragma GCC visibility pop

#endif
