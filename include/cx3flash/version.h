/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's version, as it was built against and as it is linked.
 *
 * What is promised: within one soname (libcx3flash.so.0) a function keeps its meaning and its
 * arguments, and a struct keeps its members where they are; the check of that is a part of the
 * tests. A program runs with a newer library of the soname that it was built for, and with an older
 * one that has the functions it calls. Three kinds of structs are told apart:
 *
 * Those that begin with `size_t size` lie in the program's memory, and get new members behind the
 * last one. A program sets all of the struct to zero first, and `size` to its sizeof:
 *
 *     struct cx3_burn_options what = {.size = sizeof(what), .allow_psid_change = true};
 *     struct cx3_job_result result = {.size = sizeof(result)};
 *
 * `size` 0 means the struct as version 0.2.0 had it: "= {0}" and "= {.allow_psid_change = true}" do
 * for its members. The size tells the library what the program knows:
 *   - It reads and writes no byte behind `size`. What is not there counts as 0 or NULL.
 *   - Of a program that was built for a newer version, all that the library does not know has to be
 *     0. Else the program asks for what the library can't do: CX3_E_USAGE, and the place of the
 *     error is the struct.
 *   - Of a result it clears what it does not know. `size` stays as it is.
 *   - A size below that of a size_t, or above CX3_SIZE_MOST, is memory that was never set:
 *     CX3_E_USAGE, and nothing was done. No result is written then.
 * Such a struct is never inside another one, nor an element of an array.
 *
 * Those that the library makes and shows by a pointer get new members behind the last one, too:
 * struct cx3_job_view, cx3_job_choice, cx3_plan_summary, cx3_progress, cx3_facts, cx3_image and
 * cx3_flash_counts. A program that uses a newer member asks cx3_version() first whether the library
 * has it.
 *
 * All others, those that lie in an array or in another struct among them, keep their size within
 * the soname: texts, identities, images (struct cx3_fs2_info), rows of tables and lists, the
 * entries of a ledger, struct cx3_watch, struct cx3_log and struct cx3_error.
 */
#ifndef CX3FLASH_VERSION_H
#define CX3FLASH_VERSION_H

#define CX3_VERSION_MAJOR 0
#define CX3_VERSION_MINOR 2
#define CX3_VERSION_PATCH 0

/* To compare with: #if CX3_VERSION >= CX3_VERSION_OF(0, 2, 0) */
#define CX3_VERSION_OF(major, minor, patch) (((major) << 16) | ((minor) << 8) | (patch))
#define CX3_VERSION CX3_VERSION_OF(CX3_VERSION_MAJOR, CX3_VERSION_MINOR, CX3_VERSION_PATCH)

/* No struct that begins with its size is ever larger, in bytes. */
#define CX3_SIZE_MOST 65536u

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
