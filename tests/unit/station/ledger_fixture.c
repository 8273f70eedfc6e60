/* SPDX-License-Identifier: BSD-2-Clause */
/* A ledger in a folder of its own: see ledger_fixture.h. */
#include "ledger_fixture.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"

int bench_setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	snprintf(b->folder, sizeof(b->folder), "%s/cx3-ledger-XXXXXX", scratch());
	assert_non_null(mkdtemp(b->folder));
	snprintf(b->path, sizeof(b->path), "%s/station.db", b->folder);
	*state = b;
	return 0;
}

int bench_teardown(void **state)
{
	struct bench *b = *state;
	DIR *dir = opendir(b->folder);
	struct dirent *entry;

	cx3_ledger_close(b->ledger);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			unlink(bench_path(b, entry->d_name));
	}
	if (dir)
		closedir(dir);
	rmdir(b->folder);
	free(b);
	return 0;
}

void bench_open(struct bench *b, uint64_t range)
{
	if (cx3_ledger_open(b->path, "sim:card", true, &b->ledger, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
	if (range && cx3_ledger_add_range(b->ledger, FIRST, range, 4, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
}

const char *bench_path(struct bench *b, const char *name)
{
	static char paths[2][400];
	static unsigned next;

	next = !next;
	snprintf(paths[next], sizeof(paths[next]), "%s/%s", b->folder, name);
	return paths[next];
}

void bench_file(struct bench *b, const char *name, const char *text)
{
	FILE *file = fopen(bench_path(b, name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void bench_tell(void *user, const char *place, const char *text)
{
	struct bench *b = user;

	b->told++;
	snprintf(b->last, sizeof(b->last), "%s: %s", place, text);
}

struct cx3_ledger_card bench_card(uint64_t guid)
{
	struct cx3_ledger_card card = {.has_own = true, .boots = true, .chip = "ConnectX-3 Pro"};

	assert_int_equal(cx3_identity_given(NULL, 1, &guid, 0, NULL, &card.own, NULL), CX3_OK);
	snprintf(card.version, sizeof(card.version), "2.40.5000");
	snprintf(card.psid, sizeof(card.psid), "MT_0000000001");
	return card;
}

struct cx3_ledger_card bench_ethernet(uint64_t mac)
{
	struct cx3_ledger_card card = bench_card(0x1000);

	for (unsigned i = 0; i < 4; i++)
		card.own.guid[i] = UINT64_MAX;
	card.own.mac[0] = mac;
	card.own.mac[1] = mac + 1;
	return card;
}

struct cx3_ledger_card bench_blank(const char *fingerprint)
{
	struct cx3_ledger_card card = {.chip = "ConnectX-3 Pro"};

	snprintf(card.fingerprint, sizeof(card.fingerprint), "%s", fingerprint);
	return card;
}

struct cx3_ledger_card bench_burnt(const struct cx3_ledger_entry *entry)
{
	struct cx3_ledger_card card = bench_card(entry->identity.guid[0]);

	card.own = entry->identity;
	snprintf(card.version, sizeof(card.version), "2.42.5000");
	return card;
}

uint64_t bench_reserve(struct bench *b, struct cx3_ledger *ledger, struct cx3_ledger_card card,
		       struct cx3_ledger_entry *entry)
{
	bool again;

	if (cx3_ledger_reserve(ledger, &card, false, entry, &again, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
	assert_string_equal(card.name, entry->card);
	return entry->identity.guid[0];
}

void bench_end(struct bench *b, struct cx3_ledger *ledger, struct cx3_ledger_entry *entry,
	       enum cx3_ledger_outcome outcome)
{
	struct cx3_ledger_result result = {.outcome = outcome,
					   .device = "sim:card",
					   .image = "2.42.5000",
					   .image_psid = "MT_0000000001"};

	if (cx3_ledger_begin(ledger, entry, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
	if (cx3_ledger_note(ledger, NULL, entry, &result, &b->err) != CX3_OK)
		fail_msg("%s", said(&b->err));
}

unsigned bench_count(struct bench *b, enum cx3_ledger_state state)
{
	struct cx3_ledger_counts counts;

	assert_int_equal(cx3_ledger_count(b->ledger, &counts, &b->err), CX3_OK);
	return counts.state[state];
}
