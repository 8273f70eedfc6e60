/* SPDX-License-Identifier: BSD-2-Clause */
/* Time and waiting for all adapters on hardware. */
#include "clock.h"

#include <errno.h>
#include <time.h>

uint64_t cx3_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t cx3_clock_us(void)
{
	return cx3_clock_ns() / 1000u;
}

void cx3_clock_wait_us(uint64_t us)
{
	struct timespec left = {.tv_sec = (time_t)(us / 1000000u),
				.tv_nsec = (long)(us % 1000000u) * 1000};

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}
