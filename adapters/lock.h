/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One user for each device: an exclusive flock on the device's node or file. The
 * kernel drops it when the descriptor is closed, also when its process is killed.
 */
#ifndef CX3_ADAPTERS_LOCK_H
#define CX3_ADAPTERS_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cx3flash/error.h"
#include "cx3flash/log.h"

/*
 * Locks the device behind the open descriptor `fd` without waiting; `fd` stays the
 * caller's, and closing it frees the lock. `label` names the device in messages.
 * CX3_E_IN_USE if another open of the device holds the lock: the error names the
 * holder's process id and command where the kernel tells them, and says how it goes on
 * if it is stopped. Where the file
 * system or the kernel has no such locks, the log says so and the device is used
 * without one.
 */
int cx3_device_lock(int fd, const char *label, const struct cx3_log *log, struct cx3_error *err);

/*
 * The process that holds a flock on the file behind `fd`, as /proc/locks has it; 0
 * if nobody does or it can't be told (a process of another pid namespace, a file
 * system whose device numbers differ from those in /proc/locks).
 */
pid_t cx3_lock_holder(int fd);

#endif
