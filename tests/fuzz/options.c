/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any words as a command line, as far as they can be looked at before a card is opened.
 * Only what is in the tables is accepted, and each refusal has its words.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>

#include "cli/advice.h"
#include "cli/cli.h"
#include "cli/foreign.h"
#include "said.h"

#define WORDS 40

static void check_options(const struct cli_options *options)
{
	assert(options->burn.guid_count <= 4 && options->burn.guid_count != 2 &&
	       options->burn.guid_count != 3);
	assert(options->burn.mac_count <= 2);
	assert(!options->burn.vsd || strlen(options->burn.vsd) <= CX3_FS2_VSD_LEN);
	assert(!(options->yes && options->no));
}

/* The line to type that an error offers is a line that the parser knows. */
static void check_advice(struct cli *cli)
{
	struct advice advice;
	char *line;

	advice_find(cli, &advice);
	if (!advice.count)
		return;
	assert(advice.count <= ADVICE_WORDS);
	line = advice_line(&advice);
	assert(line && strncmp(line, "cx3flash", 8) == 0);
	free(line);
}

static void choose_command(struct cli *cli, int count, char **words, int first)
{
	int rc;

	cli->words = words;
	cli->first = first;
	if (first == count || !(cli->command = cli_find_command(words[first]))) {
		const char *reason = first < count ? foreign_command(words[first]) : NULL;

		assert(!reason || reason[0]);
		return;
	}
	cli->argc = count - first - 1;
	cli->argv = words + first + 1;
	rc = cli_check_args(cli);
	if (rc == CX3_OK)
		rc = cli_check_target(cli);
	if (rc != CX3_OK) {
		assert((int)cli->err.code == rc && said(&cli->err)[0]);
		check_advice(cli);
		return;
	}
	for (int i = 0; i < cli->argc; i++) {
		uint64_t value;

		if (parse_number(cli->argv[i], "ADDR", 0xffffff, &value, NULL) == CX3_OK)
			assert(value <= 0xffffff);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes b = {data, size};
	char text[WORDS][300], *argv[WORDS + 1] = {NULL}, **words = NULL;
	unsigned scopes[64];
	int argc = 1, count = 0, first = 0, rc;
	struct cli cli;

	memset(&cli, 0, sizeof(cli));
	strcpy(text[0], "cx3flash");
	for (; argc < WORDS && b.left; argc++)
		fuzz_text(&b, text[argc], sizeof(text[argc]));
	for (int i = 0; i < argc; i++)
		argv[i] = text[i];
	rc = argv_normalise(argc, argv, &words, &count, &cli.err);
	if (rc == CX3_OK)
		rc = options_parse(count, words, &cli.options, scopes, &first, &cli.err);
	if (rc == CX3_OK) {
		assert(first >= 1 && first <= count);
		check_options(&cli.options);
		choose_command(&cli, count, words, first);
	} else {
		assert((int)cli.err.code == rc && said(&cli.err)[0]);
	}
	argv_free(words);
	return 0;
}

static const char *const lines[] = {
	"-d\nsim:x\n-i\nfw.bin\n-allow_psid_change\nburn",
	"-d\nft232h\n-guids\n0002c90300001000\n0002c90300001001\n0\n0x3\n-macs\n1\n2\nsg",
	"-d\n/dev/i2c-3\n--backup-dir=/tmp\n--allow-bad-backup\nrestore\nx.bin",
	"-d\nsim:x\n-y\n-nofs\n-vsd\nname\n-use_image_ps\n--dry-run\n-i\nfw\nb",
	"--json\n-d\nsim:x\n--verbose\n--verbose\nrb\n0x100\n64\nout",
	"-d\nsim:x\n-clear_semaphore",
	"-i\nfw.bin\n-qq\nq\nfull",
	"-d\n03:00.0\n-ocr\nswreset",
	"-d\nsim:x\n-guid\n0002c90300001000\n-mac\n0002c9000001\n--unprotect\nsg",
	"--help\nburn\n--\n-x",
};

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	return fuzz_seed_text(seed, lines, sizeof(lines) / sizeof(lines[0]), out,
			      room < 4000 ? room : 4000);
}
