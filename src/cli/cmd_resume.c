/* SPDX-License-Identifier: BSD-2-Clause */
/* resume: goes on with a job that was interrupted while it wrote to this card. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "printable.h"
#include "request.h"
#include "waiting_text.h"

/* However its name is spelt. */
static bool is_file(const char *path, const char *name)
{
	struct stat a, b;

	return stat(path, &a) == 0 && stat(name, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static int damaged(struct cli *cli, const struct cx3_waiting *one)
{
	if (!one->backup[0])
		return cx3_fail(&cli->err, CX3_E_BACKUP, one->journal,
				"This journal of an interrupted job can't be read.\n"
				"Give the command again that was interrupted, and delete this file "
				"when it is done.");
	return cx3_fail(&cli->err, CX3_E_BACKUP, one->journal,
			"This journal of an interrupted job can't be read. What a card held "
			"before it is in '%s'.\n"
			"Give the command again that was interrupted, and delete this file when it "
			"is done.",
			one->backup);
}

/* A yes is for what is shown, and can't tell which of many cards this is. */
static int check_certain(struct cli *cli, const struct cx3_waiting *one)
{
	if (one->certain || cli->argc > 0 || !cli->options.yes)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_IDENTITY, one->journal,
			"This interrupted job may be this card's, or that of another card of its "
			"kind: the flash does not tell.\n"
			"Nothing was written. Look at what the journal says of its card (%s), and "
			"name the journal if it is this one.",
			one->owner[0] ? one->owner : "its GUIDs are not known");
}

/* The one that is meant: by its journal's file, or the only one there is. */
static int choose(struct cli *cli, const struct cx3_waiting *list, size_t count,
		  const struct cx3_waiting **one)
{
	size_t whole = 0;

	/* those that can't be read come last */
	while (whole < count && !list[whole].damaged)
		whole++;
	*one = count > 0 && whole <= 1 ? list : NULL;
	if (cli->argc > 0) {
		*one = NULL;
		for (size_t i = 0; i < count && !*one; i++) {
			if (is_file(list[i].journal, cli->argv[0]))
				*one = &list[i];
		}
		if (!*one)
			return cx3_fail(&cli->err, CX3_E_USAGE, cli->argv[0],
					"This is no journal of an interrupted job that may be this "
					"card's.\nThe command status lists those that may be.");
	}
	if (count > 0 && !*one)
		return cx3_fail(&cli->err, CX3_E_USAGE, "resume",
				"%zu interrupted jobs may be this card's.\n"
				"Name the journal of the one that is meant.",
				whole);
	if (*one && (*one)->damaged)
		return damaged(cli, *one);
	if (*one && !(*one)->request[0])
		return cx3_fail(&cli->err, CX3_E_BACKUP, (*one)->journal,
				"This journal does not say how its job was asked for.\n"
				"Give the command again that was interrupted.");
	return *one ? check_certain(cli, *one) : CX3_OK;
}

/* A yes is for the user of this run to say; a journal holds none unless somebody has changed
 * it. So is the device. */
static int check_request(struct cli *cli, bool yes)
{
	if (cli->options.device_count > 1)
		return cx3_fail(&cli->err, CX3_E_BACKUP, "journal",
				"The journal names a device by itself: it was changed.\n"
				"Give the command again that was interrupted.");
	if (cli->options.yes == yes)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_BACKUP, "journal",
			"The journal says yes by itself: it was changed.\n"
			"Give the command again that was interrupted.");
}

/* The command opens the card as its own options say; what was opened with others is closed. */
static void close_if_other(struct cli *cli, enum cx3_assume opened)
{
	bool livefish = cx3_card_identity(cli->session.card)->state == CX3_CARD_LIVEFISH;

	if (livefish && cli->options.assume.of[CX3_WAY_LIVEFISH_LINK] != opened)
		session_close(cli);
}

/* The command line of that time becomes the one of this run, as if it had been typed. */
static int carry_on(struct cli *cli, const char *journal, char **words, int count)
{
	const bool yes = cli->options.yes;
	const enum cx3_assume opened = cli->options.assume.of[CX3_WAY_LIVEFISH_LINK];
	unsigned scopes[MAX_OPTIONS];
	int first;
	int rc = options_parse(count, words, &cli->options, scopes, &first, &cli->err);

	if (rc == CX3_OK)
		rc = check_request(cli, yes);
	if (rc != CX3_OK)
		return rc;
	cli->words = words;
	cli->first = first;
	cli->command = first < count ? cli_find_command(words[first]) : NULL;
	if (!cli->command || !(cli->command->scope & (SCOPE_CHANGE | SCOPE_WP)))
		return cx3_fail(&cli->err, CX3_E_BACKUP, "journal",
				"The journal names no command that writes to a card.\n"
				"Give the command again that was interrupted.");
	cli->argc = count - first - 1;
	cli->argv = words + first + 1;
	cli->resumes = journal;
	rc = cli_check_line(cli, scopes);
	if (rc != CX3_OK)
		return rc;
	close_if_other(cli, opened);
	return cli->command->run(cli);
}

/* A job is known by what its file holds, whatever that is called. */
static int check_file(struct cli *cli, int rc)
{
	const char *file = cli->command->files ? cli->argv[0] : cli->options.image;

	if (rc != CX3_E_FILE || !file || access(file, F_OK) == 0)
		return rc;
	cli->file_lost = true;
	cx3_fail_next(&cli->err,
		      "Nothing was written. If the file lies elsewhere now, or under another name, "
		      "give the command with that one: it goes on.");
	return rc;
}

static int go_on(struct cli *cli, const struct cx3_waiting *waiting)
{
	int count;
	char **words = request_again(cli, waiting->request, &count);

	if (!words)
		return cx3_fail(&cli->err, CX3_E_NO_MEMORY, "resume",
				"There is no memory left.\nClose other programs and try again.");
	waiting_tell(cli, waiting);
	cli->resumed_words = words; /* freed at the end of the program's run */
	return check_file(cli, carry_on(cli, waiting->journal, words, count));
}

/*
 * The look for the journal must not do what the journal's run was refused: it leaves 0xf3834
 * alone unless this line says otherwise. The options that the journal leads to are read anew.
 */
static int look(struct cli *cli)
{
	enum cx3_assume *link = &cli->options.assume.of[CX3_WAY_LIVEFISH_LINK];

	if (*link == CX3_ASSUME_NOTHING)
		*link = CX3_ASSUME_NO;
	return session_open(cli, CX3_OPEN_SHADOW);
}

/* The journal that is looked for may be the one that another run works with: it lists as none. */
static void tell_none(struct cli *cli)
{
	struct cx3_run other;

	say(cli, "-I- No interrupted job of this card waits.\n");
	if (cx3_waiting_run(cx3_card_identity(cli->session.card), cli->options.backup_dir,
			    &other) &&
	    other.alive)
		say(cli,
		    "-I- Process %" PRIu32 ", a %s since %s, may be at work on a card of this kind "
		    "with the journal %s: if it is this card, wait until it ends.\n",
		    other.pid, shown(other.job), shown(other.date), shown(other.journal));
}

static int run(struct cli *cli)
{
	const struct cx3_waiting *one = NULL;
	struct cx3_waiting *list = NULL;
	size_t count;
	int rc = look(cli);

	if (rc == CX3_OK)
		rc = cx3_waiting_jobs(cli->session.shadow, cli->options.backup_dir, &list, &count,
				      &cli->err);
	if (rc == CX3_OK)
		rc = choose(cli, list, count, &one);
	if (rc == CX3_OK && !one)
		tell_none(cli);
	/* it may be refused as another card's: then one of these is this card's */
	for (size_t i = 0; rc == CX3_OK && one && !one->certain && i < count; i++) {
		if (&list[i] != one && !list[i].damaged)
			waiting_tell_line(cli, "Or, if it was that one", list[i].journal);
	}
	if (rc == CX3_OK && one)
		rc = go_on(cli, one);
	cli->resumes = NULL;
	free(list);
	return rc;
}

const struct command cmd_resume = {
	.name = "resume",
	.args = "[JOURNAL]",
	.summary = "go on with an interrupted job that writes",
	.help = "The job's journal says how it was asked for. The files that it worked with must be\n"
		"as they were. status tells whether one waits, and names its journal: that is asked\n"
		"for where several may be this card's.",
	.example = "-d /dev/i2c-3 resume",
	.group = GROUP_CHANGE,
	.target = TARGET_DEVICE,
	.max_args = 1,
	.scope = SCOPE_RESUME,
	.run = run,
};
