/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock of adapters on hardware: it runs on whatever is done to the date. */
#ifndef CX3_ADAPTERS_CLOCK_H
#define CX3_ADAPTERS_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some moment in the past (CLOCK_MONOTONIC). */
uint64_t cx3_clock_ns(void);

/* The same in microseconds. */
uint64_t cx3_clock_us(void);

/* Waits at least so many microseconds, also when signals arrive. */
void cx3_clock_wait_us(uint64_t us);

#endif
