/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line in mstflint's spellings and ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "said.h"

#define MAX_WORDS 16

struct parsed {
	char **words;
	int count, first;
	struct cli_options options;
	unsigned scopes[64];
	struct cx3_error err;
};

/* Takes "cx3flash A B C" apart as main does. `line` is split at spaces. */
static int parse(const char *line, struct parsed *p)
{
	static char copy[512];
	char *argv[MAX_WORDS + 1] = {0};
	char *save = NULL;
	int argc = 0;
	int rc;

	memset(p, 0, sizeof(*p));
	snprintf(copy, sizeof(copy), "cx3flash %s", line);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		assert_true(argc < MAX_WORDS);
		argv[argc++] = word;
	}
	rc = argv_normalise(argc, argv, &p->words, &p->count, &p->err);
	if (rc == CX3_OK)
		rc = options_parse(p->count, p->words, &p->options, p->scopes, &p->first, &p->err);
	return rc;
}

static void parse_ok(const char *line, struct parsed *p)
{
	int rc = parse(line, p);

	if (rc != CX3_OK)
		fail_msg("%s: %s: %s", line, p->err.place, said(&p->err));
}

static void parse_fails(const char *line, const char *place, const char *word)
{
	struct parsed p;

	assert_int_equal(parse(line, &p), CX3_E_USAGE);
	assert_int_equal(p.err.code, CX3_E_USAGE);
	assert_string_equal(p.err.place, place);
	if (!strstr(said(&p.err), word))
		fail_msg("%s: \"%s\" lacks \"%s\"", line, said(&p.err), word);
	argv_free(p.words);
}

static void every_spelling_is_one_option(void **state)
{
	static const char *const forms[] = {
		"-allow_psid_change b", "--allow_psid_change b", "--allow-psid-change b",
		"-allow-psid-change b", "-allow_psid-change b",
	};
	struct parsed p;

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		parse_ok(forms[i], &p);
		assert_true(p.options.burn.allow_psid_change);
		assert_string_equal(p.words[p.first], "b");
		argv_free(p.words);
	}
}

static void the_whole_of_a_mstflint_line(void **state)
{
	struct parsed p;

	(void)state;
	parse_ok("-d /dev/i2c-3 -i fw.bin -nofs -guid 0x2c903000100d0 -mac 0002c90100d0 -y -s burn",
		 &p);
	assert_string_equal(p.options.device, "/dev/i2c-3");
	assert_string_equal(p.options.image, "fw.bin");
	assert_true(p.options.burn.non_failsafe);
	assert_true(p.options.yes);
	assert_true(p.options.silent);
	assert_int_equal(p.options.burn.guid_count, 1);
	assert_true(p.options.burn.guid[0] == UINT64_C(0x0002c903000100d0));
	assert_int_equal(p.options.burn.mac_count, 1);
	assert_true(p.options.burn.mac[0] == UINT64_C(0x0002c90100d0));
	assert_int_equal(p.first, p.count - 1);
	argv_free(p.words);
}

static void several_values(void **state)
{
	static const char *const forms[] = {
		"-guids 0x1 0x2 0x3 0x4 sg",
		"--guids 0x1,0x2,0x3,0x4 sg",
		"--guids=0x1,0x2,0x3,0x4 sg",
	};
	struct parsed p;

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		parse_ok(forms[i], &p);
		assert_int_equal(p.options.burn.guid_count, 4);
		for (unsigned k = 0; k < 4; k++)
			assert_true(p.options.burn.guid[k] == k + 1);
		assert_string_equal(p.words[p.first], "sg");
		argv_free(p.words);
	}
	parse_ok("-macs 0002c9000001 0002c9000007 sg", &p);
	assert_int_equal(p.options.burn.mac_count, 2);
	assert_true(p.options.burn.mac[1] == 0x0002c9000007);
	argv_free(p.words);
}

static void a_value_may_look_like_an_option(void **state)
{
	struct parsed p;

	(void)state;
	parse_ok("-vsd -y -i -guid burn", &p);
	assert_string_equal(p.options.burn.vsd, "-y");
	assert_string_equal(p.options.image, "-guid");
	assert_false(p.options.yes);
	argv_free(p.words);
	parse_ok("burn -- -y", &p);
	assert_false(p.options.yes);
	assert_string_equal(p.words[p.first + 1], "-y");
	argv_free(p.words);
}

static void options_after_the_command(void **state)
{
	struct parsed p;

	(void)state;
	parse_ok("rb 0 16 -d sim:x --json", &p);
	assert_string_equal(p.options.device, "sim:x");
	assert_true(p.options.json);
	assert_string_equal(p.words[p.first], "rb");
	assert_int_equal(p.count - p.first, 3);
	argv_free(p.words);
}

static void several_devices_are_kept_in_order(void **state)
{
	struct parsed p;

	(void)state;
	parse_ok("-d sim:b -s --device sim:a -d sim:c q", &p);
	assert_int_equal(p.options.device_count, 3);
	assert_string_equal(p.options.device, "sim:b");
	assert_string_equal(p.options.devices[0], "sim:b");
	assert_string_equal(p.options.devices[1], "sim:a");
	assert_string_equal(p.options.devices[2], "sim:c");
	argv_free(p.words);
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	parse_fails("-gui 1 q", "-gui", "did you mean --guid?");
	parse_fails("--allow_psid_chnge b", "--allow_psid_chnge", "--allow-psid-change");
	parse_fails("-xyzzy q", "-xyzzy", "--help");
	/* neither a cluster of letters nor a glued value */
	parse_fails("-ys q", "-ys", "no such option");
	parse_fails("-dsim:x q", "-dsim:x", "no such option");
	parse_fails("-x q", "-x", "no such option");
	parse_fails("-d", "-d", "needs DEVICE");
	parse_fails("q -guid", "--guid", "needs GUID");
	parse_fails("--json=1 q", "--json=1", "takes no value");
	parse_fails("-i a --image=b q", "--image=b", "--image is given twice");
	parse_fails("-y --no q", "--no", "contradict");
	parse_fails("--assume held=no q", "--assume", "held-read");
	parse_fails("--assume held-read q", "--assume", "NAME=no or NAME=yes");
	parse_fails("-uid 0002c90300001000 sg", "-uid", "-guid and -mac");
	parse_fails("-use_fw q", "-use_fw", "does not apply here");
}

static void bad_identities_are_refused(void **state)
{
	(void)state;
	parse_fails("-guid xyz sg", "-guid", "xyz");
	parse_fails("-guid 12345678901234567 sg", "-guid", "12345678901234567");
	parse_fails("-guids 0x1 0x2 sg", "-guids", "sg");
	/* one digit short is a slip of the pen, not a number */
	parse_fails("-guid 0002c90300001 sg", "-guid", "0002c90300001");
	parse_fails("-guids 0x1 0x2 -y sg", "-guids", "takes 4 values, but 2 were given");
	parse_fails("--guids 0x1,0x2,0x3,0x4,0x5 sg", "-guids", "takes 4 values");
	parse_fails("-mac 010203040506 sg", "-mac", "multicast");
	parse_fails("-mac 1234567890abcdef sg", "-mac", "1234567890abcdef");
	parse_fails("-macs 0002c9000001 sg", "-macs", "sg");
	parse_fails("-guid 0x10 -guids 0x1 0x2 0x3 0x4 sg", "-guids", "given twice");
}

static void nearest_words(void **state)
{
	static const char *const words[] = {"query", "verify", "burn", "restore"};

	(void)state;
	assert_string_equal(cli_nearest("bunr", words, 4), "burn");
	assert_string_equal(cli_nearest("qery", words, 4), "query");
	assert_string_equal(cli_nearest("verfy", words, 4), "verify");
	assert_null(cli_nearest("swreset", words, 4));
	assert_null(
		cli_nearest("a-word-longer-than-forty-characters-can-be-no-misspelling", words, 4));
}

static void numbers(void **state)
{
	struct cx3_error err;
	uint64_t value = 0;

	(void)state;
	assert_int_equal(parse_number("0x100", "ADDR", 0xffff, &value, &err), CX3_OK);
	assert_true(value == 0x100);
	assert_int_equal(parse_number("0", "ADDR", 0xffff, &value, &err), CX3_OK);
	assert_true(value == 0);
	/* 64 to mstflint, 100 to whoever pads numbers */
	assert_int_equal(parse_number("0100", "ADDR", 0xffff, &value, &err), CX3_E_USAGE);
	assert_non_null(strstr(said(&err), "octal"));
	assert_int_equal(parse_number("0x", "ADDR", 0xffff, &value, &err), CX3_E_USAGE);
	assert_int_equal(parse_number(" 1", "ADDR", 0xffff, &value, &err), CX3_E_USAGE);
	assert_int_equal(parse_number("65535", "ADDR", 0xffff, &value, &err), CX3_OK);
	assert_int_equal(parse_number("65536", "ADDR", 0xffff, &value, &err), CX3_E_USAGE);
	assert_int_equal(parse_number("-1", "ADDR", UINT64_MAX, &value, &err), CX3_E_USAGE);
	assert_int_equal(parse_number("", "ADDR", 0xffff, &value, &err), CX3_E_USAGE);
	assert_int_equal(parse_number("12k", "ADDR", 0xffff, &value, &err), CX3_E_USAGE);
	assert_string_equal(err.place, "ADDR");
	assert_non_null(strstr(said(&err), "12k"));
}

/* One for each behaviour: it may be given more than once, and a later one counts. */
static void assumptions(void **state)
{
	struct parsed p;

	(void)state;
	parse_ok("--assume held-read=no -assume bare-head=yes --assume=held-read=yes q", &p);
	assert_int_equal(p.options.assume.of[CX3_WAY_HELD_READ], CX3_ASSUME_YES);
	assert_int_equal(p.options.assume.of[CX3_WAY_BARE_HEAD], CX3_ASSUME_YES);
	assert_int_equal(p.options.assume.of[CX3_WAY_JOIN], CX3_ASSUME_NOTHING);
	argv_free(p.words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(assumptions),
		cmocka_unit_test(every_spelling_is_one_option),
		cmocka_unit_test(the_whole_of_a_mstflint_line),
		cmocka_unit_test(several_values),
		cmocka_unit_test(a_value_may_look_like_an_option),
		cmocka_unit_test(options_after_the_command),
		cmocka_unit_test(several_devices_are_kept_in_order),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(bad_identities_are_refused),
		cmocka_unit_test(nearest_words),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
