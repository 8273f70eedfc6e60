/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock of a device, and who holds it. A line of /proc/locks (proc_locks(5)):
 *   1: FLOCK  ADVISORY  WRITE 1234 00:06:345 0 EOF
 * is a number, the kind, two words on the mode, the process id, then the device
 * (major and minor, hexadecimal) and the inode (decimal).
 */
#include "lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "process.h"

/* The process id of a FLOCK line that is on this file; 0 if it is another line. */
static pid_t holder_in_line(const char *line, const struct stat *st)
{
	unsigned long numbers[3]; /* major, minor (both hexadecimal), inode */
	char *at = strstr(line, " FLOCK ");
	long pid;

	/* "3: FLOCK  ADVISORY  WRITE 4711 08:01:12345 0 EOF" */
	at = at ? strpbrk(at, "0123456789") : NULL;
	if (!at)
		return 0;
	pid = strtol(at, &at, 10);
	for (unsigned i = 0; i < 3; i++) {
		if (*at != (i == 0 ? ' ' : ':'))
			return 0;
		numbers[i] = strtoul(at + 1, &at, i < 2 ? 16 : 10);
	}
	if (pid <= 0 || numbers[2] != st->st_ino)
		return 0;
	return numbers[0] == major(st->st_dev) && numbers[1] == minor(st->st_dev) ? (pid_t)pid : 0;
}

pid_t cx3_lock_holder(int fd)
{
	char line[256];
	struct stat st;
	pid_t pid = 0;
	FILE *locks;

	if (fstat(fd, &st) != 0)
		return 0;
	locks = fopen("/proc/locks", "re");
	if (!locks)
		return 0;
	while (pid == 0 && fgets(line, sizeof(line), locks))
		pid = holder_in_line(line, &st);
	fclose(locks);
	return pid;
}

static int in_use(int fd, const char *label, struct cx3_error *err)
{
	pid_t pid = cx3_lock_holder(fd);
	char name[32] = "", shown[36] = "";

	if (pid == 0)
		return cx3_fail(err, CX3_E_IN_USE, label,
				"The device is in use by another process.\n"
				"Wait until that process is done, then try again.");
	if (cx3_process_name(pid, name, sizeof(name)))
		snprintf(shown, sizeof(shown), " (%s)", name);
	/* Ctrl-Z: it keeps the lock, and is never done */
	if (cx3_process_stopped(pid))
		return cx3_fail(err, CX3_E_IN_USE, label,
				"The device is in use by process %ld%s, which is stopped.\n"
				"Let it go on: `fg` in the shell where Ctrl-Z was typed, or "
				"`kill -CONT %ld`.",
				(long)pid, shown, (long)pid);
	return cx3_fail(err, CX3_E_IN_USE, label,
			"The device is in use by process %ld%s.\n"
			"Wait until that process is done, then try again.",
			(long)pid, shown);
}

int cx3_device_lock(int fd, const char *label, const struct cx3_log *log, struct cx3_error *err)
{
	int rc;

	do
		rc = flock(fd, LOCK_EX | LOCK_NB);
	while (rc != 0 && errno == EINTR);
	if (rc == 0)
		return CX3_OK;
	if (errno == EWOULDBLOCK)
		return in_use(fd, label, err);
	cx3_log(log, CX3_LOG_WARN,
		"%s: The device can't be locked (%s), so a second program would not be noticed.",
		label, cx3_errno_text(errno));
	return CX3_OK;
}
