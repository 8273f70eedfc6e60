/* SPDX-License-Identifier: BSD-2-Clause */
/* Error values: their codes' names for programs, and how they are filled. */
#include "cx3flash/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const code_names[] = {
	[-CX3_OK] = "ok",
	[-CX3_E_USAGE] = "usage",
	[-CX3_E_NO_MEMORY] = "no-memory",
	[-CX3_E_NOT_MINE] = "not-mine",
	[-CX3_E_NO_DEVICE] = "no-device",
	[-CX3_E_PERMISSION] = "permission",
	[-CX3_E_UNSUPPORTED] = "unsupported",
	[-CX3_E_GONE] = "gone",
	[-CX3_E_NO_ACK] = "no-ack",
	[-CX3_E_NACK_DATA] = "nack-data",
	[-CX3_E_BUS] = "bus",
	[-CX3_E_ARBITRATION] = "arbitration",
	[-CX3_E_TIMEOUT] = "timeout",
	[-CX3_E_TOO_LONG] = "too-long",
	[-CX3_E_IO] = "io",
	[-CX3_E_WRONG_ID] = "wrong-id",
	[-CX3_E_LOCKED] = "locked",
	[-CX3_E_SEMAPHORE] = "semaphore",
	[-CX3_E_GATEWAY] = "gateway",
	[-CX3_E_NO_FLASH] = "no-flash",
	[-CX3_E_UNKNOWN_PART] = "unknown-part",
	[-CX3_E_PROTECTED] = "protected",
	[-CX3_E_VERIFY] = "verify",
	[-CX3_E_IMAGE] = "image",
	[-CX3_E_NO_IMAGE] = "no-image",
	[-CX3_E_WRONG_CARD] = "wrong-card",
	[-CX3_E_PSID] = "psid",
	[-CX3_E_TOO_BIG] = "too-big",
	[-CX3_E_IDENTITY] = "identity",
	[-CX3_E_FILE] = "file",
	[-CX3_E_EXISTS] = "exists",
	[-CX3_E_DISK_FULL] = "disk-full",
	[-CX3_E_REFUSED] = "refused",
	[-CX3_E_INTERRUPTED] = "interrupted",
	[-CX3_E_INTERNAL] = "internal",
	[-CX3_E_IN_USE] = "in-use",
	[-CX3_E_NOISE] = "noise",
	[-CX3_E_CHANGED] = "changed",
	[-CX3_E_UNBOOTABLE] = "unbootable",
	[-CX3_E_FAILSAFE] = "failsafe",
	[-CX3_E_BACKUP] = "backup",
	[-CX3_E_NO_FOLDER] = "no-folder",
	[-CX3_E_SEMAPHORE_OURS] = "semaphore-ours",
	[-CX3_E_OTHER_TOOL] = "other-tool",
	[-CX3_E_NO_REGISTERS] = "no-registers",
	[-CX3_E_BOARD] = "board",
	[-CX3_E_KEY] = "access-key",
	[-CX3_E_STATUS_LOCKED] = "status-locked",
	[-CX3_E_ROM] = "rom",
	[-CX3_E_NEEDS_ERASE] = "needs-erase",
	[-CX3_E_COMMAND] = "command",
	[-CX3_E_PART] = "part",
};

const char *cx3_code_name(enum cx3_code code)
{
	size_t index = (size_t) - (long)code;

	if (code > 0 || index >= sizeof(code_names) / sizeof(code_names[0]))
		return "unknown";
	return code_names[index];
}

bool cx3_code_may_pass(int code)
{
	switch (code) {
	case CX3_E_NO_ACK:
	case CX3_E_NACK_DATA:
	case CX3_E_BUS:
	case CX3_E_ARBITRATION:
	case CX3_E_TIMEOUT:
	case CX3_E_IO:
		return true;
	default:
		return false;
	}
}

/* Whole characters of UTF-8 only: a cut never leaves half of one. */
static bool within_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * Texts hold file names of any length. One that does not fit loses its middle, and says so
 * with "[...]": its end is where the reason stands.
 */
static void put_text(char *out, size_t size, const char *text, size_t len)
{
	static const char mark[] = "[...]";
	size_t head = (size - sizeof(mark)) / 2, tail = size - sizeof(mark) - head;

	if (len < size) {
		snprintf(out, size, "%.*s", (int)len, text);
		return;
	}
	while (head > 0 && within_character(text[head]))
		head--;
	while (tail > 0 && within_character(text[len - tail]))
		tail--;
	snprintf(out, size, "%.*s%s%.*s", (int)head, text, mark, (int)tail, text + len - tail);
}

static void put_sentences(struct cx3_error *err, const char *text)
{
	size_t cause = strcspn(text, "\n");
	const char *next = text[cause] ? text + cause + 1 : "";

	put_text(err->cause, sizeof(err->cause), text, cause);
	put_text(err->next, sizeof(err->next), next, strlen(next));
}

int cx3_fail(struct cx3_error *err, enum cx3_code code, const char *place, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	if (!err)
		return code;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	err->code = code;
	put_text(err->place, sizeof(err->place), place ? place : "", place ? strlen(place) : 0);
	put_sentences(err, text ? text : "There is no memory left.\nClose other programs.");
	free(text);
	return code;
}

void cx3_fail_next(struct cx3_error *err, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	if (!err)
		return;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	if (text)
		put_text(err->next, sizeof(err->next), text, strlen(text));
	free(text);
}

const char *cx3_error_text(const struct cx3_error *err, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s%s", err->cause, err->next[0] ? " " : "", err->next);
	return buf;
}

/* The function of POSIX, which glibc has under the same name as its own one, with another type. */
const char *cx3_errno_text(int number)
{
	static _Thread_local char text[128];

	return strerror_r(number, text, sizeof(text));
}
