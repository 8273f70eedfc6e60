/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sick cards by name: what status says of each, with which exit code; whether the line to copy,
 * typed as it is printed, leads on; whether recover brings the card back, and what that takes.
 * No step may make a card worse, and no card may get another's identity. The table is printed.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "judge.h"
#include "scratch.h"
#include "sick_run.h"

static char folder[32];
/* Those that the last look has printed, without "cx3flash" and the device. */
static char lines[CX3_MAX_FINDINGS][300];
static unsigned line_count;

static bool has_finding(const cJSON *findings, const char *key)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, findings)
	{
		if (strcmp(sick_text_of(item, "key"), key) == 0)
			return true;
	}
	return false;
}

/* The line without "cx3flash" and "-d DEVICE", so that it can be compared and run. */
static void strip(const char *line, const char *device, char *out, size_t size)
{
	const char *at = line + strlen("cx3flash ");
	char named[300];
	const char *found;

	snprintf(named, sizeof(named), "-d %s ", device);
	found = strstr(at, named);
	if (found)
		snprintf(out, size, "%.*s%s", (int)(found - at), at, found + strlen(named));
	else
		snprintf(out, size, "%s", at);
}

/* The line must be one that the program understands. */
static void the_line_leads_on(const struct sick_card *card, const char *device, const char *words)
{
	int answer = sick_run_words(strcmp(words, "scan") == 0 ? NULL : device, words);

	if (answer == EXIT_USAGE || answer == EXIT_OTHER)
		fail_msg("%s: cx3flash %s answered %d: %s", card->name, words, answer, sick_output);
}

/* In the table the name of a journal is JOURNAL. */
static bool is_line_of(const char *words, const char *wanted)
{
	const size_t len = strlen("resume ");

	if (strcmp(wanted, "resume JOURNAL") != 0)
		return strcmp(words, wanted) == 0;
	return strncmp(words, "resume ", len) == 0 && access(words + len, R_OK) == 0;
}

static void take_lines(const cJSON *findings, const char *device)
{
	const cJSON *item;

	line_count = 0;
	cJSON_ArrayForEach(item, findings)
	{
		const char *line = sick_text_of(item, "line");

		lines[line_count][0] = '\0';
		if (line)
			strip(line, device, lines[line_count], sizeof(lines[0]));
		line_count++;
	}
}

/* What the document says, against the card's row. */
static void compare(const struct sick_card *card, const char *device)
{
	cJSON *document = cJSON_Parse(sick_output);
	const cJSON *diagnosis = cJSON_GetObjectItem(document, "diagnosis");
	const cJSON *findings = cJSON_GetObjectItem(diagnosis, "findings");
	const char *state = sick_text_of(diagnosis, "state");

	if (!state || strcmp(state, card->state) != 0)
		fail_msg("%s: status says %s, not %s: %s", card->name, state ? state : "nothing",
			 card->state, sick_output);
	if (card->and_state && !has_finding(findings, card->and_state))
		fail_msg("%s: status does not say %s", card->name, card->and_state);
	assert_int_equal(cJSON_IsTrue(cJSON_GetObjectItem(diagnosis, "needs_doing")),
			 card->answer != 0);
	take_lines(findings, device);
	if (!is_line_of(lines[0], card->next ? card->next : ""))
		fail_msg("%s: the line is \"%s\", not \"%s\"", card->name, lines[0],
			 card->next ? card->next : "");
	cJSON_Delete(document);
}

/* Its lines one after the other; the power goes off behind each. */
static void run_before(const struct sick_card *card)
{
	const char *at = card->before;

	while (at) {
		const char *end = strstr(at, " ; ");
		char line[200], device[256];

		sick_device_name(device, sizeof(device), end ? NULL : card->before_options);
		snprintf(line, sizeof(line), "-y %.*s", end ? (int)(end - at) : (int)strlen(at),
			 at);
		(void)sick_run_words(device, line);
		unlink("card.bin.state");
		at = end ? end + 3 : NULL;
	}
}

/* As it comes to the bench. */
static void make(const struct sick_card *card)
{
	assert_int_equal(system("rm -rf state card.bin.state *.bin*"), 0);
	sick_make(card, "card.bin", "new.bin", &sick_own_now);
	run_before(card);
	sick_spoil_after(card, "card.bin");
}

/* What status says, and each line that it prints. */
static void look_at(const struct sick_card *card)
{
	char device[256];
	uint64_t before = sick_sum_of("card.bin");
	int answer;

	sick_device_name(device, sizeof(device), card->options);
	answer = sick_run_words(device, "--json status");
	if (answer != card->answer)
		fail_msg("%s: status answered %d, not %d: %s", card->name, answer, card->answer,
			 sick_output);
	compare(card, device);
	assert_true(sick_sum_of("card.bin") == before);
	for (unsigned i = 0; i < line_count; i++) {
		unlink("card.bin.state");
		if (lines[i][0])
			the_line_leads_on(card, device, lines[i]);
	}
}

/* Lines that write and need nobody's hands on the card. recover's has its own part below. */
static bool can_be_followed(const char *line)
{
	static const char *const ends[] = {" sg", "reset_config"};
	size_t len = strlen(line);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);

		if (len >= n && strcmp(line + len - n, ends[i]) == 0)
			return true;
	}
	return strncmp(line, "resume", strlen("resume")) == 0;
}

/* The first line with a yes: what status said is over then. 1 if it was tried. */
static unsigned follow(const struct sick_card *card)
{
	char device[256], words[310];
	cJSON *document;
	const char *state;
	int answer;

	if (!can_be_followed(lines[0]) || strstr(card->options ? card->options : "", "stuck"))
		return 0;
	sick_device_name(device, sizeof(device), card->options);
	snprintf(words, sizeof(words), "-y %s", lines[0]);
	unlink("card.bin.state");
	answer = sick_run_words(device, words);
	if (answer != EXIT_DONE)
		fail_msg("%s: cx3flash %s answered %d", card->name, words, answer);
	unlink("card.bin.state");
	(void)sick_run_words(device, "--json status");
	document = cJSON_Parse(sick_output);
	state = sick_text_of(cJSON_GetObjectItem(document, "diagnosis"), "state");
	if (!state || strcmp(state, card->state) == 0)
		fail_msg("%s: behind cx3flash %s it is still %s", card->name, words, card->state);
	cJSON_Delete(document);
	return 1;
}

/* --- recover --- */

/* The settings of both homes, as one string of bytes. */
static void settings_of(uint8_t area[2 * SICK_CONFIG])
{
	uint32_t size;
	uint8_t *flash = sick_load(&size);

	memcpy(area, flash + size - SICK_CONFIG, SICK_CONFIG);
	memcpy(area + SICK_CONFIG, flash + size - SICK_CHUNK - SICK_CONFIG, SICK_CONFIG);
	free(flash);
}

/* The judge, which knows nothing of the program, must see the new image, this card's sick_own_now.
 */
static void must_boot(const struct sick_card *card, bool label)
{
	struct judged v;
	uint32_t size;
	uint8_t *flash = sick_load(&size);
	char words[160];
	bool right;

	judge_flash(flash, size, &v);
	free(flash);
	right = v.boots && v.minor == 42 && strcmp(v.psid, sick_own_now.psid) == 0;
	for (unsigned i = 0; right && !label && i < sick_own_now.uid_count; i++)
		right = v.uid[i] == sick_own_now.uid[i];
	if (right && label)
		right = v.uid[0] == sick_label_guid() && v.uid[4] == sick_label_mac();
	if (!right)
		fail_msg("%s: recovered, and %s, GUID %016" PRIx64 ", MAC %012" PRIx64, card->name,
			 judge_words(&v, words, sizeof(words)), v.uid[0], v.uid[4]);
}

/* With the jumper off, and the chip, part and pins that it had. */
static void must_be_well(const struct sick_card *card)
{
	const bool cx3 = card->options && strstr(card->options, "chip=cx3,");
	char device[64];
	const char *state;
	cJSON *document;
	int answer;

	unlink("card.bin.state");
	sick_device_name(device, sizeof(device), cx3 ? "chip=cx3" : NULL);
	answer = sick_run_words(device, "--json status");
	document = cJSON_Parse(sick_output);
	state = sick_text_of(cJSON_GetObjectItem(document, "diagnosis"), "state");
	assert_non_null(state);
	/* recover keeps the settings, as they are */
	if (answer != 0 && strcmp(state, "config_damaged") != 0)
		fail_msg("%s: recovered, and status says %s", card->name, state);
	cJSON_Delete(document);
}

static void way_add(char *way, size_t size, const char *word)
{
	size_t len = strlen(way);

	snprintf(way + len, size - len, "%s%s", len ? ", " : "", word);
}

/* The code of the error in the document; "" if there was none. */
static void error_code(char code[24])
{
	cJSON *document = cJSON_Parse(sick_output);
	const char *text = sick_text_of(cJSON_GetObjectItem(document, "error"), "code");

	snprintf(code, 24, "%s", text ? text : "");
	cJSON_Delete(document);
}

/* One try, with what was learnt before. Whatever is refused must leave the flash alone. */
static void try_once(const struct sick_card *card, const char *device, bool unprotect, bool label,
		     char code[24])
{
	uint64_t before = sick_sum_of("card.bin");
	char words[120];
	int answer;

	snprintf(words, sizeof(words), "--json -y %s%s-i new.bin recover",
		 unprotect ? "--unprotect " : "", label ? "-guid GUID -mac MAC " : "");
	unlink("card.bin.state");
	answer = sick_run_words(device, words);
	if (answer != 0 && sick_sum_of("card.bin") != before)
		fail_msg("%s: cx3flash %s answered %d and has written", card->name, words, answer);
	error_code(code);
	assert_int_equal(answer == 0, code[0] == '\0');
}

/* recover, and what each refusal asks for, until the card is back or nothing is left to do. */
static void recover_it(const struct sick_card *card, char *way, size_t size)
{
	bool advice = false, unprotect = false, label = false;
	char device[256], code[24];

	way[0] = '\0';
	sick_device_name(device, sizeof(device), card->options);
	for (;;) {
		try_once(card, device, unprotect, label, code);
		if (!code[0])
			break;
		if (strcmp(code, "identity") == 0 && !label) {
			label = true;
			way_add(way, size, "label");
		} else if (strcmp(code, "protected") == 0 && !unprotect) {
			unprotect = true;
			way_add(way, size, "unprotect");
		} else if (!advice && card->mended) {
			advice = true;
			sick_device_name(device, sizeof(device), card->mended);
			way_add(way, size, "advice");
		} else {
			way_add(way, size, "lost");
			return;
		}
	}
	must_boot(card, label);
	must_be_well(card);
	way_add(way, size, "back");
}

/* 0 if it goes as the card's row says. */
static int bring_back(const struct sick_card *card, char *way, size_t size)
{
	const char *wanted = card->recovery ? card->recovery : "back";
	uint8_t before[2 * SICK_CONFIG], after[2 * SICK_CONFIG];

	settings_of(before);
	recover_it(card, way, size);
	settings_of(after);
	if (memcmp(before, after, sizeof(before)) != 0)
		fail_msg("%s: recover has changed the settings", card->name);
	if (strcmp(way, wanted) == 0)
		return 0;
	print_message("%s: the way of recover is \"%s\", not \"%s\": %.60s\n", card->name, way,
		      wanted, sick_output);
	return 1;
}

static void each_sick_card(void **state)
{
	const bool looks_only = *state != NULL;
	char way[80] = "";
	unsigned followed = 0;
	int wrong = 0;

	assert_true(sick_count >= 60);
	print_message("%-28s %-22s %-4s %-44s %s\n", "card", "status says", "exit",
		      "the line to copy", "recover");
	for (size_t i = 0; i < sick_count; i++) {
		const struct sick_card *card = &sick_cards[i];

		make(card);
		look_at(card);
		followed += follow(card);
		if (!looks_only) {
			make(card);
			wrong += bring_back(card, way, sizeof(way));
		}
		print_message("%-28s %-22s %-4d %-44s %s\n", card->name, card->state, card->answer,
			      card->next ? card->next : "-", way);
	}
	print_message("%zu cards\n", sick_count);
	assert_int_equal(wrong, 0);
	assert_true(followed >= 8);
}

static int enter(void **state)
{
	char path[256];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/cx3-sick.XXXXXX", scratch());
	if (!mkdtemp(folder) || chdir(folder) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/state", folder);
	return setenv("XDG_STATE_HOME", path, 1);
}

static int leave(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

/* With an argument only the looks: that is enough for the sanitizers. */
int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(each_sick_card, argc > 1 ? argv[1] : NULL),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
