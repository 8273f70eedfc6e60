/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one way in which a card is changed. Every job (burn, sg, restore, ...) goes through
 * the same steps, in this order:
 *
 *   open     the adapter is locked, card and flash are identified
 *   look     the little that allows a quick refusal is read; a first plan
 *   show     the caller is shown what changes, and confirms
 *   back up  the whole flash is read and kept in a file
 *   plan     once more, now that all is known; asked again if it is worse
 *   begin    the semaphore is taken; the card must still be as it was planned for
 *   run      each write is read back; the new image must be whole before the old
 *            one is retired
 *   end      boot address, write protection as it was, semaphore free
 *
 * Nothing else in this library writes to a card's flash, but cx3_serprog_serve where its
 * options say so (cx3flash/serprog.h). A program that wants less safety than this has to say
 * so by name (struct cx3_job_options).
 */
#ifndef CX3FLASH_JOB_H
#define CX3FLASH_JOB_H

#include "cx3flash/backup.h"
#include "cx3flash/device.h"
#include "cx3flash/edit.h"
#include "cx3flash/fs2.h"
#include "cx3flash/homes.h"
#include "cx3flash/image.h"
#include "cx3flash/plan.h"
#include "cx3flash/salvage.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* --- What a job shows and asks --- */

/* One line of the table of changes; `before` is empty where nothing was there. */
struct cx3_change {
	char key[24];  /* for programs, stable: "fw_version", "psid", "mac_port1", ... */
	char what[24]; /* for people: "Firmware version" */
	char before[64];
	char after[64];
	bool differs;
};
#define CX3_MAX_CHANGES 24u

/* What a person should know before the question: a sentence. */
struct cx3_note {
	char key[24]; /* for programs, stable: "older_version", "ports", "psid_lost", ... */
	char text[400];
};
#define CX3_MAX_NOTES 12u
/* Of a job that writes another PSID: what brings the old content back, if anything does. */
#define CX3_NOTE_WAY_BACK "psid_back"
/* Keys of recover's notes: an area of settings does not look like one; the card gets other
 * GUIDs or MACs than those that are sure for it. */
#define CX3_NOTE_CONFIG_DAMAGED "config_damaged"
#define CX3_NOTE_OTHER_IDENTITY "other_identity"
#define CX3_NOTE_NO_JOURNAL "no_journal"
/* The card gets GUIDs or MACs that a backup holds which is, or may be, of another card. */
#define CX3_NOTE_OTHER_CARD "other_card"

/* Steps that a job can do without. Each costs something, and is left out only by name. */
struct cx3_job_choice {
	/* No backup: there is no way back. An interrupted job is gone on with all the same. */
	bool no_backup;
	/* Livefish: register 0xf3834 is put back as it was found, and a PCIe link that is lost
	 * resets the chip, perhaps in the middle of a page. */
	bool leave_link;
	/* Register 0xf0000 stays: until power-off the chip may look for its image elsewhere. */
	bool leave_boot_address;
	/* Write protection that the job has lifted is not put back. */
	bool leave_unprotected;
	/* The one that is no step of its own: whoever still has the semaphore of the flash tools
	 * (0xf03a0) when the job wants to write loses it. Without it the job ends then. */
	bool free_tools;
};

/* All that a caller may want to show before it confirms. Valid during the call. */
struct cx3_job_view {
	/* "burn", "sg", "brom", "drom", "sv", "set_config", "set_key", "recover", "restore",
	 * "reset_config", "wp", "hw set" (quad enable bit, settings), "erase", "write", "program",
	 * "bb" (a file as it is) */
	const char *job;
	const struct cx3_change *change;
	unsigned change_count;
	const struct cx3_note *note;
	unsigned note_count;
	const struct cx3_home *home; /* as judged so far */
	unsigned home_count;
	const struct cx3_fs2_info *old_info; /* NULL where no image can be read */
	const struct cx3_fs2_info *new_info; /* NULL where the job brings no image */
	const char *identity;		     /* where GUIDs and MACs come from, a phrase; or NULL */
	const struct cx3_plan_summary *plan;
	const struct cx3_step *step;
	size_t step_count;
	uint64_t backup_us;
	/* Backup and plan; without a backup, the reading of what stays bootable and plan. */
	uint64_t total_us, total_wire_bytes;
	const char
		*resumes; /* the backup of the interrupted job that this one continues; or NULL */
	/* Set when it is asked again: what the full reading has shown to be worse, and the
	 * code to stop with where nobody can be asked (CX3_E_UNBOOTABLE, CX3_E_CHANGED). */
	const char *worse;
	enum cx3_code worse_code;
	/* recover: somebody has the semaphore of the flash tools (0xf03a0). */
	bool tools_held;
	bool semaphore_freed; /* the flash semaphore was taken over before all this was read */
	/* What this job's user may choose, of what is not chosen already. */
	const struct cx3_job_choice *may;
	/* `confirm` may set in it what `may` has. NULL where it is too late for that: in `show`,
	 * and when it is asked again. */
	struct cx3_job_choice *choice;
};

/* What a job tells while it runs. All members may be NULL but `confirm`. */
struct cx3_job_caller {
	size_t size; /* sizeof, or 0: cx3flash/version.h */
	/* Before each question, and in a dry run; also when the last plan is not worse than
	 * what was confirmed (then `again` is true and nothing is asked). */
	void (*show)(void *user, const struct cx3_job_view *view, bool again);
	/*
	 * CX3_OK lets the job write. Anything else stops it before anything was
	 * written and is returned; it fills *err. NULL: CX3_E_REFUSED.
	 */
	int (*confirm)(void *user, const struct cx3_job_view *view, struct cx3_error *err);
	/* The time that each stage that follows should take (reading, writing). */
	void (*stages)(void *user, const uint64_t *us, unsigned count);
	void (*next_stage)(void *user);
	/* The backup is on disk; or the content was in one already. */
	void (*backed_up)(void *user, const struct cx3_backup *backup);
	void *user;
};

struct cx3_job_options {
	size_t size;		   /* sizeof, or 0: cx3flash/version.h */
	bool dry_run;		   /* look and show only */
	bool no_backup;		   /* the caller's user declined a backup */
	bool leave_boot_address;   /* see struct cx3_job_choice */
	bool leave_unprotected;	   /* likewise */
	bool read_once;		   /* the backup: see struct cx3_backup_options */
	bool unprotect;		   /* lift write protection for the job, put it back after it */
	bool allow_unbootable;	   /* go on though what was to stay bootable is damaged */
	const char *backup_folder; /* NULL: see cx3_backup_folder */
	/* How the job was asked for, NULL-terminated words, or NULL: kept in the journal, so
	 * that it can be asked for again (cx3flash/waiting.h). */
	const char *const *request;
	/* The journal that this job goes on from (struct cx3_waiting), or NULL: begin anew, or go
	 * on where the flash tells. It is this card's by the caller's word. CX3_E_FILE (and
	 * none_waits) if it is not of this very job. */
	const char *journal;
};

/* How a job went. */
struct cx3_job_result {
	size_t size;	 /* sizeof, or 0: cx3flash/version.h */
	bool written;	 /* the job wrote and is complete */
	bool touched;	 /* an erase, a program or a write of a status register was sent */
	bool unchanged;	 /* the flash held exactly this already */
	bool none_waits; /* the journal is not of what the files hold now */
	/* What the job has made. The device's, until its next job or until it is closed. NULL: no
	 * backup was made. */
	const struct cx3_backup *backup;
	/* The backup from before an interrupted run of this very job on this card: that one, and
	 * not `backup`, has what the card held before all of it. Empty: there was none. */
	char before[512];
	uint32_t needs_erase;	     /* CX3_E_NEEDS_ERASE: flash address of the first such word */
	unsigned pages, pages_again; /* written; written more than once */
	/* Reads of registers and flash that were sent again since the job began, because the
	 * bus failed or what arrived could not be right. */
	uint64_t reads_repeated;
	/* Pages that read back unlike they were written, and blocks of 16 bytes whose two
	 * readings for the backup differed. */
	unsigned differences;
	bool other_chips; /* the image that the job brings is for another chip: it does not boot */
	/* It is for the card's chip, and names only other revisions of it (cx3_fs2_fits), unlike
	 * what the card had: whether it boots is not known. */
	bool other_revision;
};

/*
 * --- The jobs ---
 *
 * All of them answer CX3_E_USAGE, and do nothing, where the size of a struct makes no sense or this
 * library is too old for what the program asks for (cx3flash/version.h).
 */

struct cx3_burn_options {
	size_t size; /* sizeof, or 0: cx3flash/version.h */
	bool allow_psid_change;
	bool allow_other_board; /* another board revision, or what was seen to go wrong */
	bool allow_access_key;	/* the image has a hardware access key */
	bool non_failsafe;	/* -nofs */
	bool blank_guids;
	bool use_image_guids;
	bool use_image_ps; /* VSD from the image */
	/* Which ROM: without both the image's, or the card's where the image has none. */
	bool use_image_rom;  /* also if the image has none */
	bool use_dev_rom;    /* the card's, if it has one */
	const char *vsd;     /* NULL: from the flash */
	unsigned guid_count; /* 0, 1 (a base) or 4 */
	uint64_t guid[4];
	unsigned mac_count; /* 0, 1 (a base) or 2 */
	uint64_t mac[2];
};

/*
 * Burns an image, which stays the caller's. GUIDs, MACs and VSD are the card's unless
 * `what` says otherwise.
 * Refuses with CX3_E_IMAGE, CX3_E_WRONG_CARD, CX3_E_BOARD, CX3_E_KEY, CX3_E_PSID, CX3_E_TOO_BIG,
 * CX3_E_NO_IMAGE, CX3_E_IDENTITY, CX3_E_FAILSAFE, CX3_E_PROTECTED, CX3_E_STATUS_LOCKED,
 * CX3_E_CHANGED, CX3_E_UNBOOTABLE, CX3_E_NOISE (more than one bit in CX3_LINK_LIMIT arrives wrong;
 * told before anything is written), what `confirm` answers, or a failure of file or bus. After a
 * failure err->next says what is on the flash and how to go on.
 */
int cx3_job_burn(struct cx3_device *device, const struct cx3_image *image,
		 const struct cx3_burn_options *what, const struct cx3_job_options *options,
		 const struct cx3_job_caller *caller, struct cx3_job_result *result,
		 struct cx3_error *err);

/* Sets GUIDs and MACs (`what` has them) on the card's own image: in place where its
 * fields are blank, else by a burn of the patched image. Refuses as cx3_job_burn. */
int cx3_job_set_guids(struct cx3_device *device, const struct cx3_burn_options *what,
		      const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		      struct cx3_job_result *result, struct cx3_error *err);

/*
 * Changes one thing in the card's own image, and burns that: see cx3_fs2_edit for what is refused
 * beside what cx3_job_burn refuses.
 */
int cx3_job_edit(struct cx3_device *device, const struct cx3_edit *edit,
		 const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		 struct cx3_job_result *result, struct cx3_error *err);

struct cx3_recover_options {
	size_t size; /* sizeof, or 0: cx3flash/version.h */
	/* GUIDs, MACs, VSD, and what is allowed. The other members are not looked at. NULL:
	 * nothing is given, nothing is allowed. */
	const struct cx3_burn_options *burn;
	/*
	 * Asked where identities are known and none of them is sure: CX3_OK, and *choice is
	 * the one of `known` that the card gets; anything else stops the job before anything
	 * was written and is returned, with *err filled. `user` is the caller's. NULL:
	 * CX3_E_IDENTITY.
	 */
	int (*choose)(void *user, const struct cx3_salvage *known, unsigned *choice,
		      struct cx3_error *err);
	/* GUIDs and MACs are from a file. Who gives them by value has the card before them. */
	bool from_file;
	/*
	 * Asked where a file's are not those that are sure for this card (`own`): CX3_OK, and the
	 * card gets the file's; anything else stops the job before anything was written and is
	 * returned, with *err filled. NULL: CX3_E_IDENTITY.
	 */
	int (*contradicted)(void *user, const struct cx3_identity *own,
			    const struct cx3_identity *given, struct cx3_error *err);
};

/*
 * Burns an image onto a card that does not boot. What is known of its GUIDs, MACs and VSD is
 * taken in this order: what the user gives; an image that boots or is damaged; a backup that
 * proves to be of this card; what is left of any image on the flash. If only one of GUIDs and
 * MACs is given, the other is the card's, where what is given agrees with it; else it follows
 * by the rules that are seen, and cx3_job_view.identity says so. The whole flash is read
 * before anything is shown. Without a backup the journal keeps a copy of the whole flash until the
 * job is complete, since all that is left of the identity may be in it. Refuses as cx3_job_burn
 * does (never with CX3_E_NO_IMAGE), and CX3_E_IDENTITY: none is known, none is sure and nobody can
 * be asked, a file's is not the one that is sure and nobody can be asked, or another card's backup
 * has it (cx3_identity_check_clone).
 */
int cx3_job_recover(struct cx3_device *device, const struct cx3_image *image,
		    const struct cx3_recover_options *what, const struct cx3_job_options *options,
		    const struct cx3_job_caller *caller, struct cx3_job_result *result,
		    struct cx3_error *err);
/*
 * Erases the non-volatile configuration areas of both homes, which a burn keeps; the backup has
 * what they held. CX3_E_NO_IMAGE: no image tells where they are, or it has none. CX3_E_TOO_BIG:
 * an image reaches into them. Else as cx3_job_burn.
 */
int cx3_job_reset_config(struct cx3_device *device, const struct cx3_job_options *options,
			 const struct cx3_job_caller *caller, struct cx3_job_result *result,
			 struct cx3_error *err);

enum cx3_protect_quad { CX3_PROTECT_QUAD_LEAVE, CX3_PROTECT_QUAD_OFF, CX3_PROTECT_QUAD_ON };

struct cx3_protect_options {
	size_t size; /* sizeof, or 0: cx3flash/version.h */
	bool on;
	uint32_t start, len; /* what to protect; len 0: all */
	/* But for LEAVE: the protection stays as it is, and the quad enable bit is changed. */
	enum cx3_protect_quad quad;
	/* But for NONE: neither of these is changed, and this setting becomes `number`. */
	enum cx3_flash_setting setting;
	unsigned number;
};

/*
 * Switches the flash's write protection on or off, and reads the status registers back. No
 * backup is made, since no byte of the content changes. A lock for each block (WPS) is opened
 * until power-off. Or it changes the quad enable bit, or a setting in a register of its own, and
 * all other bits stay. CX3_E_USAGE: the part has no setting for exactly that range, or `number` is
 * no value of `setting` (cx3_flash_setting_check). CX3_E_PART: it has no quad enable bit in its
 * status registers, or no such setting. CX3_E_PROTECTED, CX3_E_STATUS_LOCKED: the status registers
 * can't be written. Else as cx3_job_burn.
 */
int cx3_job_protect(struct cx3_device *device, const struct cx3_protect_options *what,
		    const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		    struct cx3_job_result *result, struct cx3_error *err);

struct cx3_restore_options {
	size_t size;		    /* sizeof, or 0: cx3flash/version.h */
	const char *path;	    /* the raw content; its manifest lies beside it */
	bool allow_psid_change;	    /* its image has another PSID than the card's */
	bool allow_identity_change; /* ... other GUIDs or MACs */
	bool allow_other_card;	    /* it is of another chip, revision or flash part */
	bool allow_bad_backup;	    /* its manifest does not match, or its image is damaged */
	bool allow_no_image;	    /* no image is in it: the card will not boot */
};

/*
 * Puts a raw content back, byte for byte. Refuses with CX3_E_BACKUP (not what the
 * manifest says, or a damaged image), CX3_E_NO_IMAGE, CX3_E_WRONG_CARD, CX3_E_PSID,
 * CX3_E_IDENTITY, CX3_E_TOO_BIG (another size) and as cx3_job_burn does.
 */
int cx3_job_restore(struct cx3_device *device, const struct cx3_restore_options *what,
		    const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		    struct cx3_job_result *result, struct cx3_error *err);

enum cx3_raw_kind {
	CX3_RAW_ERASE,	 /* the sector, or block, that addr is in: all its bytes become ff */
	CX3_RAW_WRITE,	 /* `bytes`, with an erase where one is needed */
	CX3_RAW_PROGRAM, /* `bytes`, never with an erase */
	CX3_RAW_IMAGE	 /* `bytes` from 0 on: a file as it is */
};
struct cx3_raw {
	size_t size; /* sizeof, or 0: cx3flash/version.h */
	enum cx3_raw_kind kind;
	uint32_t addr;	      /* of the flash; IMAGE: 0 */
	const uint8_t *bytes; /* the caller's; ERASE: NULL */
	uint32_t len;	      /* PROGRAM: a multiple of 4 */
};

/*
 * Writes bytes where they are told to be, whatever lies there: no GUIDs, CRCs or PSID are looked
 * after. What lies beside them in an erased sector is put back. Refuses with CX3_E_USAGE (not
 * within the flash), CX3_E_TOO_BIG, CX3_E_NEEDS_ERASE (PROGRAM: a bit would have to become 1),
 * CX3_E_UNBOOTABLE (the card boots now and would not then; options->allow_unbootable), and as
 * cx3_job_burn does.
 */
int cx3_job_raw(struct cx3_device *device, const struct cx3_raw *what,
		const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		struct cx3_job_result *result, struct cx3_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
