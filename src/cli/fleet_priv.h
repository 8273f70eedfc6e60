/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of several devices share: see fleet.h. */
#ifndef CX3_CLI_FLEET_PRIV_H
#define CX3_CLI_FLEET_PRIV_H

#include <pthread.h>

#include "fleet.h"

enum fleet_state { FLEET_RUNS, FLEET_PAUSES, FLEET_ENDED };

struct fleet;

struct fleet_worker {
	struct fleet *fleet;
	char *device; /* malloc'd */
	struct cli cli;
	char **words; /* its command line; the words are others', but for `folder` */
	char *folder; /* malloc'd, or NULL: "--backup-dir=..." */
	pthread_t thread;
	bool started;
	char *text[2]; /* behind cli.text */
	size_t text_len[2];

	/* under fleet->lock */
	enum fleet_state state;
	char *said[2]; /* to be printed; NULL: nothing */
	struct progress_mark mark;
	char phase[24];
	int rc, code; /* of the work, and its exit code; valid when it has ended */

	/* the starter's own */
	bool told;	  /* its end was seen */
	bool end_told;	  /* ... and its last line of progress for programs is out */
	uint64_t next_ms; /* when the next one may come */
	int shown_percent;
};

struct fleet {
	struct cli *cli;
	fleet_work work;
	void *user;
	struct fleet_worker *worker;
	unsigned count;
	pthread_mutex_t lock;
	pthread_cond_t news;  /* for the starter: something was said, has ended, pauses */
	pthread_cond_t go_on; /* for those that pause */
	unsigned pauses;      /* how often the process was continued; under `lock` */
	bool drawn;	      /* the starter's own: a picture stands at the cursor */
};

/* --- fleet_devices.c --- */

struct fleet_list {
	char *device[MOST_DEVICES]; /* malloc'd */
	unsigned count;
};
/* The devices of the line, with "all:KIND" as the boards that there are. CX3_E_USAGE if two are
 * the same, CX3_E_NO_DEVICE, CX3_E_NO_MEMORY; what is in the list then is freed too. */
int fleet_devices(const struct cli_options *options, struct fleet_list *list,
		  struct cx3_error *err);

/* --- fleet_worker.c --- */

/* Makes a worker of a device, whose string it takes; fleet_worker_free in any case.
 * CX3_E_NO_MEMORY. */
int fleet_worker_init(struct fleet_worker *w, struct fleet *fleet, char *device);
void fleet_worker_free(struct fleet_worker *w);
/* What it has printed so far goes to `said`, for the starter to print. */
void fleet_hand_over(struct fleet_worker *w);

/* --- fleet_show.c, all for the starter --- */

/* Prints what was said, and draws how far all are. */
void fleet_show(struct fleet *f);
/* Takes the picture away. */
void fleet_clear(struct fleet *f);
/* The last lines, the document's last keys and cli->answer. All have ended. */
void fleet_sum_up(struct fleet *f);

#endif
