/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_TEST_SCRATCH_H
#define CX3_TEST_SCRATCH_H

/*
 * Where tests keep their files: in memory where the system has room for that. A simulated card
 * writes its state anew with each run, by a rename, and a disk takes its time for each.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/statvfs.h>
#include <unistd.h>

static inline const char *scratch(void)
{
	struct statvfs fs;
	bool room = access("/dev/shm", W_OK) == 0 && statvfs("/dev/shm", &fs) == 0 &&
		    (uint64_t)fs.f_bavail * fs.f_frsize >= UINT64_C(256) << 20;

	return room ? "/dev/shm" : "/tmp";
}

#endif
