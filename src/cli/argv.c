/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes one spelling of mstflint's several, before the options are parsed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Other names of an option. */
static const char *const aliases[][2] = {
	{"force-sem", "clear-semaphore"},
	{"hh", "help"},
};

#define SIGNED "these cards' images are not signed"
#define CABLES "it is for the firmware of cables"

/*
 * Options of mstflint that mean nothing here. Guides name them, so each gets its
 * reason instead of "unknown option".
 */
static const char *const refused[][2] = {
	{"uid", "only FS3 and later images have a base UID; use -guid and -mac"},
	{"use-fw", "there is no way to the firmware over I2C; leave it out"},
	{"ignore-crc-check", "an image with a wrong CRC is never burnt; leave it out"},
	{"no-devid-check", "an image for another chip is never burnt; leave it out"},
	{"dual-image", "one image is burnt, and the old one kept until it is whole; "
		       "leave it out"},
	{"flashed-version", "query shows the flash's version and the one that runs"},
	{"latest-fw", "give the image with -i"},
	{"ir", "these cards' firmware has no image that could be reactivated"},
	{"cc", "these cards' images have no congestion control"},
	{"private-key", SIGNED},
	{"private-key2", SIGNED},
	{"private-key-label", SIGNED},
	{"public-key", SIGNED},
	{"public-key-label", SIGNED},
	{"key-uuid", SIGNED},
	{"key-uuid2", SIGNED},
	{"hmac-key", SIGNED},
	{"hsm", SIGNED},
	{"openssl-engine", SIGNED},
	{"openssl-key-id", SIGNED},
	{"output-file", SIGNED},
	{"user-password", SIGNED},
	{"cert-chain-index", SIGNED},
	{"linkx", CABLES},
	{"linkx-auto-update", CABLES},
	{"downstream-device-id-start-index", CABLES},
	{"downstream-device-ids", CABLES},
	{"num-of-downstream-devices", CABLES},
	{"activate", CABLES},
	{"activate-delay-sec", CABLES},
	{"download-transfer", CABLES},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The option's name as the table has it: hyphens, no dashes before it. */
static size_t canonical(const char *arg, char *name, size_t size)
{
	size_t len = 0;

	while (*arg == '-')
		arg++;
	while (arg[len] && arg[len] != '=' && len < size - 1) {
		name[len] = arg[len];
		if (name[len] == '_')
			name[len] = '-';
		len++;
	}
	name[len] = '\0';
	for (size_t i = 0; i < COUNT(aliases); i++) {
		if (strcmp(name, aliases[i][0]) == 0)
			len = (size_t)snprintf(name, size, "%s", aliases[i][1]);
	}
	return len;
}

/* A misspelt option must never be ignored: it may be the one that says "dry run". */
static int unknown(const char *arg, const char *name, struct cx3_error *err)
{
	const char *words[64];
	const char *nearest;

	for (size_t i = 0; i < COUNT(refused); i++) {
		if (strcmp(name, refused[i][0]) == 0)
			return cx3_fail(err, CX3_E_USAGE, arg,
					"This option of mstflint does not apply here: %s.",
					refused[i][1]);
	}
	for (size_t i = 0; i < cli_option_count; i++)
		words[i] = cli_option_specs[i].name;
	nearest = cli_nearest(name, words, cli_option_count);
	if (nearest)
		return cx3_fail(err, CX3_E_USAGE, arg,
				"There is no such option; did you mean --%s?", nearest);
	return cx3_fail(err, CX3_E_USAGE, arg, "There is no such option; see cx3flash --help.");
}

/* Joins the words that a several-valued option takes, up to the next option. */
static char *join_values(const char *name, unsigned values, int argc, char **argv, int *i)
{
	char *joined = NULL;
	size_t size;
	FILE *out = open_memstream(&joined, &size);
	unsigned taken = 0;

	if (!out)
		return NULL;
	fprintf(out, "--%s", name);
	while (*i + 1 < argc && taken < values && argv[*i + 1][0] != '-') {
		const char *word = argv[++*i];

		fprintf(out, "%c%s", taken++ ? ',' : '=', word);
		if (strchr(word, ',')) /* A,B,C,D in one word */
			break;
	}
	if (fclose(out) != 0) {
		free(joined);
		return NULL;
	}
	return joined;
}

/* "--name" or "--name=value", malloc'd. */
static char *rewrite(const char *name, const char *value)
{
	size_t size = strlen(name) + (value ? strlen(value) : 0) + 4;
	char *arg = malloc(size);

	if (arg)
		snprintf(arg, size, "--%s%s%s", name, value ? "=" : "", value ? value : "");
	return arg;
}

/*
 * One word that starts with '-' and is longer than "-x". Clusters of letters
 * (-ys) and glued values (-dsim:x) are refused on purpose: with them, a
 * misspelt long option would silently mean something else.
 */
static int rewrite_long(int argc, char **argv, int *i, char **out, struct cx3_error *err)
{
	const char *equals = strchr(argv[*i], '=');
	const struct option_spec *spec;
	char name[64];
	size_t len = canonical(argv[*i], name, sizeof(name));

	spec = option_find(name, len);
	if (!spec)
		return unknown(argv[*i], name, err);
	if (spec->values > 1 && !equals) {
		*out = join_values(name, spec->values, argc, argv, i);
		return CX3_OK;
	}
	*out = rewrite(name, equals ? equals + 1 : NULL);
	return CX3_OK;
}

/* Of a normalised word; NULL for what is no option, or not known. */
static const struct option_spec *spec_of(const char *arg)
{
	if (strncmp(arg, "--", 2) == 0)
		return option_find(arg + 2, strcspn(arg + 2, "="));
	for (size_t i = 0; i < cli_option_count && arg[0] == '-' && arg[1] && !arg[2]; i++) {
		if (cli_option_specs[i].letter == arg[1])
			return &cli_option_specs[i];
	}
	return NULL;
}

/* The word after it is its value and stays as it is, even if it starts with "-". */
static bool takes_next_word(const char *arg)
{
	const struct option_spec *spec = spec_of(arg);

	return spec && spec->values == 1 && !strchr(arg, '=');
}

bool option_next(char **words, int end, int *i, struct option_word *option)
{
	if (*i >= end || strcmp(words[*i], "--") == 0)
		return false;
	*option = (struct option_word){.word = words[(*i)++]};
	option->spec = spec_of(option->word);
	if (takes_next_word(option->word) && *i < end)
		option->value = words[(*i)++];
	return true;
}

/* One-letter options are getopt's; "-" alone is a word; after "--" all are. */
static int normalise_word(int argc, char **argv, int *i, bool *options_end, char **out,
			  struct cx3_error *err)
{
	const char *arg = argv[*i];

	if (strcmp(arg, "--") == 0)
		*options_end = true;
	if (!*options_end && arg[0] == '-' && arg[1] && arg[2])
		return rewrite_long(argc, argv, i, out, err);
	*out = strdup(arg);
	return CX3_OK;
}

int argv_normalise(int argc, char **argv, char ***out, int *count, struct cx3_error *err)
{
	char **list = calloc((size_t)argc + 1, sizeof(*list));
	bool options_end = false;
	bool is_value = true; /* the program's name is no option either */
	int n = 0;
	int rc = CX3_OK;

	for (int i = 0; list && i < argc && rc == CX3_OK; i++, n++) {
		if (is_value)
			list[n] = strdup(argv[i]);
		else
			rc = normalise_word(argc, argv, &i, &options_end, &list[n], err);
		if (rc == CX3_OK && !list[n])
			rc = cx3_fail(
				err, CX3_E_NO_MEMORY, NULL,
				"There is no memory left; close other programs and try again.");
		is_value = rc == CX3_OK && list[n] && !is_value && !options_end &&
			   takes_next_word(list[n]);
	}
	if (!list)
		rc = cx3_fail(err, CX3_E_NO_MEMORY, NULL,
			      "There is no memory left; close other programs and try again.");
	if (rc != CX3_OK) {
		argv_free(list);
		return rc;
	}
	*out = list;
	*count = n;
	return CX3_OK;
}

void argv_free(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}
