/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A simulated card with a flash file of its own, for the tests of the jobs.
 * What goes wrong in here ends the test program with a message.
 */
#ifndef CX3_JOBS_FIXTURE_H
#define CX3_JOBS_FIXTURE_H

#include "cx3flash/jobs.h"
#include "images/fs2_build.h"
#include "jobs/draft.h"

struct fixture {
	char folder[256];
	char file[300]; /* the flash's content */
	uint32_t size;
	enum cx3_flash_reading reading;			 /* how the flash is opened */
	const struct cx3_flash_part *part;		 /* what it is taken for; may be NULL */
	void (*at_adapter)(struct cx3_adapter *adapter); /* once it is open; may be NULL */
	struct cx3_adapter *adapter;
	struct cx3_card *card;
	struct cx3_flash *flash;
	struct cx3_shadow *shadow;
};

/* A folder with a blank flash of `size` bytes in it. */
void fixture_new(struct fixture *b, uint32_t size);
void fixture_delete(struct fixture *b);

/* The whole content, `size` bytes, into and out of the file. */
void fixture_put(const struct fixture *b, const uint8_t *content);
uint8_t *fixture_get(const struct fixture *b);

/* Opens adapter, card, flash and shadow; `options` go behind the file's name. */
void fixture_open(struct fixture *b, const char *options, const struct cx3_watch *watch);
/* The same, but what fails is returned. */
int fixture_try_open(struct fixture *b, const char *options, const struct cx3_watch *watch,
		     struct cx3_error *err);
void fixture_close(struct fixture *b);

/* Complaints of the model since the flash file is there; 0 after a clean job. */
unsigned fixture_violations(const struct fixture *b);

/* An image by recipe; ends the program if it can't be made. */
uint8_t *fixture_image(const struct cx3_fs2_recipe *recipe, uint32_t *len);

/* Lays an image on `content` (size bytes) at its even or odd home. */
void fixture_lay(uint8_t *content, uint32_t size, const uint8_t *image, uint32_t len, bool odd);

/* A small fail-safe recipe with this PSID and version, 64 KiB chunks. */
void fixture_small_recipe(struct cx3_fs2_recipe *recipe, const char *psid, unsigned minor);

/* The real image, or NULL where it is missing. */
uint8_t *fixture_real_image(uint32_t *len);

/* Opens, prepares, runs and closes; the code and error of what failed. */
int fixture_burn(struct fixture *b, const char *options, const uint8_t *image, uint32_t len,
		 const struct cx3_burn_options *burn_options, struct cx3_error *err);

/* The jobs' drafts, of what the shadow knows. */
int fixture_draft_burn(struct cx3_shadow *shadow, const uint8_t *image, uint32_t len,
		       const struct cx3_burn_options *options, struct cx3_draft *draft,
		       struct cx3_error *err);
int fixture_draft_set_guids(struct cx3_shadow *shadow, const struct cx3_burn_options *options,
			    struct cx3_draft *draft, struct cx3_error *err);
int fixture_draft_recover(struct cx3_shadow *shadow, const uint8_t *image, uint32_t len,
			  struct cx3_draft *draft, struct cx3_error *err);
/* Nothing that can be allowed is refused; *plan is the caller's. */
int fixture_draft_restore(struct cx3_shadow *shadow, const uint8_t *content, uint32_t size,
			  struct cx3_plan **plan, struct cx3_error *err);

/* Ends the program unless rc is CX3_OK. */
void fixture_ok(int rc, const struct cx3_error *err);

/* A 512 KiB card that carries a small image with this PSID. */
void fixture_with_image(struct fixture *b, const char *psid, struct cx3_fs2_recipe *recipe);

/* Verifies what boots; returns its info. */
void fixture_booting(const struct fixture *b, struct cx3_fs2_info *info);

#endif
