/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel tells of another process: files of /proc/PID (proc(5)). */
#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The beginning of /proc/PID/FILE, as a text; false if the process is gone. */
static bool read_of(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	len = fread(text, 1, size - 1, file);
	text[len] = '\0';
	fclose(file);
	return len > 0;
}

bool cx3_process_name(pid_t pid, char *name, size_t size)
{
	size_t len;

	if (!read_of(pid, "comm", name, size))
		return false;
	len = strlen(name);
	if (len > 0 && name[len - 1] == '\n')
		name[len - 1] = '\0';
	for (char *at = name; *at; at++) {
		if (*at < 0x20 || *at > 0x7e)
			*at = '?';
	}
	return name[0] != '\0';
}

/* What stands behind the name in "4711 (cx3flash) T ...", from ")" on: the name may hold anything,
 * also one. NULL if the process is gone. */
static const char *behind_name(pid_t pid, char *line, size_t size)
{
	return read_of(pid, "stat", line, size) ? strrchr(line, ')') : NULL;
}

bool cx3_process_stopped(pid_t pid)
{
	char line[1024];
	const char *at = behind_name(pid, line, sizeof(line));

	return at && strncmp(at, ") T ", 4) == 0;
}

unsigned long long cx3_process_start(pid_t pid)
{
	char line[1024];
	const char *at = behind_name(pid, line, sizeof(line));

	for (unsigned field = 2; at && field < 22; field++) {
		at = strchr(at, ' ');
		at += at != NULL;
	}
	return at ? strtoull(at, NULL, 10) : 0;
}
