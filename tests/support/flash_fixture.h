/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FLASH_FIXTURE_H
#define CX3_FLASH_FIXTURE_H

/*
 * A simulated card in a temporary file, as the tests of the card and flash layers
 * share it. What the model complains of comes through the adapter's log when it
 * is closed: `violation` has it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "card/card.h"
#include "flash/flash.h"
#include "said.h"
#include "scratch.h"

#define BENCH_SIZE 0x200000u

struct fixture {
	char path[64];
	uint32_t size;
	uint8_t *content; /* what the test believes to lie on the flash */
	struct cx3_log log;
	char violation[512]; /* "" if there was none */
	struct cx3_adapter *adapter;
	struct cx3_card *card;
	struct cx3_flash *flash;
	struct cx3_error err;
};

static inline void fixture_line(void *user, enum cx3_log_level level, const char *line)
{
	struct fixture *b = user;

	if (level == CX3_LOG_WARN && strstr(line, "violation"))
		snprintf(b->violation, sizeof(b->violation), "%s", line);
	if (getenv("CX3_TEST_LOG"))
		fprintf(stderr, "%s\n", line);
}

static inline uint32_t fixture_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static inline void fixture_store(const struct fixture *b)
{
	FILE *f = fopen(b->path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(b->content, 1, b->size, f), b->size);
	assert_int_equal(fclose(f), 0);
}

/* A flash file: random bytes in the first `filled`, FF behind. */
static inline void fixture_make(struct fixture *b, uint32_t size, uint32_t filled)
{
	uint32_t state = 0x12345678u;
	int fd;

	memset(b, 0, sizeof(*b));
	snprintf(b->path, sizeof(b->path), "%s/cx3flash-test-XXXXXX", scratch());
	fd = mkstemp(b->path);
	assert_true(fd >= 0);
	close(fd);
	b->size = size;
	b->content = malloc(size);
	assert_non_null(b->content);
	memset(b->content, 0xff, size);
	for (uint32_t i = 0; i < filled; i++)
		b->content[i] = (uint8_t)(fixture_random(&state) >> 11);
	fixture_store(b);
	b->log = (struct cx3_log){fixture_line, b, CX3_LOG_DEBUG};
}

static inline int fixture_adapter(struct fixture *b, const char *options)
{
	char name[512];

	snprintf(name, sizeof(name), "sim:%s%s%s", b->path, *options ? "," : "", options);
	return cx3_adapter_open(name, &b->log, &b->adapter, &b->err);
}

static inline int fixture_card(struct fixture *b, const char *options)
{
	int rc = fixture_adapter(b, options);

	return rc ? rc : cx3_card_open(b->adapter, NULL, &b->card, &b->err);
}

static inline int fixture_flash(struct fixture *b, const char *options,
				const struct cx3_flash_options *how)
{
	int rc = fixture_card(b, options);

	return rc ? rc : cx3_flash_open(b->card, how, &b->flash, &b->err);
}

/* Closes what is open; the file stays. */
static inline void fixture_close(struct fixture *b)
{
	cx3_flash_close(b->flash);
	b->flash = NULL;
	cx3_card_close(b->card);
	b->card = NULL;
	cx3_adapter_close(b->adapter);
	b->adapter = NULL;
}

/* Reads the file as it is now into `content`. */
static inline void fixture_reload(struct fixture *b)
{
	FILE *f = fopen(b->path, "rb");

	assert_non_null(f);
	assert_int_equal(fread(b->content, 1, b->size, f), b->size);
	fclose(f);
}

static inline void fixture_forget_state(const struct fixture *b)
{
	char state[80];

	snprintf(state, sizeof(state), "%s.state", b->path);
	unlink(state);
}

static inline void fixture_free(struct fixture *b)
{
	fixture_close(b);
	unlink(b->path);
	fixture_forget_state(b);
	free(b->content);
}

/*
 * Reads [addr, addr + len) and compares. A difference may be the bus's: it is believed
 * when three readings have one. CX3_E_VERIFY then, or a bus error.
 */
static inline int fixture_compare(struct fixture *b, uint32_t addr, const uint8_t *expected,
				  uint32_t len)
{
	uint8_t *read = malloc(len);
	int rc = CX3_E_VERIFY;

	assert_non_null(read);
	for (unsigned i = 0; i < 3 && rc == CX3_E_VERIFY; i++) {
		rc = cx3_flash_read(b->flash, addr, read, len, &b->err);
		if (rc == CX3_OK && memcmp(read, expected, len) != 0)
			rc = cx3_fail(&b->err, CX3_E_VERIFY, "flash_fixture.h",
				      "The flash does not hold what the test expects.");
	}
	free(read);
	return rc;
}

static inline void fixture_must_be_ok(const struct fixture *b, int rc, int line)
{
	if (rc != CX3_OK)
		fail_msg("line %d: %s: %s: %s", line, cx3_code_name((enum cx3_code)rc),
			 b->err.place, said(&b->err));
}

/* Fails the test, with the reason, if the call fails. */
#define fixture_must(b, call) fixture_must_be_ok((b), (call), __LINE__)

#define fixture_no_violation(b) assert_string_equal((b)->violation, "")

#endif
