/* SPDX-License-Identifier: BSD-2-Clause */
/* The exit code for each error of the library. */
#include "exit_code.h"

#include <stddef.h>

/* A cause without a line here would answer 0, "done": a test goes through all codes. */
static const unsigned char by_cause[] = {
	[-CX3_OK] = EXIT_DONE,
	[-CX3_E_USAGE] = EXIT_USAGE,
	[-CX3_E_NO_MEMORY] = EXIT_OTHER,
	[-CX3_E_NOT_MINE] = EXIT_OTHER,
	[-CX3_E_NO_DEVICE] = EXIT_ADAPTER,
	[-CX3_E_PERMISSION] = EXIT_ADAPTER,
	[-CX3_E_UNSUPPORTED] = EXIT_ADAPTER,
	[-CX3_E_GONE] = EXIT_ADAPTER,
	[-CX3_E_NO_ACK] = EXIT_BUS,
	[-CX3_E_NACK_DATA] = EXIT_BUS,
	[-CX3_E_BUS] = EXIT_BUS,
	[-CX3_E_ARBITRATION] = EXIT_BUS,
	[-CX3_E_TIMEOUT] = EXIT_BUS,
	[-CX3_E_TOO_LONG] = EXIT_BUS,
	[-CX3_E_IO] = EXIT_BUS,
	[-CX3_E_WRONG_ID] = EXIT_CARD,
	[-CX3_E_LOCKED] = EXIT_CARD,
	[-CX3_E_SEMAPHORE] = EXIT_CARD,
	[-CX3_E_GATEWAY] = EXIT_CARD,
	[-CX3_E_NO_FLASH] = EXIT_FLASH,
	[-CX3_E_UNKNOWN_PART] = EXIT_FLASH,
	[-CX3_E_PROTECTED] = EXIT_FLASH,
	[-CX3_E_VERIFY] = EXIT_FLASH,
	[-CX3_E_IMAGE] = EXIT_IMAGE,
	[-CX3_E_NO_IMAGE] = EXIT_IMAGE,
	[-CX3_E_WRONG_CARD] = EXIT_MISMATCH,
	[-CX3_E_PSID] = EXIT_MISMATCH,
	[-CX3_E_TOO_BIG] = EXIT_MISMATCH,
	[-CX3_E_IDENTITY] = EXIT_MISMATCH,
	[-CX3_E_FILE] = EXIT_FILES,
	[-CX3_E_EXISTS] = EXIT_FILES,
	[-CX3_E_DISK_FULL] = EXIT_FILES,
	[-CX3_E_REFUSED] = EXIT_REFUSED,
	[-CX3_E_INTERRUPTED] = EXIT_INTERRUPTED,
	[-CX3_E_INTERNAL] = EXIT_OTHER,
	[-CX3_E_IN_USE] = EXIT_ADAPTER,
	[-CX3_E_NOISE] = EXIT_BUS,
	[-CX3_E_CHANGED] = EXIT_CARD,
	[-CX3_E_UNBOOTABLE] = EXIT_REFUSED,
	[-CX3_E_FAILSAFE] = EXIT_MISMATCH,
	[-CX3_E_BACKUP] = EXIT_FILES,
	[-CX3_E_NO_FOLDER] = EXIT_FILES,
	[-CX3_E_SEMAPHORE_OURS] = EXIT_BUS,
	[-CX3_E_OTHER_TOOL] = EXIT_CARD,
	[-CX3_E_NO_REGISTERS] = EXIT_CARD,
	[-CX3_E_BOARD] = EXIT_MISMATCH,
	[-CX3_E_KEY] = EXIT_MISMATCH,
	[-CX3_E_STATUS_LOCKED] = EXIT_FLASH,
	[-CX3_E_ROM] = EXIT_MISMATCH,
	[-CX3_E_NEEDS_ERASE] = EXIT_FLASH,
	[-CX3_E_COMMAND] = EXIT_CARD,
	[-CX3_E_PART] = EXIT_FLASH,
};

enum exit_code exit_code_of(int code)
{
	size_t index = (size_t) - (long)code;

	if (code > 0 || index >= sizeof(by_cause))
		return EXIT_OTHER;
	return (enum exit_code)by_cause[index];
}

const struct exit_meaning exit_meanings[] = {
	{EXIT_DONE, "done"},
	{EXIT_OTHER, "another error"},
	{EXIT_USAGE, "the command line makes no sense"},
	{EXIT_ADAPTER, "the adapter: not there, no permission, gone"},
	{EXIT_BUS, "the bus: no answer, line stuck, timeout"},
	{EXIT_CARD, "the card: wrong id, locked, semaphore, gateway"},
	{EXIT_FLASH, "the flash: none, unknown, protected, reads back wrong, lacks the setting"},
	{EXIT_REFUSED, "the answer was no"},
	{EXIT_IMAGE, "the image: corrupt, or none there"},
	{EXIT_MISMATCH, "image and card do not fit: chip, PSID, size, identity"},
	{EXIT_FILES, "a file: unreadable, exists, disk full"},
	{EXIT_NEEDS, "status: nothing failed, and the card needs something done"},
	{EXIT_DIFFERS, "diff: they differ"},
	{EXIT_SEVERAL, "several devices or cards, which failed in different ways"},
	{EXIT_INTERRUPTED, "interrupted (Ctrl-C, SIGTERM, SIGHUP)"},
};
const unsigned exit_meaning_count = sizeof(exit_meanings) / sizeof(exit_meanings[0]);
