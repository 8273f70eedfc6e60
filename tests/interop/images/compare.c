/* SPDX-License-Identifier: BSD-2-Clause */
/* Holds what mstflint says of an image file against what the library says of it. */
#include "compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/fs2.h"
#include "mst.h"
#include "said.h"
#include "text.h"

#define FILE_NAME "image.bin"
#define OUT_NAME "out.bin"

/*
 * Where our verdict is another one, on purpose. Each is known by the words of
 * our own error, and counts only where mstflint takes the image.
 */
enum reason { FULL_CRC, OVERLAP, POINTER, TAG_SIZE, TAG_SECTOR, CRASHED, REASONS };
const char *const compare_reasons[8] = {
	[FULL_CRC] = "a wrong full-image CRC: mstflint prints it and calls the image good",
	[OVERLAP] = "sections out of order: mstflint follows them anywhere, even in a ring",
	[POINTER] = "a pointer that leads to no section of its type: mstflint reads what is there",
	[TAG_SIZE] = "a tag too short or of odd size: mstflint reads on into its neighbour",
	[TAG_SECTOR] = "a flash sector larger than any flash: mstflint takes it",
	[CRASHED] = "mstflint crashed or hung on it: we refuse it with words",
};

static const char *const reason_words[REASONS] = {
	[FULL_CRC] = "The Full Image at",	  [OVERLAP] = "says that the next one is at",
	[POINTER] = "does not lead to",		  [TAG_SIZE] = "has an impossible size of",
	[TAG_SECTOR] = "names a flash sector of",
};

struct ours {
	struct cx3_fs2_source src;
	enum cx3_fs2_layout layout;
	struct cx3_fs2_info info;
	struct cx3_error err;
	int verify;
	char *lines; /* of the sections, as mstflint would print them */
};

static void note_section(void *user, const struct cx3_fs2_section *section)
{
	text_section(user, section);
}

static void ask_ourselves(struct ours *ours, const uint8_t *image, uint32_t len, bool striped)
{
	size_t size;
	FILE *to;

	memset(ours, 0, sizeof(*ours));
	to = open_memstream(&ours->lines, &size);
	if (!to)
		abort();
	ours->src = cx3_fs2_memory(image, len);
	ours->layout = striped ? CX3_FS2_STRIPED : CX3_FS2_CONTIGUOUS;
	ours->verify = cx3_fs2_verify(&ours->src, ours->layout, &ours->info, note_section, to,
				      &ours->err);
	fclose(to);
}

static void run_on_file(struct mst_run *run, bool striped, const char *command, const char *arg)
{
	const char *args[8] = {"-i", FILE_NAME};
	int n = 2;

	if (striped)
		args[n++] = "--striped_image";
	args[n++] = command;
	args[n] = arg;
	mst_run(run, args);
}

/* Only the sections' lines: "     /0x..." */
static char *section_lines(const char *out)
{
	char *lines = calloc(1, strlen(out) + 1), *to = lines;

	if (!lines)
		abort();
	while (*out) {
		size_t len = strcspn(out, "\n");

		if (strncmp(out, "     /0x", 8) == 0) {
			memcpy(to, out, len);
			to[len] = '\n';
			to += len + 1;
		}
		out += len + (out[len] == '\n');
	}
	return lines;
}

static bool line_has(const char *line, size_t len, const char *words)
{
	const char *found = strstr(line, words);

	return found && found < line + len;
}

/*
 * mstflint stops at the first bad section; we go on. What it says of one that is
 * too big names no more than a size. Where the header's pointers are broken we
 * don't go on to the CRC of the whole.
 */
static bool lines_agree(const char *theirs, const char *ours)
{
	while (*theirs) {
		size_t len = strcspn(theirs, "\n"), mine = strcspn(ours, "\n");

		if (line_has(theirs, len, "size too big") ||
		    line_has(theirs, len, "unexpected size"))
			return true;
		if (line_has(ours, mine, "size too big")) /* its 32 bits wrap around */
			return true;
		if (!*ours && line_has(theirs, len, "(Full Image)"))
			return true;
		if (len != mine || memcmp(theirs, ours, len) != 0)
			return false;
		theirs += len + 1;
		ours += mine + 1;
	}
	return true;
}

static enum reason reason_of(const struct ours *ours, const struct mst_run *verify)
{
	if (verify->status < 0)
		return CRASHED;
	for (int i = 0; i < REASONS; i++)
		if (reason_words[i] && strstr(said(&ours->err), reason_words[i]))
			return (enum reason)i;
	return REASONS;
}

static bool complain(const char *what, const struct ours *ours, const struct mst_run *run)
{
	printf("%s\n--- we: %d %s\n%s\n--- mstflint: %d\n%s%s\n", what, ours->verify,
	       said(&ours->err), ours->lines, run->status, run->out, run->errors);
	return false;
}

static bool compare_verify(const struct ours *ours, const struct mst_run *run,
			   struct compare_stats *stats)
{
	/* Blank GUIDs are not damage: mstflint fails them after all sections passed. */
	bool theirs = run->status == 0 || strstr(run->out, "BLANK GUIDS") != NULL;
	char *lines = section_lines(run->out);
	bool agree = lines_agree(lines, ours->lines);
	enum reason reason;

	free(lines);
	if (!agree && run->status >= 0 && reason_of(ours, run) != OVERLAP)
		return complain("The lines of verify differ.", ours, run);
	if (theirs == (ours->verify == CX3_OK)) {
		if (run->status < 0)
			stats->by_design[CRASHED]++;
		else if (theirs)
			stats->valid++;
		else
			stats->invalid++;
		return true;
	}
	reason = reason_of(ours, run);
	if (ours->verify == CX3_OK || reason == REASONS)
		return complain("The verdicts differ.", ours, run);
	stats->by_design[reason]++;
	return true;
}

/* Fields are compared wherever both can read them: with a wrong full-image CRC too. */
static bool compare_query(struct ours *ours, bool striped)
{
	struct mst_run run;
	char *mine = NULL;
	size_t size;
	bool same;
	FILE *to;

	if (cx3_fs2_query(&ours->src, ours->layout, CX3_FS2_FULL, &ours->info, NULL) != CX3_OK)
		return true;
	run_on_file(&run, striped, "q", "full");
	to = open_memstream(&mine, &size);
	if (!to)
		abort();
	text_query_full(to, &ours->info);
	fclose(to);
	same = run.status != 0 || (strstr(run.out, "Bad ROM Checksum") != NULL) ==
					  (ours->info.rom_count && ours->info.rom_checksum_bad);
	text_strip_remarks(run.out);
	if (run.status == 0 && strcmp(run.out, mine) != 0)
		same = false;
	if (!same) {
		printf("The words of query differ.\n--- we:\n%s", mine);
		complain("", ours, &run);
	}
	free(mine);
	mst_free(&run);
	return same;
}

static bool same_file(const char *what, int rc, const void *mine, size_t len,
		      const struct mst_run *run)
{
	uint8_t *theirs;
	size_t their_len;
	bool same;

	if (run->status != 0 || rc) {
		if ((run->status != 0) == (rc != 0))
			return true;
		printf("%s: we %d, mstflint %d: %s\n", what, rc, run->status, run->errors);
		return false;
	}
	theirs = file_get(OUT_NAME, &their_len);
	same = their_len == len && memcmp(theirs, mine, len) == 0;
	if (!same)
		printf("%s differ: %zu bytes and mstflint's %zu\n", what, len, their_len);
	free(theirs);
	return same;
}

/* The INI text and the ROM: mstflint writes them into files. */
static bool compare_contents(const struct ours *ours, bool striped)
{
	struct mst_run run;
	uint8_t *rom;
	uint32_t rom_len;
	size_t len;
	char *text;
	bool same;
	int rc;

	remove(OUT_NAME);
	run_on_file(&run, striped, "dc", OUT_NAME);
	rc = cx3_fs2_text(&ours->src, ours->layout, CX3_FS2_FW_CONFIG, &text, &len, NULL);
	same = same_file("The FW Configurations", rc, text, len, &run);
	free(text);
	mst_free(&run);
	if (!same || striped) /* rrom takes no striped file */
		return same;
	remove(OUT_NAME);
	run_on_file(&run, false, "rrom", OUT_NAME);
	rc = cx3_fs2_rom_data(&ours->src, ours->layout, &rom, &rom_len, NULL);
	same = same_file("The ROMs", rc, rom, rom_len, &run);
	free(rom);
	mst_free(&run);
	return same;
}

bool compare_image(const uint8_t *image, uint32_t len, bool striped, struct compare_stats *stats)
{
	struct mst_run run;
	struct ours ours;
	bool good;

	file_put(FILE_NAME, image, len);
	ask_ourselves(&ours, image, len, striped);
	run_on_file(&run, striped, "v", NULL);
	good = compare_verify(&ours, &run, stats);
	mst_free(&run);
	if (good)
		good = compare_query(&ours, striped);
	if (good && ours.verify == CX3_OK)
		good = compare_contents(&ours, striped);
	free(ours.lines);
	return good;
}
