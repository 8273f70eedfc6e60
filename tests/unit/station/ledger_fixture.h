/* SPDX-License-Identifier: BSD-2-Clause */
/* A ledger in a folder of its own, and cards as a bench sees them. */
#ifndef CX3_TEST_LEDGER_FIXTURE_H
#define CX3_TEST_LEDGER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "said.h"
#include "station/station_priv.h"

struct bench {
	char folder[64];
	char path[96]; /* of the ledger */
	struct cx3_ledger *ledger;
	struct cx3_error err;
	unsigned told; /* by bench_tell */
	char last[700];
};

#define FIRST UINT64_C(0x0002c9030000aa00)

/* The setup and teardown of a test: a folder, and no ledger in it yet. */
int bench_setup(void **state);
int bench_teardown(void **state);
/* Opens it, with `range` free identities from FIRST on (0: none are added). */
void bench_open(struct bench *b, uint64_t range);
/* A path in the folder; good until the next call but one. */
const char *bench_path(struct bench *b, const char *name);
void bench_file(struct bench *b, const char *name, const char *text);
/* struct cx3_ledger_import's `tell`: counts, and keeps the last one. */
void bench_tell(void *user, const char *place, const char *text);

/* A card that came with this identity; a card with nothing but this content. */
struct cx3_ledger_card bench_card(uint64_t guid);
/* One that came with MACs alone, as Ethernet cards do. */
struct cx3_ledger_card bench_ethernet(uint64_t mac);
struct cx3_ledger_card bench_blank(const char *fingerprint);
/* What is left when it was burnt with the entry. */
struct cx3_ledger_card bench_burnt(const struct cx3_ledger_entry *entry);

/* Reserves; CX3_OK is expected. Answers the base GUID. */
uint64_t bench_reserve(struct bench *b, struct cx3_ledger *ledger, struct cx3_ledger_card card,
		       struct cx3_ledger_entry *entry);
/* Begins, and notes the outcome. */
void bench_end(struct bench *b, struct cx3_ledger *ledger, struct cx3_ledger_entry *entry,
	       enum cx3_ledger_outcome outcome);
unsigned bench_count(struct bench *b, enum cx3_ledger_state state);

#endif
