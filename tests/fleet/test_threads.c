/* SPDX-License-Identifier: BSD-2-Clause */
/* The library in several threads: one handle, one thread; and what they share on the disk. */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cx3flash/backup.h"
#include "cx3flash/device.h"
#include "cx3flash/file.h"
#include "one_journal.h"
#include "said.h"
#include "scratch.h"

#define THREADS 4
#define SIZE 0x80000u
#define ROUNDS 5

struct scene {
	char folder[64];
	char file[THREADS][80];
	pthread_barrier_t together;
	struct cx3_journal journal;
};

struct thread {
	struct scene *scene;
	unsigned number;
	pthread_t thread;
	struct cx3_backup backup;
	int rc;
	struct cx3_error err;
};

static int begin(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	uint8_t *content = malloc(SIZE);

	assert_non_null(s);
	assert_non_null(content);
	memset(content, 0xff, SIZE);
	memset(content + 0x1000, 0x5a, 100);
	snprintf(s->folder, sizeof(s->folder), "%s/cx3-threads-XXXXXX", scratch());
	assert_non_null(mkdtemp(s->folder));
	setenv("XDG_STATE_HOME", s->folder, 1);
	for (unsigned i = 0; i < THREADS; i++) {
		snprintf(s->file[i], sizeof(s->file[i]), "%s/card%u.bin", s->folder, i);
		assert_int_equal(cx3_file_write(s->file[i], content, SIZE, true, NULL), CX3_OK);
	}
	pthread_barrier_init(&s->together, NULL, THREADS);
	free(content);
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct scene *s = *state;
	char command[100];

	pthread_barrier_destroy(&s->together);
	snprintf(command, sizeof(command), "rm -rf %s", s->folder);
	assert_int_equal(system(command), 0);
	free(s);
	return 0;
}

static void run(struct scene *s, struct thread *t, void *(*work)(void *))
{
	for (unsigned i = 0; i < THREADS; i++) {
		t[i] = (struct thread){.scene = s, .number = i};
		assert_int_equal(pthread_create(&t[i].thread, NULL, work, &t[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(t[i].thread, NULL), 0);
}

/* The flash is read before, so that all come to the files at once. */
static void *back_up(void *arg)
{
	struct thread *t = arg;
	struct scene *s = t->scene;
	const struct cx3_backup_options options = {.once = true};
	struct cx3_device *device = NULL;
	const uint8_t *bytes;
	char name[100];

	snprintf(name, sizeof(name), "sim:%s,clock=1M", s->file[t->number]);
	t->rc = cx3_device_open(name, NULL, &device, &t->err);
	if (t->rc == CX3_OK)
		t->rc = cx3_device_deepen(device, CX3_OPEN_SHADOW, &t->err);
	if (t->rc == CX3_OK)
		t->rc = cx3_shadow_read_all(cx3_device_shadow(device), &bytes, &t->err);
	for (int round = 0; round < ROUNDS; round++) {
		char command[128];

		pthread_barrier_wait(&s->together);
		if (t->rc == CX3_OK)
			t->rc = cx3_backup_auto(cx3_device_shadow(device), &options, &t->backup,
						&t->err);
		pthread_barrier_wait(&s->together);
		snprintf(command, sizeof(command), "rm -rf %s/cx3flash", s->folder);
		if (t->number == 0 && t->rc == CX3_OK && round + 1 < ROUNDS)
			t->rc = system(command);
	}
	cx3_device_close(device);
	return NULL;
}

static unsigned count_backups(const struct scene *s)
{
	char path[128];
	struct dirent *entry;
	unsigned count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/cx3flash/backups", s->folder);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static void cards_that_hold_the_same_share_a_backup(void **state)
{
	struct scene *s = *state;
	struct thread t[THREADS];

	run(s, t, back_up);
	for (unsigned i = 0; i < THREADS; i++) {
		if (t[i].rc != CX3_OK)
			fail_msg("thread %u: %s", i, said(&t[i].err));
		assert_string_equal(t[i].backup.sha256, t[0].backup.sha256);
		assert_int_equal(access(t[i].backup.path, R_OK), 0);
		assert_int_equal(access(t[i].backup.manifest, R_OK), 0);
	}
	/* the file and its manifest; two names, if a second has begun in between */
	assert_in_range(count_backups(s), 2, 4);
}

static void *open_first(void *arg)
{
	struct thread *t = arg;
	struct scene *s = t->scene;
	struct cx3_device *device = NULL;
	char name[100];

	snprintf(name, sizeof(name), "sim:%s", s->file[0]);
	pthread_barrier_wait(&s->together);
	t->rc = cx3_device_open(name, NULL, &device, &t->err);
	pthread_barrier_wait(&s->together);
	cx3_device_close(device);
	return NULL;
}

static void one_device_is_one_threads(void **state)
{
	struct scene *s = *state;
	struct thread t[THREADS];
	unsigned got = 0;

	run(s, t, open_first);
	for (unsigned i = 0; i < THREADS; i++) {
		got += t[i].rc == CX3_OK;
		if (t[i].rc != CX3_OK)
			assert_int_equal(t[i].rc, CX3_E_IN_USE);
	}
	assert_int_equal(got, 1);
}

/* Of the thread that is not the journal's: found before, hidden meanwhile, not to be had. */
static void *look_for_it(void *arg)
{
	struct thread *t = arg;

	if (t->number != 0)
		return NULL;
	t->rc = one_journal_is_found() ? CX3_E_INTERNAL
				       : cx3_journal_claim(t->scene->journal.path, &t->err);
	return NULL;
}

static void a_journal_is_one_threads(void **state)
{
	struct scene *s = *state;
	struct cx3_journal *j = &s->journal;
	struct thread t[THREADS];
	struct cx3_error err;

	one_journal_write(s->folder, j);
	assert_true(one_journal_is_found());
	assert_int_equal(cx3_journal_claim(j->path, &err), CX3_OK);
	assert_true(one_journal_is_found());
	run(s, t, look_for_it);
	assert_int_equal(t[0].rc, CX3_E_IN_USE);
	cx3_journal_unclaim(j->path);
	run(s, t, look_for_it);
	assert_int_equal(t[0].rc, CX3_E_INTERNAL);
	assert_int_equal(cx3_journal_claim(j->path, &err), CX3_OK);
	cx3_journal_unclaim(j->path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cards_that_hold_the_same_share_a_backup, begin,
						end),
		cmocka_unit_test_setup_teardown(one_device_is_one_threads, begin, end),
		cmocka_unit_test_setup_teardown(a_journal_is_one_threads, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
