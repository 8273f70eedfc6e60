/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of --log: see log_file.h. */
#include "log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "keep.h"
#include "printable.h"

static int fail(struct cx3_error *err, const char *path, int number)
{
	return cx3_fail(err, number == ENOSPC ? CX3_E_DISK_FULL : CX3_E_FILE, path,
			"The log can't be written: %s.\nName another file.",
			number == EAGAIN ? "nobody reads this pipe" : cx3_errno_text(number));
}

static void stamp(struct cli *cli, const char *mark, const char *text)
{
	struct timespec now;
	struct tm tm;
	char when[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	errno = 0;
	/* several threads write to one file: each line goes out whole, and says of whom it is */
	if (fprintf(cli->log_file, "%s.%03ldZ %s%s%s%s\n", when, now.tv_nsec / 1000000, mark,
		    cli->worker ? shown(cli->options.device) : "", cli->worker ? ": " : "",
		    shown(text)) < 0 &&
	    !cli->log_error)
		cli->log_error = errno ? errno : EIO;
}

/* A job does not wait, with the flash half written, for somebody to read a pipe. */
static void never_wait(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode))
		fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK);
}

/* What is there and is no log may be an image, or all that is left of a card. */
static int check_old(struct cli *cli, int fd)
{
	char begin[5] = "";
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0 ||
	    (pread(fd, begin, sizeof(begin), 0) == sizeof(begin) && begin[4] == '-' &&
	     strspn(begin, "0123456789") == 4))
		return CX3_OK;
	return cx3_fail(&cli->err, CX3_E_FILE, cli->options.log,
			"This file is there already and is no log, so nothing is added to it.\n"
			"Name another file.");
}

/* The words of the command line are left out: one of them may be a key. */
int log_open(struct cli *cli)
{
	const char *path = cli->options.log;
	char text[64];
	int fd, rc;

	if (!path)
		return CX3_OK;
	rc = keep_backup(cli, path);
	if (rc != CX3_OK)
		return rc;
	/* what is read of a card may be the key that locks it: only for its owner's eyes */
	fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
	if (fd >= 0)
		never_wait(fd);
	rc = fd >= 0 ? check_old(cli, fd) : CX3_OK;
	if (rc != CX3_OK) {
		close(fd);
		return rc;
	}
	if (fd >= 0)
		cli->log_file = fdopen(fd, "a");
	if (!cli->log_file) {
		int number = errno;

		if (fd >= 0)
			close(fd);
		return fail(&cli->err, path, number);
	}
	if (cli->worker)
		setvbuf(cli->log_file, NULL, _IOLBF, BUFSIZ);
	cli->log.level = CX3_LOG_WIRE;
	snprintf(text, sizeof(text), "cx3flash " CX3FLASH_VERSION ": %s", cli->command->name);
	stamp(cli, "-I- ", text);
	return CX3_OK;
}

const char *log_mark(enum cx3_log_level level)
{
	static const char *const marks[] = {"-W- ", "-I- ", "-D- ", "-D- "};

	return marks[level];
}

void log_line(struct cli *cli, enum cx3_log_level level, const char *line)
{
	if (cli->log_file)
		stamp(cli, log_mark(level), line);
}

int log_close(struct cli *cli, int rc, struct cx3_error *err)
{
	FILE *file = cli->log_file;
	char text[sizeof(cli->err.place) + sizeof(cli->err.cause) + 4];

	if (!file)
		return CX3_OK;
	snprintf(text, sizeof(text), "%s%s%s", cli->err.place, cli->err.place[0] ? ": " : "",
		 cli->err.cause);
	stamp(cli, rc == CX3_OK ? "-I- " : "-E- ", rc == CX3_OK ? "Done." : text);
	cli->log_file = NULL;
	if (fclose(file) != 0 && !cli->log_error)
		cli->log_error = errno;
	return cli->log_error ? fail(err, cli->options.log, cli->log_error) : CX3_OK;
}
