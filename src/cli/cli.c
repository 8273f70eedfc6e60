/* SPDX-License-Identifier: BSD-2-Clause */
/* From the words of the command line to the command that runs, and to the exit code. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli.h"
#include "fleet.h"
#include "foreign.h"
#include "log_file.h"
#include "request.h"
#include "screen.h"

/* What the same is called elsewhere; and a command in capitals. */
static const char *other_word(const char *word)
{
	static const char *const others[][2] = {
		{"read", "backup (the whole flash), ri (the image) or rb (raw bytes)"},
		{"dump", "backup (the whole flash), ri (the image) or rb (raw bytes)"},
		{"save", "backup"},
		{"write", "burn (an image) or restore (a backup)"},
		{"flash", "burn (an image) or restore (a backup)"},
		{"update", "burn"},
		{"list", "scan"},
		{"info", "status (the card) or query (its image)"},
		{"test", "selftest"},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcasecmp(word, others[i][0]) == 0)
			return others[i][1];
	}
	for (size_t i = 0; cli_commands[i]; i++) {
		if (strcasecmp(word, cli_commands[i]->name) == 0)
			return cli_commands[i]->name;
	}
	return NULL;
}

/* mstflint prints its whole synopsis here; one line with a guess helps more. */
static int unknown_command(struct cli *cli, const char *word)
{
	const char *words[64];
	const char *nearest = other_word(word);
	const char *reason = foreign_command(word);
	size_t count = 0;

	if (reason)
		return cx3_fail(&cli->err, CX3_E_USAGE, word,
				"This command of mstflint is not here: %s.", reason);
	for (size_t i = 0; cli_commands[i]; i++)
		words[count++] = cli_commands[i]->name;
	if (!nearest)
		nearest = cli_nearest(word, words, count);
	if (nearest)
		return cx3_fail(&cli->err, CX3_E_USAGE, word,
				"There is no such command; did you mean %s?", nearest);
	return cx3_fail(&cli->err, CX3_E_USAGE, word,
			"There is no such command; see cx3flash --help.");
}

/* Which of -d and -i a command needs; mstflint has the same four kinds. */
int cli_check_target(struct cli *cli)
{
	const char *name = cli->command->name;
	enum cli_target target = cli->command->target;
	bool device = cli->options.device != NULL;
	bool image = cli->options.image != NULL;
	const char *meant = device ? foreign_device(cli->options.device) : NULL;

	if (meant)
		return cx3_fail(&cli->err, CX3_E_USAGE, cli->options.device, "%s", meant);
	if (target == TARGET_NONE && image)
		return cx3_fail(&cli->err, CX3_E_USAGE, name,
				"This command takes no image; leave out -i %s.",
				cli->options.image);

	if (target == TARGET_EITHER && !device && !image)
		return cx3_fail(
			&cli->err, CX3_E_USAGE, name,
			"Name a card with -d (/dev/i2c-N, ft232h, mtusb1 or sim:FILE) or an image "
			"file with -i.");
	if (target == TARGET_EITHER && device && image)
		return cx3_fail(
			&cli->err, CX3_E_USAGE, name,
			"This command takes a card (-d) or an image file (-i), not both; leave "
			"one out.");
	if ((target == TARGET_DEVICE || target == TARGET_BOTH || target == TARGET_CARD_IMAGE) &&
	    !device)
		return cx3_fail(&cli->err, CX3_E_USAGE, name,
				"This command needs a card: name it with -d (/dev/i2c-N, ft232h, "
				"mtusb1 or sim:FILE).");
	if (target == TARGET_BOTH && !image)
		return cx3_fail(&cli->err, CX3_E_USAGE, name,
				"This command needs an image: name its file with -i.");
	if (target == TARGET_DEVICE && image)
		return cx3_fail(&cli->err, CX3_E_USAGE, name,
				"This command works on a card; leave out -i %s.",
				cli->options.image);
	return CX3_OK;
}

/* The numbers are in the table; what the words mean is the command's business. */
int cli_check_args(struct cli *cli)
{
	const struct command *command = cli->command;
	unsigned count = (unsigned)cli->argc;

	if (count < command->min_args)
		return cx3_fail(&cli->err, CX3_E_USAGE, command->name,
				"An argument is missing; use: %s %s", command->name, command->args);
	/* it may be a part of what is not to be shown */
	if (count > command->max_args && command->secret)
		return cx3_fail(&cli->err, CX3_E_USAGE, command->name,
				"There is one argument too many; use: %s %s", command->name,
				command->args);
	if (count > command->max_args)
		return cx3_fail(&cli->err, CX3_E_USAGE, command->name,
				"\"%s\" is one argument too many; use: %s%s%s",
				cli->argv[command->max_args], command->name,
				*command->args ? " " : "", command->args);
	return CX3_OK;
}

unsigned cli_told_args(const struct cli *cli)
{
	unsigned count = (unsigned)cli->argc, told = cli->command->told;

	return cli->command->secret && count > told ? told : count;
}

/* An option that a command would ignore is a misunderstanding: nothing is done. */
static int check_scopes(struct cli *cli, const unsigned *scopes)
{
	for (size_t i = 0; i < cli_option_count; i++) {
		const unsigned anywhere = SCOPE_ALL | SCOPE_IGNORED;

		if (scopes[i] && !(scopes[i] & (anywhere | cli->command->scope)))
			return cx3_fail(
				&cli->err, CX3_E_USAGE, cli->command->name,
				"--%s does not apply to this command; see cx3flash %s --help.",
				cli_option_specs[i].name, cli->command->name);
	}
	return CX3_OK;
}

int cli_check_line(struct cli *cli, const unsigned *scopes)
{
	int rc = check_scopes(cli, scopes);

	if (rc == CX3_OK)
		rc = cli_check_args(cli);
	return rc == CX3_OK ? cli_check_target(cli) : rc;
}

/* The callback of all jobs. */
static void job_progress(void *user, const struct cx3_progress *now)
{
	struct cli *cli = user;

	if (!cli->counting)
		progress_update(&cli->progress, now);
}

/* Ctrl-Z: the shell's prompt gets a line of its own; the bar comes back with the next page. */
static void job_pause(void *user)
{
	struct cli *cli = user;

	if (cli->worker) {
		fleet_pause(cli);
		return;
	}
	progress_clear(&cli->progress);
	signals_pause();
}

/* With --json nothing but errors of the log goes to standard error. */
static void setup_output(struct cli *cli)
{
	bool json = cli->options.progress_json;
	bool quiet = cli->options.silent || (cli->options.json && !json);

	screen_open();
	progress_init(&cli->progress, quiet ? NULL : screen_err(), isatty(STDERR_FILENO));
	cli->progress.json = json;
	cli->progress.device = cli->options.device;
	cli->watch.progress = job_progress;
	cli->watch.cancelled = signals_seen;
	cli->watch.pause_wanted = signals_pause_wanted;
	cli->watch.pause = job_pause;
	cli->watch.user = cli;
	cli->log.fn = session_log;
	cli->log.user = cli;
	cli->log.level = CX3_LOG_WARN;
	if (cli->options.verbose > 0)
		cli->log.level = cli->options.verbose > 3
					 ? CX3_LOG_WIRE
					 : (enum cx3_log_level)cli->options.verbose;
	cli->log_shown = cli->log.level;
}

static void tell_ignored(struct cli *cli, const unsigned *scopes)
{
	char line[160];

	for (size_t i = 0; i < cli_option_count; i++) {
		const struct option_spec *spec = &cli_option_specs[i];

		if (!(scopes[i] & SCOPE_IGNORED))
			continue;
		snprintf(line, sizeof(line), "--%s has no effect: %s.", spec->name, spec->help);
		session_log(cli, CX3_LOG_WARN, line);
	}
}

int cli_run(struct cli *cli)
{
	int rc = log_open(cli);

	if (rc == CX3_OK)
		rc = cli->command->run(cli);
	if (rc != CX3_OK && cli->command->target == TARGET_EITHER)
		rc = source_verdict(cli, rc);
	session_close(cli);
	return rc;
}

/* Nothing is opened before all that can be known to be wrong is ruled out. */
static int run_command(struct cli *cli, const unsigned *scopes)
{
	int rc = cli_check_line(cli, scopes);

	if (rc == CX3_OK)
		rc = fleet_check(cli);
	if (rc != CX3_OK)
		return rc;
	setup_output(cli);
	tell_ignored(cli, scopes);
	return fleet_wanted(cli) ? fleet_command(cli) : cli_run(cli);
}

/* The words after the options: the command and its arguments. */
static int choose_command(struct cli *cli, int count, char **words)
{
	if (count == 0 && cli->options.clear_semaphore && cli->options.device)
		cli->command = cli_find_command("clear_semaphore"); /* as mstflint has it */
	else if (count == 0)
		return cx3_fail(&cli->err, CX3_E_USAGE, NULL,
				"No command was given; see cx3flash --help.");
	else
		cli->command = cli_find_command(words[0]);
	if (!cli->command)
		return unknown_command(cli, words[0]);
	cli->argc = count > 0 ? count - 1 : 0;
	cli->argv = count > 0 ? words + 1 : words;
	json_text(cli->json, "command", cli->command->name);
	return CX3_OK;
}

/* Help and version win over everything else on the line, as everywhere. */
static int dispatch(struct cli *cli, int argc, char **argv)
{
	unsigned scopes[MAX_OPTIONS];
	int first;
	int rc = options_parse(argc, argv, &cli->options, scopes, &first, &cli->err);

	if (rc != CX3_OK)
		return rc;
	if (cli->options.version) {
		say(cli, "cx3flash " CX3FLASH_VERSION "\n");
		json_text(cli->json, "version", CX3FLASH_VERSION);
		return CX3_OK;
	}
	if (cli->options.help && first == argc) {
		cli_help(cli, NULL);
		return CX3_OK;
	}
	cli->words = argv;
	cli->first = first;
	rc = choose_command(cli, argc - first, argv + first);
	if (rc == CX3_OK && cli->options.help)
		cli_help(cli, cli->command);
	else if (rc == CX3_OK)
		rc = run_command(cli, scopes);
	return rc;
}

/* Known before the options are read, so that their errors come as JSON too. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0 || strcmp(argv[i], "-json") == 0)
			return true;
	}
	return false;
}

int cli_main(int argc, char **argv)
{
	struct cli cli;
	char **words = NULL;
	int count;
	int rc;
	int code;

	memset(&cli, 0, sizeof(cli));
	if (wants_json(argc, argv)) {
		cli.json = cJSON_CreateObject();
		json_flag(cli.json, "ok", true); /* first, until report_end knows better */
	}
	rc = argv_normalise(argc, argv, &words, &count, &cli.err);
	if (rc == CX3_OK)
		rc = dispatch(&cli, count, words);
	code = report_end(&cli, rc);
	request_free(cli.request);
	request_free(cli.resumed_words);
	cJSON_Delete(cli.json);
	argv_free(words);
	return code;
}
