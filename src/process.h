/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel tells of another process (proc(5)). */
#ifndef CX3_PROCESS_H
#define CX3_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The command name (/proc/PID/comm) in `name`, `size` bytes with the NUL. A process chooses its own
 * name, so bytes other than printable ASCII become '?'. False if the process is gone.
 */
bool cx3_process_name(pid_t pid, char *name, size_t size);

/* A signal has stopped the process (state T of /proc/PID/stat), as Ctrl-Z does. False if it is
 * gone. */
bool cx3_process_stopped(pid_t pid);

/* When it started, in clock ticks since the machine did (stat, field 22), which tells it from a
 * later one that was given the same number. 0: it is gone. */
unsigned long long cx3_process_start(pid_t pid);

#endif
