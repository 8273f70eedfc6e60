/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of provision share: a station with one device, and the card on it. */
#ifndef CX3_CLI_PROVISION_H
#define CX3_CLI_PROVISION_H

#include "cli.h"
#include "cx3flash/ledger.h"

/* One device of a station. With several devices each has one, in a thread of its own. */
struct provision {
	struct cli *cli;
	struct cx3_ledger *ledger;
	struct cx3_image *image;
	cJSON *cards;			       /* of the document; NULL without */
	unsigned outcome[CX3_LEDGER_OUTCOMES]; /* by enum cx3_ledger_outcome */
	enum cx3_code first;		       /* of the first failure */
};

/* The card on the bench, and what becomes of it. */
struct provision_card {
	struct cx3_ledger_card card;
	struct cx3_ledger_entry entry; /* valid if `known` */
	bool known;	  /* it is this card's: reserved here, or burnt by another ledger */
	bool other_image; /* it was done, with another image than the one of this run */
	struct cx3_ledger_result result;
	enum cx3_code code; /* of what went wrong; `result` has it as a word */
	struct cx3_job_result job;
};

/* provision_book.c: the words that need no card ("import", ...). CX3_E_NOT_MINE for another. */
int provision_book(struct cli *cli, const char *word);

/* provision_run.c: one card after the other, until it is stopped or --cards are done. */
int provision_run(struct cli *cli);

/*
 * provision_card.c: all that is done to the card that is there now, up to the ledger's line of it.
 * A card that fails is no failure of this: *code says why. CX3_E_INTERRUPTED, or what is wrong
 * with the ledger.
 */
int provision_card(struct provision *p, struct provision_card *c, int *code);

/* provision_job.c: backs up, burns, reads back. */
int provision_burn(struct provision *p, struct provision_card *c);
/* A card that is to be left alone has a whole image that fits it: read once more, all of it.
 * CX3_E_IMAGE: it has not. */
int provision_check_done(struct provision *p);
/* Would the image be refused, whatever the identity? Before one is taken for the card. */
int provision_try(struct provision *p);

/* provision_tell.c: "--guids=..." and "--macs=...", as words of a line that gives an identity by
 * hand. */
#define GUIDS_WORD 88u
#define MACS_WORD 40u
void provision_guids_word(const uint64_t guid[4], char text[GUIDS_WORD]);
void provision_macs_word(const uint64_t mac[2], char text[MACS_WORD]);

/* provision_tell.c: OK or FAIL, the label, the document's object. */
void provision_tell(struct provision *p, const struct provision_card *c);
/* What became of a card whose result the ledger could not take. */
void provision_tell_unlogged(struct provision *p, struct provision_card *c);
void provision_sum_up(struct provision *p);
/* What a person calls it: the GUID, the MAC where that is blank, or `none`. */
const char *provision_name(const char *guid, const char *mac, const char *none);
/* A result as an object of a document. */
void provision_result_json(cJSON *item, const struct cx3_ledger_result *result);

#endif
