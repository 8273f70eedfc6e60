/* SPDX-License-Identifier: BSD-2-Clause */
/* A simulated card for a test: made, opened, looked into, removed. */
#include "sim_fixture.h"
#include "said.h"
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A test without its files can't say anything: it ends here, as a failure. */
static void need(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

void fixture_make(struct fixture *f, uint32_t size)
{
	uint8_t *blank = malloc(size);
	int fd;

	memset(f, 0, sizeof(*f));
	snprintf(f->folder, sizeof(f->folder), "%s/cx3-sim-XXXXXX", scratch());
	need(blank && mkdtemp(f->folder), "mkdtemp");
	snprintf(f->file, sizeof(f->file), "%s/flash", f->folder);
	memset(blank, 0xff, size);
	fd = open(f->file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	need(fd >= 0 && write(fd, blank, size) == (ssize_t)size, f->file);
	close(fd);
	free(blank);
}

void fixture_open(struct fixture *f, const char *options)
{
	struct cx3_devname name;
	struct cx3_error err = {0};

	snprintf(f->device, sizeof(f->device), "sim:%s%s%s", f->file, *options ? "," : "", options);
	if (cx3_devname_parse(f->device, &name, &err) == CX3_OK &&
	    simcard_open(&name, &f->card, &err) == CX3_OK)
		return;
	fprintf(stderr, "%s: %s\n", err.place, said(&err));
	abort();
}

void fixture_close(struct fixture *f)
{
	simcard_close(f->card);
	f->card = NULL;
}

void fixture_remove(struct fixture *f)
{
	DIR *folder;
	struct dirent *entry;
	char path[400];

	fixture_close(f);
	folder = opendir(f->folder);
	need(folder != NULL, f->folder);
	while ((entry = readdir(folder)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", f->folder, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	closedir(folder);
	need(rmdir(f->folder) == 0, f->folder);
}

void fixture_poke(const struct fixture *f, uint32_t addr, const void *data, size_t len)
{
	int fd = open(f->file, O_WRONLY | O_CLOEXEC);

	need(fd >= 0 && pwrite(fd, data, len, (off_t)addr) == (ssize_t)len, f->file);
	close(fd);
}

void fixture_peek(const struct fixture *f, uint32_t addr, void *data, size_t len)
{
	int fd = open(f->file, O_RDONLY | O_CLOEXEC);

	need(fd >= 0 && pread(fd, data, len, (off_t)addr) == (ssize_t)len, f->file);
	close(fd);
}

static void put(uint8_t *to, uint32_t word)
{
	for (unsigned i = 0; i < 4; i++)
		to[i] = (uint8_t)(word >> (24 - 8 * i));
}

void fixture_image(const struct fixture *f, uint32_t start, unsigned subminor)
{
	uint8_t image[0x58] = {0};

	put(image, 0x4d544657);
	put(image + 4, 0x8cdfd000);
	put(image + 8, 0xdead9270);
	put(image + 12, 0x4154beef);
	/* fail-safe, chunks of 512 KiB (bits [2:0] = 3); the four bytes sum to 0 */
	put(image + 0x28, 0xf500000b);
	put(image + 0x2c, 0xc0000040); /* Image Info data at 0x40 */
	put(image + 0x40, 0x0100000c); /* tag 1: firmware version 2.42.subminor */
	put(image + 0x44, 2u << 16);
	put(image + 0x48, 42u << 16 | subminor);
	put(image + 0x50, 0xff000000);
	fixture_poke(f, start, image, sizeof(image));
}

char *fixture_state(const struct fixture *f)
{
	char path[100];
	char *text = calloc(1, 65536);
	FILE *file;

	need(text != NULL, "calloc");
	snprintf(path, sizeof(path), "%s.state", f->file);
	file = fopen(path, "re");
	if (file) {
		need(fread(text, 1, 65535, file) > 0, path);
		fclose(file);
	}
	return text;
}

void gw_take(struct simcard *card)
{
	need(simcard_reg_read(card, REG_SEMAPHORE) == 0, "the semaphore is taken");
}

void gw_free(struct simcard *card)
{
	simcard_reg_write(card, REG_SEMAPHORE, 0);
}

void gw_run(struct simcard *card, uint32_t command)
{
	simcard_reg_write(card, GW_COMMAND, command | GW_ENABLE | GW_BUSY);
	for (unsigned i = 0; i < 1000; i++) {
		if (!(simcard_reg_read(card, GW_COMMAND) & GW_BUSY))
			return;
	}
	need(false, "the gateway stays busy");
}

uint8_t gw_status(struct simcard *card, uint8_t opcode)
{
	gw_run(card, GW_OPCODE(opcode) | GW_READ | GW_BYTES(0));
	return (uint8_t)(simcard_reg_read(card, GW_DATA) >> 24);
}

void gw_write_enable(struct simcard *card)
{
	gw_run(card, GW_OPCODE(0x06));
}

void gw_erase(struct simcard *card, uint8_t opcode, uint32_t addr)
{
	gw_write_enable(card);
	simcard_reg_write(card, GW_ADDRESS, addr);
	gw_run(card, GW_OPCODE(opcode) | GW_ADDR);
}

void gw_program(struct simcard *card, uint32_t addr, const void *data, unsigned log2)
{
	uint8_t bytes[16] = {0};

	gw_write_enable(card);
	memcpy(bytes, data, (size_t)1 << log2);
	for (uint32_t i = 0; i < 16; i += 4)
		simcard_reg_write(card, GW_DATA + i,
				  (uint32_t)bytes[i] << 24 | (uint32_t)bytes[i + 1] << 16 |
					  (uint32_t)bytes[i + 2] << 8 | bytes[i + 3]);
	simcard_reg_write(card, GW_ADDRESS, addr);
	gw_run(card, GW_OPCODE(0x02) | GW_ADDR | GW_BYTES(log2));
}

uint64_t gw_wait(struct simcard *card)
{
	uint64_t start = simcard_now_us(card);

	for (unsigned i = 0; i < 10000; i++) {
		if (!(gw_status(card, 0x05) & 1))
			return simcard_now_us(card) - start;
	}
	need(false, "the flash stays busy");
	return 0;
}

void gw_read(struct simcard *card, uint32_t addr, void *data, unsigned log2)
{
	uint8_t bytes[16];

	simcard_reg_write(card, GW_ADDRESS, addr);
	gw_run(card, GW_OPCODE(0x03) | GW_ADDR | GW_READ | GW_BYTES(log2));
	for (uint32_t i = 0; i < 16; i++)
		bytes[i] = (uint8_t)(simcard_reg_read(card, GW_DATA + (i & ~3u)) >>
				     (24 - 8 * (i % 4)));
	memcpy(data, bytes, (size_t)1 << log2);
}
