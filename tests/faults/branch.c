/* SPDX-License-Identifier: BSD-2-Clause */
/* Branches of a job: the copy of its world, the processes, what they count. */
#include "branch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HERE "/proc/self/cwd"
#define MOST_AT_A_TIME 2u

static unsigned running;
static bool one_died;

static _Noreturn void die(const char *what)
{
	perror(what);
	abort();
}

static void must(bool ok, const char *what)
{
	if (!ok)
		die(what);
}

struct branch_counts *branch_counts_new(void)
{
	void *shared = mmap(NULL, sizeof(struct branch_counts), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(shared != MAP_FAILED, "mmap");
	return shared;
}

void branch_counts_free(struct branch_counts *counts)
{
	munmap(counts, sizeof(*counts));
}

void branch_add(_Atomic unsigned *count, unsigned more)
{
	atomic_fetch_add(count, more);
}

static void name_files(struct fixture *b, const char *folder)
{
	snprintf(b->folder, sizeof(b->folder), "%s", folder);
	snprintf(b->file, sizeof(b->file), "%s/flash.bin", folder);
}

void branch_root(struct branch_root *root, struct fixture *b)
{
	root->b = b;
	memcpy(root->folder, b->folder, sizeof(root->folder));
	must(chdir(root->folder) == 0, root->folder);
	name_files(b, HERE);
}

void branch_root_end(struct branch_root *root)
{
	must(chdir("/") == 0, "/");
	name_files(root->b, root->folder);
}

/* The card writes into its flash file and the state's; all others are only ever replaced. */
static void copy_file(int from, int to, const char *name)
{
	int in = openat(from, name, O_RDONLY | O_CLOEXEC);
	int out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	if (in < 0 || out < 0 || fstat(in, &st) != 0)
		die(name);
	for (off_t left = st.st_size; left > 0;) {
		ssize_t sent = sendfile(out, in, NULL, (size_t)left);

		must(sent > 0, name);
		left -= sent;
	}
	close(in);
	close(out);
}

static void copy_folder(int from, int to)
{
	DIR *dir = fdopendir(dup(from));
	struct dirent *entry;

	if (!dir)
		die("folder");
	rewinddir(dir);
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (name[0] == '.')
			continue;
		/* a job that runs has a lock on its journal's file */
		if (strncmp(name, "flash.bin", 9) == 0 || strstr(name, ".json")) {
			copy_file(from, to, name);
		} else if (linkat(from, name, to, name, 0) != 0) {
			int below = openat(from, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), own;

			must(below >= 0 && mkdirat(to, name, 0700) == 0, name);
			own = openat(to, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			must(own >= 0, name);
			copy_folder(below, own);
			close(below);
			close(own);
		}
	}
	closedir(dir);
}

static void await_one(void)
{
	int status = 1;

	must(wait(&status) > 0, "wait");
	running--;
	one_died = one_died || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

bool branch_off(const struct branch_root *root)
{
	char folder[sizeof(root->folder) + 16];
	int from, to;
	pid_t child;

	while (running >= MOST_AT_A_TIME)
		await_one();
	snprintf(folder, sizeof(folder), "%s-XXXXXX", root->folder);
	must(mkdtemp(folder) != NULL, folder);
	from = open(HERE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	to = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(from >= 0 && to >= 0, folder);
	copy_folder(from, to);
	close(from);
	close(to);
	fflush(stdout);
	child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		must(chdir(folder) == 0, folder);
		running = 0;
		return true;
	}
	running++;
	return false;
}

void branch_end(struct branch_root *root, struct branch_counts *counts, bool ok)
{
	ssize_t len = readlink(HERE, root->folder, sizeof(root->folder) - 1);

	must(len > 0, HERE);
	root->folder[len] = '\0';
	branch_root_end(root);
	fixture_delete(root->b);
	branch_add(&counts->failed, !ok);
	fflush(stdout);
	_exit(0);
}

bool branch_join(void)
{
	while (running > 0)
		await_one();
	return !one_died;
}
