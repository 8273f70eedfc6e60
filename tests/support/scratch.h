/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_TEST_SCRATCH_H
#define CX3_TEST_SCRATCH_H

/*
 * Where tests keep their files: in memory where the system has room for that. A simulated card
 * writes its state anew with each run, by a rename, and a disk takes its time for each.
 */
#include <unistd.h>

static inline const char *scratch(void)
{
	return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

#endif
