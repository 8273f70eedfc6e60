/* SPDX-License-Identifier: BSD-2-Clause */
/* What the library tells while it works, line by line. */
#ifndef CX3FLASH_LOG_H
#define CX3FLASH_LOG_H

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

enum cx3_log_level { CX3_LOG_WARN, CX3_LOG_INFO, CX3_LOG_DEBUG, CX3_LOG_WIRE };

/* Where the library tells what it does. `fn` gets whole lines without a newline.
 * The struct belongs to the caller and must outlive what was opened with it. */
struct cx3_log {
	void (*fn)(void *user, enum cx3_log_level level, const char *line);
	void *user;
	enum cx3_log_level level; /* lines above this level are not formatted */
};

/* `log` may be NULL: then nothing happens. */
void cx3_log(const struct cx3_log *log, enum cx3_log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
