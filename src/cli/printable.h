/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of cards, images and file names, made safe to print. */
#ifndef CX3_CLI_PRINTABLE_H
#define CX3_CLI_PRINTABLE_H

/*
 * An image can hold terminal escapes in its VSD or PSID, and rewrite with them the
 * table of changes that a person says yes to. Bytes below 0x20, 0x7f, the C1
 * controls (U+0080 to U+009f) and bytes that are no UTF-8 become \xNN.
 */
enum printable {
	PRINTABLE_LINE, /* one line: all of these are escaped */
	PRINTABLE_LINES /* line feeds, tabs, and a carriage return before a line feed stay */
};

/* malloc'd, or NULL without memory. */
char *printable_copy(const char *text, enum printable kind);

/* As one line, for an argument of say(). Good until the 8th call after it; long
 * texts are cut. */
const char *shown(const char *text);

#endif
