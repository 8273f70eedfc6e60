/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program of a fuzz target without libFuzzer:
 *
 *   NAME [RUNS [FIRST]]   inputs by seed, FIRST (1) and those that follow
 *   NAME FILE...          these inputs, such as a crash that libFuzzer has kept
 *   NAME -corpus FOLDER N the inputs of the first N seeds into a folder
 *
 * The inputs run in a child process: when it crashes, the parent still knows the seed.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM ((size_t)16 << 20)

/* What runs now; shared with the parent. */
static volatile uint64_t *current;

static int run_seeds(uint64_t first, uint64_t runs)
{
	uint8_t *input = malloc(ROOM);
	uint64_t end = first + runs;

	if (!input)
		return 1;
	for (*current = first; *current < end; (*current)++) {
		size_t len = fuzz_seed(*current, input, ROOM);
		uint8_t *exact = malloc(len ? len : 1); /* so that ASan sees its end */

		if (!exact)
			break;
		memcpy(exact, input, len);
		LLVMFuzzerTestOneInput(exact, len);
		free(exact);
	}
	free(input);
	return *current == end ? 0 : 1;
}

static int replay_seeds(const char *program, uint64_t first, uint64_t runs)
{
	pid_t child;
	int status = 1;

	current = mmap(NULL, sizeof(*current), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (current == MAP_FAILED)
		return 1;
	fflush(NULL);
	child = fork();
	if (child == 0)
		exit(run_seeds(first, runs));
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (status == 0) {
		printf("%llu inputs\n", (unsigned long long)runs);
		return 0;
	}
	if (*current == first + runs)
		printf("FAILED at the end; run again: %s %llu %llu\n", program,
		       (unsigned long long)runs, (unsigned long long)first);
	else
		printf("FAILED; run again: %s 1 %llu\n", program, (unsigned long long)*current);
	return 1;
}

static int replay_file(const char *path)
{
	uint8_t *bytes = malloc(ROOM);
	FILE *file = fopen(path, "rb");
	size_t len = 0;

	if (bytes && file) {
		len = fread(bytes, 1, ROOM, file);
		LLVMFuzzerTestOneInput(bytes, len);
	} else {
		perror(path);
	}
	free(bytes);
	if (!file)
		return 1;
	fclose(file);
	printf("%s: %zu bytes, passed\n", path, len);
	return 0;
}

static int write_corpus(const char *where, uint64_t count)
{
	uint8_t *input = malloc(ROOM);
	char path[512];

	for (uint64_t seed = 1; input && seed <= count; seed++) {
		size_t len = fuzz_seed(seed, input, ROOM);

		snprintf(path, sizeof(path), "%s/seed-%llu", where, (unsigned long long)seed);
		fuzz_put_file(path, input, len);
	}
	free(input);
	return input ? 0 : 1;
}

int main(int argc, char **argv)
{
	char *end = NULL;
	uint64_t runs = argc > 1 ? strtoull(argv[1], &end, 10) : 100;
	int rc = 0;

	if (argc == 4 && strcmp(argv[1], "-corpus") == 0)
		return write_corpus(argv[2], strtoull(argv[3], NULL, 10));
	if (argc == 1 || (*argv[1] && *end == '\0'))
		return replay_seeds(argv[0], argc > 2 ? strtoull(argv[2], NULL, 10) : 1, runs);
	for (int i = 1; i < argc; i++)
		rc |= replay_file(argv[i]);
	return rc;
}
