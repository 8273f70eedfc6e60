/* SPDX-License-Identifier: BSD-2-Clause */
/* wp: the flash chip's write protection. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "printable.h"
#include "protect_run.h"
#include "shapes.h"

/* More than any part has. */
#define MOST_RANGES 128u

static const char *const holds[] = {
	[CX3_REGISTER_FREE] = "nothing: the status register can be written",
	[CX3_REGISTER_PIN] =
		("SRWD, SRP0 or SPRL is set: it can be written only while the WP# pin is "
		 "high"),
	[CX3_REGISTER_LOCKED] = "SRP1 is set: it can't be written until power-off, or never again",
};
static const char *const kinds[] = {
	[CX3_LOCK_BITS] = "block protection bits",
	[CX3_LOCK_BITS_OR_BLOCKS] =
		("block protection bits; some chips of this id can have a lock for "
		 "each block instead, which is not read"),
	[CX3_LOCK_SECTORS] = "a lock for each sector; which ones is not read",
	[CX3_LOCK_BLOCKS] = "a lock for each block (WPS), set at each power-on",
};

/* What can be done about it, where a line can. */
static void say_line_off(struct cli *cli, const struct cx3_flash_protection *p)
{
	char *line = protection_line(cli, p);

	if (line)
		say(cli, "-I- %s: %s\n",
		    p->register_lock == CX3_REGISTER_PIN ? "With WP# high this lifts it"
							 : "This lifts it",
		    shown(line));
	free(line);
}

/* What the registers are now, read twice. */
static int query(struct cli *cli)
{
	struct cx3_flash_status status = {.size = sizeof(status)};
	const struct cx3_flash_protection *p = &status.protection;
	int rc = session_open(cli, CX3_OPEN_FLASH);

	if (rc == CX3_OK)
		rc = cx3_flash_status(cli->session.flash, &status, &cli->err);
	if (rc != CX3_OK)
		return rc;
	say(cli, "Flash:                 %s\n", cx3_flash_part(cli->session.flash)->name);
	say(cli, "Status registers:      0x%02x 0x%02x 0x%02x\n", p->status[0], p->status[1],
	    p->status[2]);
	if (p->len)
		say(cli, "Protected:             0x%08" PRIx32 "-0x%08" PRIx32 "%s\n", p->start,
		    p->start + p->len - 1,
		    p->exact ? "" : ", or less: the chip's id does not tell");
	else
		say(cli, "Protected:             nothing\n");
	if (status.power_on_protection)
		say(cli, "                       (all is protected at power-on; the first erase or "
			 "program of a job lifts that)\n");
	if (p->len || p->lock_kind != CX3_LOCK_BITS)
		say(cli, "By:                    %s\n", kinds[p->lock_kind]);
	say(cli, "What holds it:         %s\n", holds[p->register_lock]);
	protection_json(cli, &status);
	say_line_off(cli, p);
	return CX3_OK;
}

/* Each range that the part has an exact setting for. */
static int ranges(struct cli *cli)
{
	struct cx3_flash_range range[MOST_RANGES];
	cJSON *array;
	size_t count;
	int rc = session_open(cli, CX3_OPEN_FLASH);

	if (rc != CX3_OK)
		return rc;
	array = json_array(cli->json, "ranges");
	count = cx3_flash_protect_ranges(cx3_flash_part(cli->session.flash), range, MOST_RANGES);
	say(cli, "%s can protect exactly these ranges:\n",
	    cx3_flash_part(cli->session.flash)->name);
	for (size_t i = 0; i < count; i++) {
		cJSON *item = json_append(array);

		say(cli, "  0x%08" PRIx32 " 0x%08" PRIx32 "  (%" PRIu32 " KiB)\n", range[i].start,
		    range[i].len, range[i].len / 1024);
		json_hex(item, "start", 8, range[i].start);
		json_number(item, "size", range[i].len);
	}
	if (count == 0)
		say(cli, "  none that is known\n");
	return CX3_OK;
}

static int parse_range(struct cli *cli, struct cx3_protect_options *what)
{
	uint64_t start = 0, len = 0;
	int rc;

	if (cli->argc == 1)
		return CX3_OK;
	if (cli->argc == 2)
		return cx3_fail(&cli->err, CX3_E_USAGE, "wp",
				"A range is a start and a size; the command wp ranges lists them.");
	rc = parse_number(cli->argv[1], "start", UINT32_MAX, &start, &cli->err);
	if (rc == CX3_OK)
		rc = parse_number(cli->argv[2], "size", UINT32_MAX, &len, &cli->err);
	what->start = (uint32_t)start;
	what->len = (uint32_t)len;
	if (rc == CX3_OK && len == 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, "wp",
				"A range of 0 bytes protects nothing; for that use wp off.");
	return rc;
}

static int change(struct cli *cli, bool on)
{
	struct cx3_protect_options what = {.on = on};
	bool wrote = false;
	int rc = on ? parse_range(cli, &what) : CX3_OK;

	if (rc == CX3_OK)
		rc = protect_run(cli, &what, &wrote);
	return wrote ? query(cli) : rc;
}

static int run(struct cli *cli)
{
	const char *word = cli->argc > 0 ? cli->argv[0] : "query";

	if (strcmp(word, "on") == 0)
		return change(cli, true);
	if (cli->argc > 1)
		return cx3_fail(&cli->err, CX3_E_USAGE, "wp",
				"\"%s\" is one argument too many; use: wp query|off|on [START "
				"SIZE]|ranges",
				cli->argv[1]);
	if (strcmp(word, "off") == 0)
		return change(cli, false);
	if (cli->options.dry_run && (strcmp(word, "query") == 0 || strcmp(word, "ranges") == 0))
		return cx3_fail(&cli->err, CX3_E_USAGE, "wp",
				"wp %s changes nothing, with --dry-run or without; leave it out.",
				word);
	if (strcmp(word, "query") == 0)
		return query(cli);
	if (strcmp(word, "ranges") == 0)
		return ranges(cli);
	return cx3_fail(&cli->err, CX3_E_USAGE, word,
			"This is nothing that wp knows; use: wp query|off|on [START SIZE]|ranges");
}

const struct command cmd_wp = {
	.name = "wp",
	.args = "[query|off|on [A N]|ranges]",
	.summary = "the flash chip's write protection",
	.help = "query: the status registers, what they protect, and what holds them. off, on: for\n"
		"good, unless the chip forgets it at power-off (which is said). on alone protects\n"
		"all; with a start and a size that range, if the part has a setting for it: ranges\n"
		"lists those. A burn can lift the protection by itself, for its time: --unprotect.",
	.example = "-d /dev/i2c-3 wp query",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.max_args = 3,
	.scope = SCOPE_WP,
	.run = run,
};
