/* SPDX-License-Identifier: BSD-2-Clause */
/* The entry of the fuzz program and of its replay. */
#ifndef TESTS_FUZZ_FS2_FUZZ_H
#define TESTS_FUZZ_FS2_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's entry point: any bytes; returns 0, or the program ends with a crash. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
