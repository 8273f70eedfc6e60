/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text as a journal. What is taken for one has its ranges inside of the flash and
 * its texts inside of their fields, and is the same after it is written and read again.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>

#include "fs2/homes.h"
#include "records/journal.h"

static void check_ranges(const struct cx3_fs2_extents *extents, uint32_t size)
{
	assert(extents->count <= CX3_FS2_MAX_RANGES);
	for (unsigned i = 0; i < extents->count; i++)
		assert(extents->range[i].lo <= extents->range[i].hi &&
		       extents->range[i].hi <= size);
}

static void check_same_ranges(const struct cx3_fs2_extents *a, const struct cx3_fs2_extents *b)
{
	assert(a->count == b->count);
	assert(memcmp(a->range, b->range, a->count * sizeof(a->range[0])) == 0);
}

static void check_same(const struct cx3_journal *a, const struct cx3_journal *b)
{
	assert(strcmp(a->job, b->job) == 0 && strcmp(a->digest, b->digest) == 0);
	assert(strcmp(a->backup, b->backup) == 0 && strcmp(a->owner, b->owner) == 0);
	assert(strcmp(a->request, b->request) == 0 && strcmp(a->date, b->date) == 0);
	assert(a->hw_id == b->hw_id && a->hw_rev == b->hw_rev && a->size == b->size);
	assert(a->own_copy == b->own_copy && a->lifted == b->lifted);
	assert(memcmp(a->jedec, b->jedec, sizeof(a->jedec)) == 0);
	assert(!a->lifted || memcmp(a->status, b->status, sizeof(a->status)) == 0);
	check_same_ranges(&a->touched, &b->touched);
	check_same_ranges(&a->known, &b->known);
}

/* A journal that is this process's own would name a file that is not there. */
static void load(const struct cx3_journal *journal)
{
	struct cx3_journal named = *journal;
	uint8_t *bytes = NULL;

	strcpy(named.backup, "/nowhere");
	assert(!cx3_journal_load(&named, &bytes) && !bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cx3_journal first, second;
	char *text;

	if (!cx3_journal_parse((const char *)data, size, &first))
		return 0;
	check_ranges(&first.touched, first.size);
	check_ranges(&first.known, first.size);
	assert(first.size <= CX3_FS2_MAX_IMAGE);
	load(&first);
	text = cx3_journal_text(&first);
	assert(text && cx3_journal_parse(text, strlen(text), &second));
	check_same(&first, &second);
	free(text);
	return 0;
}

static const char *const texts[] = {
	"{\"format\":\"cx3flash journal 1\",\"job\":\"burn\",\"digest\":\"00ff\",\"hw_id\":503,"
	"\"hw_rev\":0,\"jedec\":\"ef4013\",\"size\":524288,\"before\":\"/b/x.bin\","
	"\"date\":\"2026-01-02T03:04:05Z\",\"request\":\"-i\\n/fw.bin\\nburn\\n\","
	"\"own_copy\":false,\"owner\":\"0002c903000100d0 0002c90100d0\","
	"\"protection\":[28,0,0],\"touched\":[[0,65536],[131072,196608]],\"known\":[[0,524288]]}",
	"{\"format\":\"cx3flash journal 1\",\"job\":\"sg\",\"digest\":\"\",\"hw_id\":501,"
	"\"hw_rev\":1,\"jedec\":\"202015\",\"size\":2097152,\"before\":\"\",\"own_copy\":true,"
	"\"touched\":[],\"known\":[]}",
};

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	return fuzz_seed_text(seed, texts, sizeof(texts) / sizeof(texts[0]), out, room);
}
