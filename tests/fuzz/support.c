/* SPDX-License-Identifier: BSD-2-Clause */
/* The folder of a fuzz program, and small changes to the inputs that seeds make. */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[64];
static pid_t folder_owner;

static void empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[512];

	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (unlink(name) != 0) {
			empty(name);
			rmdir(name);
		}
	}
	if (dir)
		closedir(dir);
}

static void remove_folder(void)
{
	if (getpid() != folder_owner)
		return;
	empty(folder);
	rmdir(folder);
}

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(1);
}

const char *fuzz_folder(void)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	if (folder[0])
		return folder;
	snprintf(folder, sizeof(folder), "%s/cx3-fuzz-XXXXXX", base);
	need(mkdtemp(folder) != NULL, folder);
	folder_owner = getpid();
	atexit(remove_folder);
	return folder;
}

void fuzz_put_file(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	need(fd >= 0 && write(fd, data, len) == (ssize_t)len, path);
	close(fd);
}

/* Values and bytes that parsers get wrong. */
static const char *const nasty[] = {
	"\"",	"\\u0000", "\\ud800", "-1",	  "1e300",   "-0",    "999999999999999999999",
	"null", "true",	   "[",	      "{}",	  "}",	     ",",     "=",
	"0x",	"\xff",	   "\x80",    "\xc3\xa9", "\033[2J", "../..", "0100",
	":",	"%s%n",	   "NaN",
};

static size_t insert_nasty(uint64_t *state, uint8_t *bytes, size_t len, size_t room)
{
	const char *text = nasty[fuzz_below(state, sizeof(nasty) / sizeof(nasty[0]))];
	size_t more = strlen(text), at = fuzz_below(state, (uint32_t)len + 1);

	if (len + more > room)
		return len;
	memmove(bytes + at + more, bytes + at, len - at);
	memcpy(bytes + at, text, more);
	return len + more;
}

static size_t cut_out(uint64_t *state, uint8_t *bytes, size_t len)
{
	size_t at = fuzz_below(state, (uint32_t)len), less = fuzz_below(state, 16) + 1;

	if (at + less > len)
		return len;
	memmove(bytes + at, bytes + at + less, len - at - less);
	return len - less;
}

size_t fuzz_mutate(uint64_t *state, uint8_t *bytes, size_t len, size_t room)
{
	for (uint32_t changes = fuzz_below(state, 6); changes && len; changes--) {
		switch (fuzz_below(state, 4)) {
		case 0:
			bytes[fuzz_below(state, (uint32_t)len)] ^= (uint8_t)(1u << fuzz_below(state,
											      8));
			break;
		case 1:
			bytes[fuzz_below(state, (uint32_t)len)] = (uint8_t)fuzz_random(state);
			break;
		case 2:
			len = cut_out(state, bytes, len);
			break;
		default:
			len = insert_nasty(state, bytes, len, room);
			break;
		}
	}
	return len;
}

size_t fuzz_mutated_text(uint64_t *state, const char *text, uint8_t *out, size_t room)
{
	size_t len = strlen(text);

	if (len > room)
		len = room;
	memcpy(out, text, len);
	return fuzz_mutate(state, out, len, room);
}

size_t fuzz_seed_text(uint64_t seed, const char *const *text, uint32_t count, uint8_t *out,
		      size_t room)
{
	uint64_t random = seed;

	return fuzz_mutated_text(&random, text[fuzz_below(&random, count)], out, room);
}
