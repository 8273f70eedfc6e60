/* SPDX-License-Identifier: BSD-2-Clause */
/* Boards by their PSID, by the part number on their sticker, by their name in an image. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cx3flash/knowledge.h"

static const struct cx3_board boards[] = {
#define BOARD(...) {__VA_ARGS__},
#include "boards.def"
#undef BOARD
};
#define BOARDS (sizeof(boards) / sizeof(boards[0]))

const struct cx3_board *cx3_boards(size_t *count)
{
	*count = BOARDS;
	return boards;
}

const struct cx3_board *cx3_board_by_psid(const char *psid)
{
	for (size_t i = 0; i < BOARDS; i++)
		if (boards[i].psid && strcmp(boards[i].psid, psid) == 0)
			return &boards[i];
	return NULL;
}

/* Part numbers and names of images have these characters and no blank. */
static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* True if `word` is one of the words of `text`, which may be NULL. */
static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; at && *at;) {
		size_t n = 0;

		while (in_word(at[n]))
			n++;
		if (n == len && strncasecmp(at, word, len) == 0)
			return true;
		at += n + (at[n] != '\0');
	}
	return false;
}

const struct cx3_board *cx3_board_by_part(const char *part, const struct cx3_board *after)
{
	size_t i = after ? (size_t)(after - boards) + 1 : 0;

	/* a word of letters alone ("FRU", "rev") names no board */
	if (!strpbrk(part, "0123456789"))
		return NULL;
	for (; i < BOARDS; i++)
		if (has_word(boards[i].part_number, part) || has_word(boards[i].image, part))
			return &boards[i];
	return NULL;
}

/* "A2" or "Ax": a board revision. */
static bool is_revision(const char *text, size_t len)
{
	return len == 2 && isupper((unsigned char)text[0]) &&
	       (isdigit((unsigned char)text[1]) || text[1] == 'x');
}

void cx3_board_name_parse(const char *name, struct cx3_board_name *out)
{
	const char *tail = strrchr(name, '_');
	size_t first = tail ? strcspn(tail + 1, "-") : 0, part = strlen(name);
	const char *last = tail && tail[1 + first] == '-' ? tail + 2 + first : NULL;

	memset(out, 0, sizeof(*out));
	if (tail && is_revision(tail + 1, first) && (!last || is_revision(last, strlen(last)))) {
		part = (size_t)(tail - name);
		snprintf(out->first, sizeof(out->first), "%.2s", tail + 1);
		snprintf(out->last, sizeof(out->last), "%.2s", last ? last : tail + 1);
	}
	snprintf(out->part, sizeof(out->part), "%.*s", (int)(part < 47 ? part : 47), name);
}

/* "Ax" as the first of a range is A0, as the last A9. */
static int rank(const char *revision, char x)
{
	return revision[0] * 16 + (revision[1] == 'x' ? x : revision[1]);
}

bool cx3_board_revisions_apart(const struct cx3_board_name *a, const struct cx3_board_name *b)
{
	if (!a->first[0] || !b->first[0])
		return false;
	return rank(a->last, '9') < rank(b->first, '0') || rank(b->last, '9') < rank(a->first, '0');
}
