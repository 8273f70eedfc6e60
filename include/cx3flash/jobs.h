/* SPDX-License-Identifier: BSD-2-Clause */
/* All that a program needs to change cards: the jobs, and the files that they work with. */
#ifndef CX3FLASH_JOBS_H
#define CX3FLASH_JOBS_H

#include "cx3flash/file.h"
#include "cx3flash/image.h"
#include "cx3flash/job.h"

#endif
