/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the fuzz programs share. Each is one file NAME.c with two functions: libFuzzer's
 * entry, and a maker of inputs by seed. The inputs are what replay.c runs without
 * libFuzzer, and what libFuzzer starts from.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Any bytes; returns 0, or the program ends with a crash. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An input of at most `room` bytes that depends on the seed alone; returns its size. */
size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room);

/* A folder of this process, made at the first call and removed at exit. */
const char *fuzz_folder(void);
/* Puts a file into it, in the place of an older one; the program ends if that fails. */
void fuzz_put_file(const char *path, const void *data, size_t len);

/* The bytes of an input that are not used yet. */
struct fuzz_bytes {
	const uint8_t *at;
	size_t left;
};

/* The next byte; 0 past the end. */
static inline uint8_t fuzz_byte(struct fuzz_bytes *b)
{
	if (b->left == 0)
		return 0;
	b->left--;
	return *b->at++;
}

static inline uint32_t fuzz_word(struct fuzz_bytes *b)
{
	uint32_t word = 0;

	for (unsigned i = 0; i < 4; i++)
		word = word << 8 | fuzz_byte(b);
	return word;
}

static inline uint64_t fuzz_double_word(struct fuzz_bytes *b)
{
	uint64_t high = fuzz_word(b);

	return high << 32 | fuzz_word(b);
}

/* A text of at most size - 1 bytes, up to a newline or the end. */
static inline void fuzz_text(struct fuzz_bytes *b, char *out, size_t size)
{
	size_t len = 0;

	while (b->left && len < size - 1) {
		uint8_t c = fuzz_byte(b);

		if (c == '\n' || c == '\0')
			break;
		out[len++] = (char)c;
	}
	out[len] = '\0';
}

/* Random numbers by seed (splitmix64, public domain, Sebastiano Vigna). */
static inline uint64_t fuzz_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline uint32_t fuzz_below(uint64_t *state, uint32_t limit)
{
	return limit ? (uint32_t)(fuzz_random(state) % limit) : 0;
}

/* A few bytes of a text changed, cut out or doubled. Returns the new length. */
size_t fuzz_mutate(uint64_t *state, uint8_t *bytes, size_t len, size_t room);
/* The same of a zero-ended text that is copied into `out`. */
size_t fuzz_mutated_text(uint64_t *state, const char *text, uint8_t *out, size_t room);
/* For fuzz_seed: one of `count` texts, changed. */
size_t fuzz_seed_text(uint64_t seed, const char *const *text, uint32_t count, uint8_t *out,
		      size_t room);

#endif
