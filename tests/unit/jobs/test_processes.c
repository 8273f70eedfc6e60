/* SPDX-License-Identifier: BSD-2-Clause */
/* Several processes on one machine: whose a journal is, and what all note in one manifest. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cx3flash/file.h"
#include "one_journal.h"
#include "records/manifest.h"
#include "scratch.h"

#define PROCESSES 4u
#define GIVEN_BY_EACH 2u

static char folder[64];

static int begin(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "%s/cx3-processes-XXXXXX", scratch());
	assert_non_null(mkdtemp(folder));
	return setenv("XDG_STATE_HOME", folder, 1);
}

static int end(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* Claims it as a job does, whose journal is written when it is its own; then waits to be killed. */
static pid_t claim_in_child(const struct cx3_journal *j)
{
	int told[2];
	char word;
	pid_t pid;

	assert_int_equal(pipe(told), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char *text = cx3_journal_text(j);

		if (!text || cx3_journal_claim(j->path, NULL) != CX3_OK ||
		    cx3_file_write(j->path, text, strlen(text), true, NULL) != CX3_OK ||
		    cx3_journal_claim_written(j->path, NULL) != CX3_OK ||
		    write(told[1], "c", 1) != 1)
			_exit(1);
		alarm(20); /* should nobody kill it */
		pause();
		_exit(1);
	}
	close(told[1]);
	assert_int_equal(read(told[0], &word, 1), 1);
	close(told[0]);
	return pid;
}

static void a_journal_is_one_processes(void **state)
{
	struct cx3_card_id card = {.hw_id = 0x1f7};
	struct cx3_journal j;
	struct cx3_error err;
	struct cx3_run run;
	pid_t pid;

	(void)state;
	one_journal_write(folder, &j);
	assert_true(one_journal_is_found());
	pid = claim_in_child(&j);
	assert_false(one_journal_is_found());
	assert_int_equal(cx3_journal_claim(j.path, &err), CX3_E_IN_USE);
	/* who holds the card's semaphore is told all the same */
	assert_true(cx3_waiting_run(&card, NULL, &run));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(one_journal_is_found());
	assert_int_equal(cx3_journal_claim(j.path, &err), CX3_OK);
	cx3_journal_unclaim(j.path);
	assert_true(one_journal_is_found());
}

/* All begin at once: when the pipe that they hold is closed. */
static void give(const char *backup, unsigned process, int start)
{
	char word;

	if (read(start, &word, 1) != 0)
		_exit(1);
	for (unsigned i = 0; i < GIVEN_BY_EACH; i++) {
		uint64_t guid = 0x0002c90300000000u + 0x1000u * process + 4 * i;
		struct cx3_identity identity = {.guid_count = 4,
						.guid = {guid, guid + 1, guid + 2, guid + 3}};

		if (!cx3_manifest_give(backup, &identity))
			_exit(1);
	}
	_exit(0);
}

static void all_give_at_once(const char *backup)
{
	int start[2];

	assert_int_equal(pipe(start), 0);
	for (unsigned i = 0; i < PROCESSES; i++) {
		if (fork() == 0) {
			close(start[1]);
			give(backup, i, start[0]);
		}
	}
	close(start[0]);
	close(start[1]);
	for (unsigned i = 0; i < PROCESSES; i++) {
		int status = 1;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
}

static void what_all_give_is_noted(void **state)
{
	static const char nothing[] =
		"{\"size\": 524288, \"sha256\": "
		"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", "
		"\"card\": {\"hw_id\": 503, \"hw_rev\": 0}, \"flash\": {\"jedec\": \"202014\"}}";
	struct cx3_manifest_facts facts;
	char backup[100], manifest[128];
	bool found;

	(void)state;
	assert_true(PROCESSES * GIVEN_BY_EACH <= CX3_MANIFEST_GIVEN);
	snprintf(backup, sizeof(backup), "%s/card.bin", folder);
	snprintf(manifest, sizeof(manifest), "%s" CX3_MANIFEST_ENDING, backup);
	for (unsigned round = 0; round < 20; round++) {
		assert_int_equal(cx3_file_write(manifest, nothing, strlen(nothing), true, NULL),
				 CX3_OK);
		all_give_at_once(backup);
		assert_int_equal(cx3_manifest_read(backup, &facts, &found, NULL), CX3_OK);
		assert_true(found);
		assert_int_equal(facts.given_count, PROCESSES * GIVEN_BY_EACH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_journal_is_one_processes, begin, end),
		cmocka_unit_test_setup_teardown(what_all_give_is_noted, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
