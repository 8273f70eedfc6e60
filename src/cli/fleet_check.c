/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines with several devices that would do something else than was meant: refused. */
#include <string.h>
#include <sys/stat.h>

#include "fleet.h"
#include "foreign.h"

bool fleet_wanted(const struct cli *cli)
{
	const struct cli_options *options = &cli->options;

	return options->device_count > 1 ||
	       (options->device_count == 1 && strncmp(options->device, "all:", 4) == 0);
}

static int check_names(struct cli *cli)
{
	for (unsigned i = 1; i < cli->options.device_count; i++) {
		const char *device = cli->options.devices[i], *meant = foreign_device(device);

		if (meant)
			return cx3_fail(&cli->err, CX3_E_USAGE, device, "%s", meant);
	}
	return CX3_OK;
}

static int check_command(struct cli *cli)
{
	char names[160] = "";
	size_t len = 0;

	if (cli->command->side_by_side)
		return CX3_OK;
	for (size_t i = 0; cli_commands[i] && len < sizeof(names); i++) {
		if (cli_commands[i]->side_by_side)
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
						len ? ", " : "", cli_commands[i]->name);
	}
	return cx3_fail(&cli->err, CX3_E_USAGE, cli->command->name,
			"This command works on one card at a time.\n"
			"Name one device. Those that take several are: %s.",
			names);
}

/* Two cards with the same GUIDs and MACs disturb each other wherever they meet. */
static int check_identity(struct cli *cli)
{
	const struct cx3_burn_options *burn = &cli->options.burn;

	if (!burn->guid_count && !burn->mac_count && !burn->use_image_guids &&
	    !cli->options.identity && !cli->options.identity_from)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_USAGE, cli->command->name,
			"One identity can't go to several cards: GUIDs and MACs must be different "
			"on each.\n"
			"Leave it out, so that each card keeps its own, or burn one card at a "
			"time.");
}

/* A pipe can be read once. */
static int check_image(struct cli *cli)
{
	struct stat st;

	if (!cli->options.image || stat(cli->options.image, &st) != 0 || S_ISREG(st.st_mode))
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_USAGE, cli->options.image,
			"With several devices each of them reads the image, and this is no plain "
			"file.\n"
			"Save it, and name the file.");
}

/* Nobody can answer for one card while others go on. */
static int check_question(struct cli *cli)
{
	const struct cli_options *options = &cli->options;

	if (cli->command->group != GROUP_CHANGE || options->yes || options->no || options->dry_run)
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_REFUSED, cli->command->name,
			"With several devices no questions are asked, so nothing was written.\n"
			"%s give -y.",
			cli->command->scope & SCOPE_CHANGE
				? "Look at the plans with --dry-run, then"
				: "If every card is to be burnt,");
}

static int check_output(struct cli *cli)
{
	const char *path = cli->argc > 0 ? cli->argv[0] : NULL;
	struct stat st;

	if (strcmp(cli->command->name, "backup") != 0 || !path)
		return CX3_OK;
	if (cli->options.backup_dir)
		return cx3_fail(&cli->err, CX3_E_USAGE, "--backup-dir",
				"With several devices the argument of backup is a folder, and this "
				"option names one too.\n"
				"Leave one of them out.");
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_USAGE, path,
			"One file can't hold several cards, and this is no folder.\n"
			"Name a folder that is there; each backup gets a name of its own in it.");
}

int fleet_check(struct cli *cli)
{
	int rc = CX3_OK;

	if (!fleet_wanted(cli))
		return rc;
	rc = check_names(cli);
	if (rc == CX3_OK)
		rc = check_command(cli);
	if (rc == CX3_OK)
		rc = check_identity(cli);
	if (rc == CX3_OK)
		rc = check_image(cli);
	if (rc == CX3_OK)
		rc = check_output(cli);
	return rc == CX3_OK ? check_question(cli) : rc;
}
