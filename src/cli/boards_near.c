/* SPDX-License-Identifier: BSD-2-Clause */
/* PSIDs and part numbers that are close to a word which names no board: see boards_near.h. */
#include "boards_near.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "cx3flash/knowledge.h"

#define MOST_NEAR 4u
#define MOST_NAMES 512u
#define NAME_SIZE 40u
/* "MCX35" begins a family of boards, "MCX3" all of them. */
#define LEAST_COMMON 5u

struct names {
	char name[MOST_NAMES][NAME_SIZE];
	const char *list[MOST_NAMES];
	size_t count;
};

/* Only what can be asked for is offered. */
static void add(struct names *names, const char *text, size_t len)
{
	char *to = names->name[names->count];

	if (len == 0 || len >= NAME_SIZE || names->count + 1 >= MOST_NAMES)
		return;
	snprintf(to, NAME_SIZE, "%.*s", (int)len, text);
	if (!cx3_board_by_psid(to) && !cx3_board_by_part(to, NULL))
		return;
	for (size_t i = 0; i < names->count; i++) {
		if (strcmp(names->name[i], to) == 0)
			return;
	}
	names->list[names->count++] = to;
}

static void add_words(struct names *names, const char *text)
{
	while (text && *text) {
		size_t len = strcspn(text, " (),;/");

		add(names, text, len);
		text += len + (text[len] != '\0');
	}
}

static size_t common(const char *a, const char *b)
{
	size_t len = 0;

	while (a[len] && tolower((unsigned char)a[len]) == tolower((unsigned char)b[len]))
		len++;
	return len;
}

/* Those that contain the word. */
static size_t containing(const struct names *names, const char *wanted, const char **near)
{
	size_t count = 0;

	for (size_t i = 0; i < names->count && count < MOST_NEAR; i++) {
		if (strcasestr(names->list[i], wanted))
			near[count++] = names->list[i];
	}
	return count;
}

/* The one that is spelt most like it, and those that begin most like it. */
static size_t resembling(const struct names *names, const char *wanted, const char **near)
{
	const char *nearest = cli_nearest(wanted, names->list, names->count);
	size_t longest = LEAST_COMMON, count = 0;

	if (nearest)
		near[count++] = nearest;
	for (size_t i = 0; i < names->count; i++) {
		size_t len = common(names->list[i], wanted);

		longest = len > longest ? len : longest;
	}
	for (size_t i = 0; i < names->count && count < MOST_NEAR; i++) {
		if (names->list[i] != nearest && common(names->list[i], wanted) == longest)
			near[count++] = names->list[i];
	}
	return count;
}

void boards_near(const char *wanted, char *text, size_t size)
{
	static _Thread_local struct names names; /* 30 KB; made anew by each call */
	const char *near[MOST_NEAR];
	size_t boards, count, len = 0;
	const struct cx3_board *board = cx3_boards(&boards);

	names.count = 0;
	for (size_t i = 0; i < boards; i++) {
		add_words(&names, board[i].psid);
		add_words(&names, board[i].part_number);
		add_words(&names, board[i].image);
	}
	text[0] = '\0';
	count = *wanted ? containing(&names, wanted, near) : 0;
	if (count == 0)
		count = resembling(&names, wanted, near);
	for (size_t i = 0; i < count && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s%s",
					i == 0		 ? " did you mean "
					: i + 1 == count ? " or "
							 : ", ",
					near[i], i + 1 == count ? "?" : "");
}
