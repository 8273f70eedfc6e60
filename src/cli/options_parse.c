/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a normalised command line with getopt_long, by the table of options. */
#include "options.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* getopt_long answers FIRST_LONG + the option's index in the table for those
 * without a letter: above every character. */
#define FIRST_LONG 0x100

struct getopt_tables {
	char letters[2 + 2 * MAX_OPTIONS];
	struct option longs[MAX_OPTIONS + 1];
};

/* getopt_long wants its own two tables; both come from ours. */
static void build_tables(struct getopt_tables *tables)
{
	char *letter = tables->letters;

	assert(cli_option_count <= MAX_OPTIONS);
	memset(tables, 0, sizeof(*tables));
	*letter++ = ':'; /* a missing argument answers ':' instead of '?' */
	for (size_t i = 0; i < cli_option_count; i++) {
		const struct option_spec *spec = &cli_option_specs[i];

		tables->longs[i].name = spec->name;
		tables->longs[i].has_arg = spec->values ? required_argument : no_argument;
		tables->longs[i].val = FIRST_LONG + (int)i;
		if (spec->letter) {
			*letter++ = spec->letter;
			if (spec->values)
				*letter++ = ':';
		}
	}
}

/* NULL for ':' and '?'. */
static const struct option_spec *spec_of(int answer)
{
	if (answer >= FIRST_LONG)
		return &cli_option_specs[answer - FIRST_LONG];
	for (size_t i = 0; i < cli_option_count; i++) {
		if (cli_option_specs[i].letter == answer)
			return &cli_option_specs[i];
	}
	return NULL;
}

/* argv_normalise has caught unknown long options: what is left is letters and values. */
static int complain(int answer, const char *word, struct cx3_error *err)
{
	const struct option_spec *spec = spec_of(optopt);

	if (answer == ':' && spec)
		return cx3_fail(err, CX3_E_USAGE, word, "This option needs %s after it.",
				spec->arg);
	if (spec)
		return cx3_fail(err, CX3_E_USAGE, word,
				"This option takes no value: leave out what follows the =.");
	return cx3_fail(err, CX3_E_USAGE, word, "There is no such option; see cx3flash --help.");
}

static int apply(const struct option_spec *spec, struct cli_options *options, struct cx3_error *err)
{
	if (spec->take)
		return spec->take(options, optarg, err);
	*(bool *)((char *)options + spec->flag) = true;
	return CX3_OK;
}

int options_parse(int argc, char **argv, struct cli_options *options, unsigned *scopes, int *first,
		  struct cx3_error *err)
{
	struct getopt_tables tables;
	int answer;

	build_tables(&tables);
	memset(options, 0, sizeof(*options));
	memset(scopes, 0, cli_option_count * sizeof(*scopes));
	optind = 0; /* GNU: start anew, with the permutation */
	opterr = 0;
	while ((answer = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
		const struct option_spec *spec = spec_of(answer);
		int rc;

		if (!spec)
			return complain(answer, argv[optind - 1], err);
		/* of two values one would be dropped in silence */
		if (spec->values && scopes[spec - cli_option_specs] &&
		    !(spec->scope & SCOPE_REPEATS))
			return cx3_fail(err, CX3_E_USAGE, argv[optind - 1],
					"The option --%s is given twice.\nGive it once.",
					spec->name);
		rc = apply(spec, options, err);
		if (rc != CX3_OK)
			return rc;
		scopes[spec - cli_option_specs] = spec->scope;
	}
	*first = optind;
	if (options->yes && options->no)
		return cx3_fail(err, CX3_E_USAGE, "--no",
				"-y and --no contradict each other; give one of them.");
	if (options->silent && options->progress_json)
		return cx3_fail(err, CX3_E_USAGE, "--progress",
				"-s and --progress contradict each other; give one of them.");
	return CX3_OK;
}
