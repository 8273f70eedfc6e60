/* SPDX-License-Identifier: BSD-2-Clause */
/* Another process keeps the ledger locked: how long that is waited for. */
#include "station_priv.h"

#define STEP_NS 20000000

/* SQLite's busy handler: `count` is 0 at the first call of a wait. 0 gives up. */
static int wait_a_moment(void *user, int count)
{
	const struct timespec step = {.tv_nsec = STEP_NS};
	struct cx3_ledger *ledger = user;
	struct timespec now;
	unsigned seconds;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (count == 0) {
		ledger->wait_since = now;
		ledger->wait_told = 0;
	}
	seconds = (unsigned)(now.tv_sec - ledger->wait_since.tv_sec);
	if (seconds > ledger->wait_told) {
		ledger->wait_told = seconds;
		if (!ledger->wait(ledger->wait_user, seconds))
			return 0;
	}
	(void)nanosleep(&step, NULL);
	return 1;
}

void cx3_ledger_patience(struct cx3_ledger *ledger, cx3_ledger_wait wait, void *user)
{
	ledger->wait = wait;
	ledger->wait_user = user;
	if (wait)
		(void)sqlite3_busy_handler(ledger->db, wait_a_moment, ledger);
	else
		(void)sqlite3_busy_timeout(ledger->db, CX3_LEDGER_BUSY_MS);
}
