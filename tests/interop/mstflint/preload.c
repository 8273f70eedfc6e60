/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded into the real mstflint: its PCI configuration-space accesses go to
 * the simulated card. mstflint reaches CR-space through two dwords there: the
 * register's address at 0x58, its value at 0x5c, little-endian. What it sleeps
 * moves the model's time and takes none.
 *
 * CX3_SIM_DEVICE: FILE[,options] of the simulated card
 * CX3_SIM_CONFIG: the file that stands for the configuration space
 * CX3_SIM_COUNTS: where the counts go at the end, as key=value lines
 */
#include <dlfcn.h>
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "said.h"
#include "sim/simcard.h"

#define VISIBLE __attribute__((visibility("default")))
#define CONFIG_ADDRESS 0x58
#define CONFIG_DATA 0x5c

static struct simcard *card;
static uint32_t reg;

static void give_up(const struct cx3_error *err)
{
	fprintf(stderr, "simulated card: %s: %s\n", err->place, said(err));
	_exit(99);
}

static void open_card(void)
{
	const char *device = getenv("CX3_SIM_DEVICE");
	struct cx3_devname name;
	struct cx3_error err;
	char text[512];

	/* mstflint gives an image up for one of which it has not read each byte back */
	snprintf(text, sizeof(text), "sim:%s,order=0", device ? device : "");
	if (cx3_devname_parse(text, &name, &err) != CX3_OK ||
	    simcard_open(&name, &card, &err) != CX3_OK)
		give_up(&err);
	for (unsigned i = 0; i < name.count; i++) {
		if (name.option[i].taken)
			continue;
		cx3_fail(&err, CX3_E_USAGE, name.option[i].key, "no such option");
		give_up(&err);
	}
}

/* The descriptor that was found to be the configuration space, -1: none yet. */
static int config_fd = -1;

static bool find_config(int fd)
{
	const char *path = getenv("CX3_SIM_CONFIG");
	struct stat config;
	struct stat st;

	if (!path || stat(path, &config) != 0 || fstat(fd, &st) != 0 ||
	    st.st_ino != config.st_ino || st.st_dev != config.st_dev)
		return false;
	if (!card)
		open_card(); /* its own lock on the flash file is a real one */
	config_fd = fd;
	return true;
}

/* The card is opened by the first access, so not by the commands that mstflint runs. */
static bool is_config(int fd, off64_t offset, size_t len)
{
	if (len != 4 || (offset != CONFIG_ADDRESS && offset != CONFIG_DATA))
		return false;
	return fd == config_fd || find_config(fd);
}

VISIBLE int close(int fd)
{
	static int (*real)(int);

	if (fd == config_fd)
		config_fd = -1;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "close");
	return real(fd);
}

/* mstflint locks a file around each register access; nobody else is there to lock out. */
VISIBLE int flock(int fd, int operation)
{
	static int (*real)(int, int);

	if (config_fd >= 0)
		return 0;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "flock");
	return real(fd, operation);
}

VISIBLE ssize_t pread64(int fd, void *buf, size_t len, off64_t offset)
{
	static ssize_t (*real)(int, void *, size_t, off64_t);
	uint32_t value;

	if (is_config(fd, offset, len)) {
		value = htole32(offset == CONFIG_DATA ? simcard_reg_read(card, reg) : reg);
		memcpy(buf, &value, sizeof(value));
		return sizeof(value);
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pread64");
	return real(fd, buf, len, offset);
}

VISIBLE ssize_t pwrite64(int fd, const void *buf, size_t len, off64_t offset)
{
	static ssize_t (*real)(int, const void *, size_t, off64_t);
	uint32_t value;

	if (is_config(fd, offset, len)) {
		memcpy(&value, buf, sizeof(value));
		if (offset == CONFIG_DATA)
			simcard_reg_write(card, reg, le32toh(value));
		else
			reg = le32toh(value);
		return sizeof(value);
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
	return real(fd, buf, len, offset);
}

VISIBLE ssize_t pread(int fd, void *buf, size_t len, off_t offset)
{
	return pread64(fd, buf, len, offset);
}

VISIBLE ssize_t pwrite(int fd, const void *buf, size_t len, off_t offset)
{
	return pwrite64(fd, buf, len, offset);
}

VISIBLE int usleep(useconds_t us)
{
	if (card)
		simcard_advance_us(card, us);
	return 0;
}

VISIBLE unsigned sleep(unsigned seconds)
{
	if (card)
		simcard_advance_us(card, seconds * 1000000ull);
	return 0;
}

VISIBLE int nanosleep(const struct timespec *wanted, struct timespec *left)
{
	(void)left;
	if (card)
		simcard_advance_us(card, (uint64_t)wanted->tv_sec * 1000000u +
						 (uint64_t)wanted->tv_nsec / 1000u);
	return 0;
}

static void write_counts(const char *path)
{
	const struct simcard_counts *n = simcard_counts(card);
	const char *violation = simcard_violation(card);
	FILE *file = fopen(path, "we");

	if (!file)
		return;
	fprintf(file, "reg_reads=%" PRIu64 "\nreg_writes=%" PRIu64 "\n", n->reg_reads,
		n->reg_writes);
	fprintf(file, "gateway_commands=%" PRIu64 "\n", n->gateway_commands);
	fprintf(file, "sector_erases=%" PRIu64 "\nblock_erases=%" PRIu64 "\n", n->sector_erases,
		n->block_erases);
	fprintf(file, "page_programs=%" PRIu64 "\n", n->page_programs);
	/* what these accesses cost over I2C: 10 bytes a read, 9 a write */
	fprintf(file, "wire_bytes=%" PRIu64 "\n", n->reg_reads * 10 + n->reg_writes * 9);
	fprintf(file, "us=%" PRIu64 "\n", simcard_now_us(card));
	fprintf(file, "violations=%" PRIu64 "\n", n->violations);
	if (violation)
		fprintf(file, "first_violation=%s\n", violation);
	fclose(file);
}

__attribute__((destructor)) static void finish(void)
{
	const char *path = getenv("CX3_SIM_COUNTS");

	if (!card)
		return;
	if (path)
		write_counts(path);
	simcard_close(card);
	card = NULL;
}
