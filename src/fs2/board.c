/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board that an image was made for, by its own INI: [PS_INFO] Name and Description in the
 * FW Configuration section. The text is somebody else's and may be anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cx3flash/fs2.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* [*text, *text + *len) without the blanks at its ends. */
static void trim(const char **text, size_t *len)
{
	while (*len && is_blank((*text)[*len - 1]))
		(*len)--;
	while (*len && is_blank(**text)) {
		(*text)++;
		(*len)--;
	}
}

static bool is(const char *text, size_t len, const char *word)
{
	trim(&text, &len);
	return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

/* "Name = MCX354A-FCB_A2-A5" */
static void take(const char *line, size_t len, struct cx3_fs2_board *board)
{
	const char *equals = memchr(line, '=', len);
	const char *value = equals ? equals + 1 : NULL;
	size_t name_len = equals ? (size_t)(equals - line) : 0;
	size_t value_len = equals ? len - name_len - 1 : 0;

	if (!value)
		return;
	trim(&value, &value_len);
	if (is(line, name_len, "Name"))
		snprintf(board->name, sizeof(board->name), "%.*s", (int)value_len, value);
	else if (is(line, name_len, "Description"))
		snprintf(board->description, sizeof(board->description), "%.*s", (int)value_len,
			 value);
}

void cx3_fs2_board_parse(const char *ini, struct cx3_fs2_board *board)
{
	bool inside = false;

	memset(board, 0, sizeof(*board));
	for (const char *line = ini; *line;) {
		size_t len = strcspn(line, "\n");

		if (line[0] == '[')
			inside = is(line, len, "[PS_INFO]");
		else if (inside)
			take(line, len, board);
		line += len + (line[len] == '\n');
	}
}

int cx3_fs2_board_at(const struct cx3_fs2_source *src, uint32_t start, enum cx3_fs2_layout layout,
		     struct cx3_fs2_board *board, struct cx3_error *err)
{
	char *ini = NULL;
	size_t len;
	int rc = cx3_fs2_text_at(src, start, layout, CX3_FS2_FW_CONFIG, &ini, &len, err);

	memset(board, 0, sizeof(*board));
	if (rc == CX3_OK)
		cx3_fs2_board_parse(ini, board);
	free(ini);
	return rc;
}
