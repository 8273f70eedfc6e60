/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's version, as it was built against and as it is linked.
 *
 * What is promised: within one soname (libcx3flash.so.0) a function keeps its meaning and its
 * arguments, and a struct keeps its members where they are; the check of that is a part of the
 * tests. New members come behind the last one of a struct, and a version that does so has a new
 * soname until 1.0.0: a program that has a struct of the library in its own memory is built anew
 * for it.
 */
#ifndef CX3FLASH_VERSION_H
#define CX3FLASH_VERSION_H

#define CX3_VERSION_MAJOR 0
#define CX3_VERSION_MINOR 2
#define CX3_VERSION_PATCH 0

/* To compare with: #if CX3_VERSION >= CX3_VERSION_OF(0, 2, 0) */
#define CX3_VERSION_OF(major, minor, patch) (((major) << 16) | ((minor) << 8) | (patch))
#define CX3_VERSION CX3_VERSION_OF(CX3_VERSION_MAJOR, CX3_VERSION_MINOR, CX3_VERSION_PATCH)

#pragma GCC visibility push(default)

#ifdef __cplusplus
extern "C" {
#endif

/* CX3_VERSION of the library that is linked. */
unsigned cx3_version(void);
/* The same as text: "0.2.0". */
const char *cx3_version_text(void);

#ifdef __cplusplus
}
#endif

#pragma GCC visibility pop

#endif
