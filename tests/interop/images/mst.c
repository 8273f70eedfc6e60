/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the real mstflint, and keeps what it prints. */
#include "mst.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* mstflint follows a list of sections that loops for ever, and may print all the
 * while: it is stopped then. */
#define TIME_LIMIT 1u		/* seconds of processor time; it needs 0.02 */
#define OUTPUT_LIMIT (8u << 20) /* bytes, of any file */
#define MOST_ARGS 16

static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

void file_put(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file))
		die(path);
}

uint8_t *file_get(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	uint8_t *bytes;

	if (!file || fstat(fileno(file), &st))
		die(path);
	*len = (size_t)st.st_size;
	bytes = malloc(*len + 1);
	if (!bytes || fread(bytes, 1, *len, file) != *len)
		die(path);
	bytes[*len] = 0;
	fclose(file);
	return bytes;
}

/* Output goes through files: two pipes could fill up and block each other. */
static int scratch(void)
{
	char name[] = "out.XXXXXX";
	int fd = mkstemp(name);

	if (fd < 0)
		die(name);
	unlink(name);
	return fd;
}

static char *slurp(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char *text = end < 0 ? NULL : malloc((size_t)end + 1);

	if (!text || pread(fd, text, (size_t)end, 0) != end)
		die("mstflint's output");
	text[end] = '\0';
	close(fd);
	return text;
}

static void limit(__rlimit_resource_t what, rlim_t most)
{
	const struct rlimit both = {.rlim_cur = most, .rlim_max = most};

	if (setrlimit(what, &both))
		_exit(126);
}

void mst_run(struct mst_run *run, const char *const *args)
{
	char *argv[MOST_ARGS] = {"mstflint"};
	int out = scratch(), errors = scratch(), status;
	pid_t child;

	for (int i = 0; args[i] && i + 2 < MOST_ARGS; i++)
		argv[i + 1] = (char *)(uintptr_t)args[i];
	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		int null = open("/dev/null", O_RDONLY);

		if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(errors, 2) < 0)
			_exit(126);
		limit(RLIMIT_CPU, TIME_LIMIT);
		limit(RLIMIT_FSIZE, OUTPUT_LIMIT);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid");
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	run->out = slurp(out);
	run->errors = slurp(errors);
}

void mst_free(struct mst_run *run)
{
	free(run->out);
	free(run->errors);
}

bool mst_present(void)
{
	static const char *const args[] = {"--version", NULL};
	struct mst_run run;
	bool present;

	mst_run(&run, args);
	present = run.status != 127 && run.out && strstr(run.out, "mstflint 4.21.");
	mst_free(&run);
	return present;
}
