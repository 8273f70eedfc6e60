/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ledger of a bench that gives many cards their identities: which there are to give, which
 * card has which, what was done to it. One SQLite file.
 *
 * An identity is a whole set: four GUIDs and two MACs. Each of these addresses is in the ledger
 * once, by a unique constraint, and so is each identity's card. An identity goes this way:
 *
 *   free -> reserved -> begun -> burnt
 *
 * It is reserved for one card in a transaction of its own before anything is done to that card,
 * and becomes begun before the first write. What is begun may be on a card, whatever happened
 * since: no other card ever gets it. What is reserved goes back only when a person says so.
 *
 * A free or reserved one that is seen on a card is withdrawn from all other cards, before it is
 * known what becomes of that card: it is reserved for the card "seen:NAME".
 *
 * Threads and processes: one handle, one thread. Any number of handles on this machine may use
 * one ledger. A ledger must not lie on a network file system, and a copy of one must not be worked
 * with: it would give the same identities. Another machine has a ledger of its own, with
 * identities of its own, and the two are merged.
 */
#ifndef CX3FLASH_LEDGER_H
#define CX3FLASH_LEDGER_H

#include <stdio.h>

#include "cx3flash/device.h"
#include "cx3flash/identity.h"
#include "cx3flash/image.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct cx3_ledger;

/* --- Opening (ledger.c) --- */

/*
 * Opens the ledger in the file `path`, and with `create` makes one where no file is. `place` is
 * where this handle's user works (an adapter's name), for whoever reads the ledger. The whole file
 * is checked. *out is the caller's until cx3_ledger_close.
 * CX3_E_FILE: there is none; it is no ledger, damaged, or of a newer version of this library; it
 * can't be written; it lies on a network file system; another process keeps it locked for 20 s.
 * CX3_E_DISK_FULL, CX3_E_NO_MEMORY. All functions below may answer these too.
 */
int cx3_ledger_open(const char *path, const char *place, bool create, struct cx3_ledger **out,
		    struct cx3_error *err);

/* To read only: for reports and exports. The file and its folder may be read-only. */
int cx3_ledger_open_to_read(const char *path, struct cx3_ledger **out, struct cx3_error *err);

/* NULL is allowed. */
void cx3_ledger_close(struct cx3_ledger *ledger);

/*
 * Asked about once a second while another process keeps the ledger locked: `seconds` is how long
 * it has been waited for. False: give up. Without it 20 s are waited. NULL takes it back.
 */
typedef bool (*cx3_ledger_wait)(void *user, unsigned seconds);
void cx3_ledger_patience(struct cx3_ledger *ledger, cx3_ledger_wait wait, void *user);

/* --- Identities --- */

enum cx3_ledger_state {
	CX3_LEDGER_FREE,
	CX3_LEDGER_RESERVED, /* for a card to which nothing was written yet */
	CX3_LEDGER_BEGUN,    /* writing began: that card may have it */
	CX3_LEDGER_BURNT,    /* that card has it: it was read back */
	CX3_LEDGER_RETIRED   /* nobody gets it */
};

/* The state's name for programs ("free", "reserved", ...): stable. */
const char *cx3_ledger_state_name(enum cx3_ledger_state state);

#define CX3_LEDGER_LABEL 64u
#define CX3_LEDGER_CARD 96u
#define CX3_LEDGER_WHERE 128u
#define CX3_LEDGER_TIME 24u /* UTC: "2026-01-31T12:00:00Z" */

/* One identity of the ledger. */
struct cx3_ledger_entry {
	int64_t id;
	struct cx3_identity identity; /* four GUIDs, two MACs */
	char label[CX3_LEDGER_LABEL]; /* of its list; may be empty */
	enum cx3_ledger_state state;
	bool elsewhere;			/* another ledger's, known by a merge: not given here */
	bool found;			/* its card had it before the ledger gave it */
	char card[CX3_LEDGER_CARD];	/* its card's name; empty: none */
	char station[CX3_LEDGER_WHERE]; /* who works on that card now; empty: nobody */
	char time[CX3_LEDGER_TIME];	/* of the last change */
	bool begun_now;			/* set by cx3_ledger_begin: it was reserved before */
};

/* It is reserved because a card shows an address of it: nobody else gets it. */
bool cx3_ledger_is_withdrawn(const struct cx3_ledger_entry *entry);

/* What is wrong with a place of a list ("list.csv:12"): a sentence. */
typedef void (*cx3_ledger_tell)(void *user, const char *place, const char *text);

/*
 * Imports a list: lines "GUID[,MAC[,LABEL]]", or columns in the order that a first line
 * "guid,mac,label" has; quotes are as RFC 4180 has them, within one line. From the base GUID the
 * others follow, and so do the MACs where none is given (cx3_identity_given). Empty lines and those
 * that begin with # are left out. All or nothing: CX3_E_IDENTITY where a line is wrong, or has an
 * address that another line or the ledger has, a retired one's too; `tell` (may be NULL) is told
 * each such line. *count: how many there are now.
 */
int cx3_ledger_import(struct cx3_ledger *ledger, const char *path, cx3_ledger_tell tell, void *user,
		      unsigned *count, struct cx3_error *err);

/*
 * Adds `count` identities (at most CX3_LEDGER_MOST) whose base GUIDs are `first`, `first` + step,
 * ...; the step is 4 or more. All or nothing, as above.
 */
#define CX3_LEDGER_MOST 65536u
int cx3_ledger_add_range(struct cx3_ledger *ledger, uint64_t first, uint64_t count, uint64_t step,
			 struct cx3_error *err);

/* --- Giving them (ledger_take.c) --- */

/* A card as it lies on the bench. */
struct cx3_ledger_card {
	bool has_own;		    /* `own` is an identity that tells which card this is */
	struct cx3_identity own;    /* what an image on its flash says, or what is left of one */
	char fingerprint[65];	    /* SHA-256 of the whole flash; empty where `has_own` */
	char name[CX3_LEDGER_CARD]; /* set by cx3_ledger_reserve */
	char chip[40];		    /* "ConnectX-3 Pro" */
	char part[40];		    /* its flash */
	char psid[CX3_FS2_PSID_LEN + 1]; /* empty: none can be read */
	char version[24];		 /* of the image that boots; empty: none can be read */
	bool boots; /* an image that can be read boots; else `own` is salvaged */
	bool blank; /* one boots, and has no identity: `own` lies elsewhere on the flash */
};

/*
 * Fills *card. `own` is the identity of the image that boots; where none can be read, a salvaged
 * one that is clear. An identity that the ledger has for a card is preferred. If there is none,
 * reads the whole flash: `own` is one of the ledger's that is anywhere in it, else `fingerprint` is
 * set. Identities of this ledger that nobody has and that are seen on the card are withdrawn: no
 * other card gets them, even if this one is refused. The device is open down to the shadow. Errors
 * of the bus.
 */
int cx3_ledger_look(struct cx3_ledger *ledger, struct cx3_device *device,
		    struct cx3_ledger_card *card, struct cx3_error *err);

/* The entry that the identity is in the ledger as; *found is false where it is not. */
int cx3_ledger_find(struct cx3_ledger *ledger, const struct cx3_identity *identity,
		    struct cx3_ledger_entry *entry, bool *found, struct cx3_error *err);

/*
 * Notes the card as seen, and reserves an identity for it, in one transaction. In this order: the
 * one that the card carries, if it is the ledger's; the one that is reserved for this card; with
 * `keep` the card's own, which the ledger then has; the next free one. *again: it was this card's
 * before.
 *
 * A card is known by the identity it came with. One without any is known by its whole content:
 * as long as nothing was written that is as good as the card itself. Once a burn was begun, only
 * the new GUIDs and MACs tell that a card is that one: several may have come with the same.
 *
 * CX3_E_IDENTITY: no free one is left; the card has addresses that the ledger has for another
 * one; a burn was begun for a card that came with the same identity, and this does not carry the
 * new one. CX3_E_FILE: an older copy took the ledger's place while it was open. CX3_E_IN_USE:
 * another process works on this card.
 */
int cx3_ledger_reserve(struct cx3_ledger *ledger, struct cx3_ledger_card *card, bool keep,
		       struct cx3_ledger_entry *entry, bool *again, struct cx3_error *err);

/*
 * The card carries the identity of this entry, which is burnt: does the image that boots have it,
 * and the firmware that was burnt with it, as far as that is known? CX3_E_IDENTITY: it has another
 * firmware, or no identity.
 */
int cx3_ledger_check_burnt(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			   const struct cx3_ledger_entry *entry, struct cx3_error *err);

/* reserved -> begun, on disk when this returns CX3_OK: before the first write to the card. */
int cx3_ledger_begin(struct cx3_ledger *ledger, struct cx3_ledger_entry *entry,
		     struct cx3_error *err);

/* A backup of the card was made. */
int cx3_ledger_backed_up(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			 const char *path, const char *sha256, struct cx3_error *err);

enum cx3_ledger_outcome {
	CX3_LEDGER_NONE, /* of a result that nobody has filled in: cx3_ledger_note refuses it */
	CX3_LEDGER_OK,	 /* burnt, and read back */
	CX3_LEDGER_DONE, /* left alone: it was done before */
	CX3_LEDGER_FAILED,
	CX3_LEDGER_INTERRUPTED /* by a person */
};
#define CX3_LEDGER_OUTCOMES 5u
/* "ok", "done", "failed", "interrupted": stable; "none" for anything else. */
const char *cx3_ledger_outcome_name(enum cx3_ledger_outcome outcome);

/* What was done to a card. */
struct cx3_ledger_result {
	/* These six are set by cx3_ledger_note. */
	char time[CX3_LEDGER_TIME];
	char station[CX3_LEDGER_WHERE];
	char card[CX3_LEDGER_CARD];   /* empty: it could not be told */
	char guid[20], mac[16];	      /* the identity's first; empty: blank, or it got none */
	char label[CX3_LEDGER_LABEL]; /* the identity's */
	char device[CX3_LEDGER_WHERE];
	char image[24]; /* version */
	char image_psid[CX3_FS2_PSID_LEN + 1];
	char image_sha256[65];
	enum cx3_ledger_outcome outcome;
	char cause[24]; /* cx3_code_name; empty: none */
	char text[400]; /* a sentence */
	char backup[512];
	double seconds;
	unsigned pages, pages_again, differences;
	uint64_t reads_repeated;
	bool untouched; /* no erase and no program was sent */
};

/* Fills in what the image is. CX3_E_UNSUPPORTED if the system has no SHA-256. */
int cx3_ledger_image(const struct cx3_image *image, struct cx3_ledger_result *result,
		     struct cx3_error *err);

/*
 * Fills in the image that the card of this entry was burnt with last, by the log; *found is false
 * where no burn of it is known. Where several ledgers have burnt it, the one that the card shows.
 */
int cx3_ledger_last_burn(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
			 const struct cx3_ledger_entry *entry, struct cx3_ledger_result *result,
			 bool *found, struct cx3_error *err);

/*
 * Adds the result to the log and sets the entry's state, in one transaction. The result says whose
 * it is by `card` (NULL: none could be looked at) and `entry` (NULL: the card got no identity; one
 * of another ledger is left as it is). OK: the entry is burnt. `untouched`, and begun by this
 * handle: it is reserved again. Else its state is as it was. Afterwards another station may work on
 * the card.
 * CX3_E_USAGE, and nothing is written: the outcome is none; or it is OK, and the entry is neither
 * begun nor burnt in this ledger. CX3_E_IDENTITY: its burn was begun, and the entry is not this
 * card's any more.
 */
int cx3_ledger_note(struct cx3_ledger *ledger, const struct cx3_ledger_card *card,
		    struct cx3_ledger_entry *entry, struct cx3_ledger_result *result,
		    struct cx3_error *err);

/*
 * reserved -> free, the only way back: for the card that it was kept for gets another one. A
 * withdrawn one is withdrawn again when it is seen again.
 * CX3_E_IDENTITY: the ledger has no such base GUID; it is not reserved, its burn may have begun, or
 * another ledger has it. CX3_E_IN_USE: a process works on that card.
 */
int cx3_ledger_release(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
		       struct cx3_error *err);

/* free or withdrawn -> retired, for one that is in use elsewhere. Errors as above. */
int cx3_ledger_retire(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
		      struct cx3_error *err);

/*
 * begun, burnt, or found on a card -> retired: a person knows that its card has another identity by
 * now, or is no more. This ledger forgets whose its addresses are: another ledger may have them,
 * and a card that still shows them gets another identity here. Errors as above.
 */
int cx3_ledger_replaced(struct cx3_ledger *ledger, uint64_t guid, struct cx3_ledger_entry *entry,
			struct cx3_error *err);

/* --- Ledgers of several machines (ledger_merge.c) --- */

struct cx3_ledger_merged {
	unsigned identities, cards, backups, results; /* that came in, or are newer now */
};

/*
 * Takes in what the ledger `path` has: its identities, which stay that ledger's to give, its cards,
 * backups and results. May be done again: what is there already is left, what has changed there
 * is brought up to date; an older copy of it takes nothing back. `path` is only read. All or
 * nothing: CX3_E_IDENTITY where an address is in both ledgers, in identities that are not the same
 * one, and not on one card that was on both benches (it came to the second one, and kept its
 * identity); or where a copy of a ledger was worked with. `tell` (may be NULL) is told each.
 */
int cx3_ledger_merge(struct cx3_ledger *ledger, const char *path, cx3_ledger_tell tell, void *user,
		     struct cx3_ledger_merged *merged, struct cx3_error *err);

/* --- Reports (ledger_report.c) --- */

struct cx3_ledger_counts {
	unsigned state[5];		       /* by enum cx3_ledger_state, of this ledger's own */
	unsigned elsewhere;		       /* of others */
	unsigned outcome[CX3_LEDGER_OUTCOMES]; /* results, by enum cx3_ledger_outcome */
	unsigned cards, backups;
};
int cx3_ledger_count(struct cx3_ledger *ledger, struct cx3_ledger_counts *counts,
		     struct cx3_error *err);

/* Each identity, in the order they came. `fn` returns false to stop. */
int cx3_ledger_each_entry(struct cx3_ledger *ledger,
			  bool (*fn)(void *user, const struct cx3_ledger_entry *entry), void *user,
			  struct cx3_error *err);
/* Each result, the oldest first; those of one ledger in the order that they were written in. */
int cx3_ledger_each_result(struct cx3_ledger *ledger,
			   bool (*fn)(void *user, const struct cx3_ledger_result *result),
			   void *user, struct cx3_error *err);

enum cx3_ledger_form { CX3_LEDGER_CSV, CX3_LEDGER_JSON_LINES };

/* All results as text, malloc'd and the caller's: CSV (RFC 4180, with a first line that names the
 * columns), or a JSON object a line. */
int cx3_ledger_text(struct cx3_ledger *ledger, enum cx3_ledger_form form, char **text, size_t *len,
		    struct cx3_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
