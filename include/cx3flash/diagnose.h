/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What state a card is in, what that means, and what to do next. First the facts are
 * gathered, layer by layer; then a pure function makes a diagnosis of them.
 */
#ifndef CX3FLASH_DIAGNOSE_H
#define CX3FLASH_DIAGNOSE_H

#include "cx3flash/device.h"
#include "cx3flash/homes.h"
#include "cx3flash/job.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Does an image fit the card's chip? */
enum cx3_fit {
	CX3_FIT_YES,
	CX3_FIT_CHIP,	 /* it is for another chip: ConnectX-3 against ConnectX-3 Pro */
	CX3_FIT_REVISION /* it is for this chip, and not for this revision of it */
};

/* An image on the flash. */
struct cx3_home_facts {
	struct cx3_home home;
	struct cx3_fs2_board board; /* empty where the image does not say */
	enum cx3_fit fit;	    /* CX3_FIT_YES too where it can't be read */
	/* Boards with its PSID are known (cx3_board_by_psid), and have the other chip. */
	bool other_chips_psid;
};

/*
 * What is known of a card. At first nothing: all is 0. What a layer tells is valid if it was
 * reached. Made by cx3_facts_new alone, since newer versions have more of it.
 */
struct cx3_facts {
	enum cx3_code failed; /* what has ended the look; CX3_OK: nothing has */

	/* the card */
	bool has_card;
	bool late; /* it did not acknowledge at first */
	struct cx3_card_id id;
	bool has_boot_address;
	uint32_t boot_start; /* the image start that register 0xf0000 names */

	/* semaphores */
	bool tools_asked; /* 0xf03a0 was asked ... */
	bool tools_held;  /* ... and somebody holds it */
	/* How long the one that is held was watched; 0: neither is. */
	uint32_t semaphore_watched_ms;
	uint64_t asked_us; /* by the adapter's clock: when they were asked first */
	/* A run on this machine that a journal tells of has ended without freeing what it held
	 * (cx3_waiting_run). The looks leave it false: it is for who knows where journals are. */
	bool run_over;
	/* The user has said what part the flash is like (struct cx3_flash_options). The looks leave
	 * it false: it is for who was told. */
	bool part_said;

	/* the flash */
	bool has_flash;
	struct cx3_flash_status *status; /* the facts' own; never NULL */

	bool noisy; /* more bits were read wrong than what writes would bear */

	/* its content */
	bool has_content;
	bool quick; /* CRCs and configuration areas were not read */
	unsigned home_count;
	struct cx3_home_facts home[CX3_FS2_MAX_STARTS]; /* the lowest start first */
	unsigned config_count;
	struct cx3_config_facts config[CX3_CONFIG_AREAS];

	/* files of this machine */
	unsigned waiting;	  /* interrupted jobs that surely are this card's */
	unsigned waiting_unsure;  /* ... that may be */
	unsigned waiting_damaged; /* ... whose journal can't be read: they may be any card's */
	/* The journal of the newest of the first kind, else of the second, where it has to be
	 * named: there are several, or it may be another card's. Empty otherwise. */
	char waiting_journal[600];
	unsigned backups; /* of this card, by its GUIDs and MACs */
	unsigned
		backups_unsure; /* of cards of this kind, where this card's identity is not known */
	char newest_backup[512]; /* of the first kind, else of the second; empty: none */
};

/* *out is the caller's, for cx3_facts_free. CX3_E_NO_MEMORY. */
int cx3_facts_new(struct cx3_facts **out, struct cx3_error *err);
/* NULL is allowed. */
void cx3_facts_free(struct cx3_facts *facts);

/*
 * Each opens the device as far as it needs, adds to *facts, and answers what ended the look;
 * facts->failed is the same then. Nothing is written but semaphores, which are freed again.
 * A card that does not acknowledge is asked again for 3 s.
 */
int cx3_look_card(struct cx3_device *device, struct cx3_facts *facts, struct cx3_error *err);
/* The semaphores and the flash chip, after cx3_look_card. */
int cx3_look_flash(struct cx3_device *device, struct cx3_facts *facts, struct cx3_error *err);
/*
 * The images and configuration areas, and the files that this machine keeps of the card, after
 * cx3_look_flash. Reads each image once, a minute or more on slow wires; not with `quick`.
 * `backup_folder` may be NULL. CX3_E_NOISE where the wires allow no verdict.
 */
int cx3_look_content(struct cx3_device *device, bool quick, const char *backup_folder,
		     struct cx3_facts *facts, struct cx3_error *err);

/* What leads on. A program makes a command line or a button of it. */
enum cx3_action {
	CX3_ACTION_NONE,
	CX3_ACTION_LOOK_AGAIN,	     /* after what the text says */
	CX3_ACTION_TEST_WIRES,	     /* selftest */
	CX3_ACTION_SCAN,	     /* is the card on another bus? */
	CX3_ACTION_POWER_CYCLE,	     /* power off and on, then look again */
	CX3_ACTION_FREE_SEMAPHORES,  /* clear_semaphore */
	CX3_ACTION_REPORT,	     /* send what was seen */
	CX3_ACTION_RESUME,	     /* an interrupted job goes on */
	CX3_ACTION_RECOVER,	     /* the card does not boot */
	CX3_ACTION_RESET_CONFIG,     /* erase the configuration areas */
	CX3_ACTION_SET_GUIDS,	     /* sg */
	CX3_ACTION_BURN,	     /* another image, first without writing */
	CX3_ACTION_UNPROTECT,	     /* lift the write protection */
	CX3_ACTION_QUERY_PROTECTION, /* what protects, and what holds it */
	CX3_ACTION_SAY_PART	     /* look again, and say what part the flash is like, or other */
};

/* The action's name for programs ("recover", "power-cycle", ...): stable. */
const char *cx3_action_name(enum cx3_action action);

struct cx3_finding {
	const char *key;     /* for programs, stable: "no_image", "cold_boot" */
	const char *meaning; /* a sentence or two */
	const char *next;    /* what to do; empty where nothing is */
	enum cx3_action action;
	bool needs_doing;    /* false: no action is needed */
	uint32_t watched_ms; /* a semaphore that is held: for how long it was seen so; else 0 */
};

#define CX3_MAX_FINDINGS 16u

struct cx3_diagnosis {
	size_t size;	/* sizeof, or 0: cx3flash/version.h */
	unsigned count; /* at least 1; the first is the state, and its `next` the thing to do */
	struct cx3_finding finding[CX3_MAX_FINDINGS];
	bool needs_doing; /* one of them does */
};

/* Pure: the same facts, the same diagnosis. The texts are static. CX3_E_USAGE (out->size). */
int cx3_diagnose(const struct cx3_facts *facts, struct cx3_diagnosis *out, struct cx3_error *err);

/* Every key that a finding may have, `*count` of them, in the order of the table. */
const char *cx3_finding_key(size_t index, size_t *count);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
