/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a branch as a number of 64 bits, and the ones that were seen. */
#include "states.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SLOTS (1u << 22)
#define MOST_LEFT_OUT 8u
#define MOST_MAPPED 64u
#define STACK_BELOW 0x20000u
#define THREAD_BLOCK 0xa00u

struct range {
	uintptr_t lo, hi;
};

struct states {
	_Atomic uint64_t slot[SLOTS]; /* 0: none */
	struct range left_out[MOST_LEFT_OUT];
	unsigned left_out_count;
	struct range mapped[MOST_MAPPED];
	unsigned mapped_count, heap;
	uintptr_t stack_hi;
};

/* --- What differs from branch to branch though no job does anything else for it --- */

pid_t getpid(void)
{
	return 4242;
}

time_t time(time_t *out)
{
	if (out)
		*out = 1700000000;
	return 1700000000;
}

/* --- The number --- */

#define LANES 8u
#define PRIME UINT64_C(0x9e3779b97f4a7c15)

struct sum {
	uint64_t lane[LANES];
};

static uint64_t turn(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static void add(struct sum *sum, const void *bytes, size_t len)
{
	const char *at = bytes;
	uint64_t word[LANES];

	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(word, at, sizeof(word));
		for (unsigned i = 0; i < LANES; i++)
			sum->lane[i] = turn((sum->lane[i] ^ word[i]) * PRIME, 29);
	}
	memset(word, 0, sizeof(word));
	memcpy(word, at, len);
	for (unsigned i = 0; len && i < LANES; i++)
		sum->lane[i] = turn((sum->lane[i] ^ word[i] ^ len) * PRIME, 29);
}

static uint64_t fold(const struct sum *sum)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < LANES; i++) {
		all = turn((all ^ sum->lane[i]) * PRIME, 31);
		all ^= all >> 29;
	}
	return all ? all : 1;
}

/* --- Memory --- */

/* The first range that is left out and ends behind `at`; NULL: none. */
static const struct range *next_left_out(const struct states *states, uintptr_t at)
{
	const struct range *first = NULL;

	for (unsigned i = 0; i < states->left_out_count; i++) {
		const struct range *r = &states->left_out[i];

		if (r->hi > at && (!first || r->lo < first->lo))
			first = r;
	}
	return first;
}

static void add_range(const struct states *states, struct sum *sum, uintptr_t lo, uintptr_t hi)
{
	while (lo < hi) {
		const struct range *out = next_left_out(states, lo);
		uintptr_t end = out && out->lo < hi ? out->lo : hi;

		if (end > lo)
			add(sum, (const void *)lo, end - lo);
		lo = end < hi ? out->hi : hi;
	}
}

/* A line of /proc/self/maps. Private memory that may be written, or the card's flash. The stack is
 * left to sum_up, the heap's end to sbrk. */
static void take_mapping(struct states *states, const char *line)
{
	uintptr_t lo, hi;
	char access[5];

	if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s", &lo, &hi, access) != 3 ||
	    strncmp(access, "rw", 2) != 0)
		return;
	if (access[3] != 'p' && !strstr(line, "/flash.bin"))
		return;
	if (strstr(line, "[stack]")) {
		states->stack_hi = hi;
		return;
	}
	if (states->mapped_count == MOST_MAPPED)
		abort();
	if (strstr(line, "[heap]"))
		states->heap = states->mapped_count;
	states->mapped[states->mapped_count++] = (struct range){lo, hi};
}

void states_map(struct states *states)
{
	char line[400];
	FILE *maps;

	if (states->mapped_count > 0)
		return;
	maps = fopen("/proc/self/maps", "r");
	while (maps && fgets(line, sizeof(line), maps))
		take_mapping(states, line);
	if (!maps || fclose(maps) != 0 || !states->stack_hi || !states->mapped_count) {
		perror("/proc/self/maps");
		abort();
	}
}

static void add_memory(const struct states *states, struct sum *sum, uintptr_t stack)
{
	for (unsigned i = 0; i < states->mapped_count; i++) {
		const struct range *r = &states->mapped[i];

		add_range(states, sum, r->lo, i == states->heap ? (uintptr_t)sbrk(0) : r->hi);
	}
	add_range(states, sum, stack, states->stack_hi);
}

/* --- Files --- */

/* As getdents64 gives it; opendir would leave inode numbers in the memory that it frees. */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short len;
	unsigned char type;
	char name[];
};

static bool add_folder(uint64_t *all, int dir);

static bool add_file(struct sum *sum, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	char text[0x4000];
	ssize_t n;

	while ((n = read(fd, text, sizeof(text))) > 0)
		add(sum, text, (size_t)n);
	close(fd);
	return n == 0;
}

static bool add_entry(uint64_t *all, int dir, const struct entry *entry)
{
	struct sum sum = {{1}};
	uint64_t below = 0;
	bool ok;

	if (entry->type == DT_DIR) {
		int fd = openat(dir, entry->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		ok = fd >= 0 && add_folder(&below, fd);
		close(fd);
	} else if (strcmp(entry->name, "flash.bin") == 0 ||
		   strcmp(entry->name, "content.bin") == 0) {
		return true; /* it is in memory; the job only reads it */
	} else {
		ok = add_file(&sum, dir, entry->name);
	}
	add(&sum, entry->name, strlen(entry->name));
	add(&sum, &below, sizeof(below));
	*all += fold(&sum); /* in whatever order they come */
	return ok;
}

static bool add_folder(uint64_t *all, int dir)
{
	_Alignas(8) char buf[0x1000];
	long got;

	while ((got = syscall(SYS_getdents64, dir, buf, sizeof(buf))) > 0) {
		for (long at = 0; at < got;) {
			const struct entry *entry = (const void *)(buf + at);

			if (entry->name[0] != '.' && !add_entry(all, dir, entry))
				return false;
			at += entry->len;
		}
	}
	return got == 0;
}

/* --- The states --- */

static bool is_known(struct states *states, uint64_t state)
{
	for (unsigned probe = 0; probe < 64; probe++) {
		_Atomic uint64_t *slot = &states->slot[(state + probe) % SLOTS];
		uint64_t there = 0;

		if (atomic_compare_exchange_strong(slot, &there, state))
			return false;
		if (there == state)
			return true;
	}
	return false;
}

static __attribute__((noinline)) bool sum_up(struct states *states, uintptr_t stack)
{
	struct sum sum = {{0}};
	uint64_t files = 0;
	int dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = dir >= 0 && add_folder(&files, dir);

	close(dir);
	add_memory(states, &sum, stack);
	add(&sum, &files, sizeof(files));
	return ok && is_known(states, fold(&sum));
}

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

__attribute__((noinline)) void states_wipe(void)
{
	volatile char below[STACK_BELOW];

	memset((char *)below, 0, sizeof(below));
	__asm__ volatile("" : : "r"(below) : "memory");
}

__attribute__((noinline)) bool states_seen(struct states *states)
{
	bool known = !SANITIZED && sum_up(states, (uintptr_t)__builtin_frame_address(0));

	states_wipe();
	return known;
}

struct states *states_new(void)
{
	struct states *states = mmap(NULL, sizeof(*states), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (states == MAP_FAILED) {
		perror("mmap");
		abort();
	}
	/* all that is allocated from now on is in the heap, and what is freed there is cleared */
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_PERTURB, 0x5a);
	/* glibc's own record of the thread: its number, and the processor that it runs on */
	states_leave_out(states, (const void *)pthread_self(), THREAD_BLOCK);
	return states;
}

void states_free(struct states *states)
{
	munmap(states, sizeof(*states));
}

void states_leave_out(struct states *states, const void *at, size_t len)
{
	if (states->left_out_count == MOST_LEFT_OUT)
		abort();
	states->left_out[states->left_out_count++] = (struct range){(uintptr_t)at,
								    (uintptr_t)at + len};
}
