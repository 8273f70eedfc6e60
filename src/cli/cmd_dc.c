/* SPDX-License-Identifier: BSD-2-Clause */
/* dc: "dump configuration", as in mstflint: the INI text that the image was made from. */
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "commands.h"
#include "printable.h"
#include "text_dump.h"

/* Guides have it done "to back the card up". What goes on in a pipe stays as it is. */
static void tell(const struct cli *cli, const char *path)
{
	const char *device = cli->options.device ? cli->options.device : "DEVICE";
	const struct advice advice = {.word = {"cx3flash", "-d", device, "backup"}, .count = 4};
	char *line;

	if (strcmp(path, "-") == 0 || strncmp(path, "/dev/", strlen("/dev/")) == 0)
		return;
	line = advice_line(&advice);
	say(cli, "-I- This text is no backup of the card. To make one: %s\n",
	    line ? shown(line) : "");
	free(line);
}

static int run(struct cli *cli)
{
	int rc = text_dump(cli, CX3_FS2_FW_CONFIG, "configuration");

	if (rc == CX3_OK && cli->argc > 0)
		tell(cli, cli->argv[0]);
	return rc;
}

const struct command cmd_dc = {
	.name = "dc",
	.args = "[FILE]",
	.summary = "the image's configuration (INI text)",
	.help = "The text that the image was made from. It is no backup of the card: that is backup.",
	.example = "-d /dev/i2c-3 dc card.ini",
	.group = GROUP_LOOK,
	.target = TARGET_EITHER,
	.max_args = 1,
	.scope = SCOPE_READ,
	.run = run,
};
