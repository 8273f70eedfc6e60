/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulated card as a whole: opening, closing, time, violations.
 *
 * FILE is mapped and shared: what the model writes is in the file at once, so a
 * process that is killed leaves behind what a real flash would hold. A lock on the
 * file keeps a second process from being a second card with the same flash.
 */
#include "model.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "device_fd.h"
#include "lock.h"

#define SMALLEST 0x20000u  /* 128 KiB: two homes of one block */
#define LARGEST 0x1000000u /* 16 MiB */
#define LEAST_KNOWN 0x80000u

/* What Linux' i2c-gpio waits for SCL; most of its drivers wait for a second. */
#define STRETCH_LIMIT_US 100000u

void sim_violation(struct simcard *card, const char *fmt, ...)
{
	va_list args;

	/* the rest of a command that the firmware has broken into is not the tool's fault */
	if (card->gateway.cut_in || card->counts.violations++ > 0)
		return;
	va_start(args, fmt);
	vsnprintf(card->first_violation, sizeof(card->first_violation), fmt, args);
	va_end(args);
	/* At once: the process may be killed before it closes the card. */
	(void)sim_state_save(card, NULL);
}

/* The sizes that the parts table has, and less for a chip that has an id of its own (jedec=). */
static int check_size(const char *path, off_t size, struct cx3_error *err)
{
	if (size >= (off_t)SMALLEST && size <= (off_t)LARGEST && (size & (size - 1)) == 0)
		return CX3_OK;
	return cx3_fail(err, CX3_E_USAGE, path,
			"A flash file holds 128 KiB to 16 MiB, a power of two, not %lld bytes.\n"
			"Give the raw content of a whole flash.",
			(long long)size);
}

static int open_file(struct simcard *card, struct cx3_error *err)
{
	struct stat st;
	char label[96];
	int rc;

	card->fd = cx3_device_fd(open(card->path, O_RDWR | O_CLOEXEC));
	if (card->fd < 0 && errno == ENOENT)
		return cx3_fail(err, CX3_E_NO_DEVICE, card->path,
				"There is no such flash file.\nMake a blank one with "
				"\"head -c 2M /dev/zero | tr '\\0' '\\377' > FILE\".");
	if (card->fd < 0 && errno == EISDIR)
		return cx3_fail(err, CX3_E_FILE, card->path,
				"This is a folder.\nName a file in it with the raw content of a "
				"flash.");
	if (card->fd < 0)
		return cx3_fail(err, errno == EACCES ? CX3_E_PERMISSION : CX3_E_FILE, card->path,
				"The flash file can't be opened to read and write: %s.\n"
				"Give this user permission to read and write it.",
				cx3_errno_text(errno));
	if (fstat(card->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return cx3_fail(
			err, CX3_E_FILE, card->path,
			"The flash is no plain file.\nGive a file with the raw content of a flash.");
	rc = check_size(card->path, st.st_size, err);
	if (rc != CX3_OK)
		return rc;
	snprintf(label, sizeof(label), "sim:%.80s", card->path);
	rc = cx3_device_lock(card->fd, label, NULL, err);
	if (rc != CX3_OK)
		return rc;
	card->nor.size = (uint32_t)st.st_size;
	card->nor.data = mmap(NULL, card->nor.size, PROT_READ | PROT_WRITE, MAP_SHARED, card->fd,
			      0);
	if (card->nor.data == MAP_FAILED) {
		card->nor.data = NULL;
		return cx3_fail(err, CX3_E_FILE, card->path,
				"The flash file can't be mapped: %s.\n"
				"Put it on a local file system.",
				cx3_errno_text(errno));
	}
	return CX3_OK;
}

/* The part that is taken for a flash of this size when part= is not given. */
static const struct sim_part *usual_part(uint32_t size)
{
	/* A ConnectX-3 manual names the M25PX16; the others are of common families. */
	static const char *const names[] = {"W25Q40",  "M25PX80", "M25PX16",
					    "M25PX32", "M25PX64", "N25Q128A"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct sim_part *part = sim_part_named(names[i]);

		if (part && part->size >= size)
			return part;
	}
	return NULL;
}

static int choose_part(struct simcard *card, struct cx3_error *err)
{
	struct nor *nor = &card->nor;

	if (!nor->part)
		nor->part = usual_part(nor->size);
	assert(nor->part);
	if (nor->part->size == nor->size || (nor->jedec && nor->size < LEAST_KNOWN))
		return CX3_OK;
	return cx3_fail(err, CX3_E_USAGE, card->path,
			"A %s holds %u bytes, the flash file %u.\n"
			"Name a part of the file's size with part=, or of one below 512 KiB its "
			"id with jedec=.",
			nor->part->name, nor->part->size, nor->size);
}

static void set_defaults(struct simcard *card)
{
	card->fd = -1;
	card->state_fd = -1;
	card->live_at = -1;
	card->hw_id = 0x1f7;
	card->force_livefish = -1;
	card->status_option = -1;
	card->nor.drive = SIM_DRIVE_OF_PART;
	card->nor.config = 0xffff;
	card->stream = true;
	card->order.asked = true;
	card->clock_hz = 100000;
	card->stretch_limit_us = STRETCH_LIMIT_US;
	card->faults.random = 0x9e3779b97f4a7c15u;
	memset(card->gateway.from, 0xff, sizeof(card->gateway.from)); /* SIM_NOWHERE */
	card->opened_real_ns = cx3_clock_ns();
}

/* A card that an earlier process had open is still on. */
static void power_up(struct simcard *card)
{
	if (card->power_cycle || !sim_state_resume(card))
		sim_boot_power_on(card);
	card->boot.locked |= card->locked;
	if (card->status_option >= 0)
		card->nor.status[0] = (uint8_t)card->status_option & (uint8_t)~3u;
	if (card->nor.quad_fixed)
		sim_quad_fix(&card->nor);
	sim_state_resume_brief(card);
	card->last_write_ns = card->now_ns;
}

int simcard_open(struct cx3_devname *name, struct simcard **out, struct cx3_error *err)
{
	struct simcard *card = calloc(1, sizeof(*card));
	int rc;

	*out = NULL;
	if (!card)
		return cx3_fail(err, CX3_E_NO_MEMORY, name->head,
				"There is no memory to open the simulated card.\n"
				"Close other programs and try again.");
	set_defaults(card);
	snprintf(card->path, sizeof(card->path), "%s", name->head);
	rc = open_file(card, err);
	if (rc == CX3_OK)
		rc = sim_state_load(card, err);
	if (rc == CX3_OK)
		rc = sim_options_apply(card, name, err);
	if (rc == CX3_OK)
		rc = choose_part(card, err);
	if (rc == CX3_OK && sim_order_open(card) != 0)
		rc = cx3_fail(err, CX3_E_NO_MEMORY, card->path,
			      "There is no memory for the simulated card.\n"
			      "Close other programs and try again.");
	if (rc != CX3_OK) {
		card->nor.part = NULL; /* nothing to save */
		simcard_close(card);
		return rc;
	}
	power_up(card);
	*out = card;
	return CX3_OK;
}

int simcard_move(struct simcard *card, const char *path)
{
	int fd = cx3_device_fd(open(path, O_RDWR | O_CLOEXEC));

	if (fd < 0 || mmap(card->nor.data, card->nor.size, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		return -1;
	close(card->fd);
	card->fd = fd;
	if (card->state_fd >= 0)
		close(card->state_fd);
	card->state_fd = -1; /* the next save makes a new one */
	snprintf(card->path, sizeof(card->path), "%s", path);
	return 0;
}

void simcard_power_off(struct simcard *card, uint64_t seed)
{
	card->faults.random = seed;
	sim_fault_power_off(card);
}

bool simcard_at_rest(const struct simcard *card)
{
	return card->nor.job == NOR_IDLE || card->nor.busy_until_ns <= card->last_write_ns;
}

int simcard_sync(struct simcard *card, struct cx3_error *err)
{
	if (msync(card->nor.data, card->nor.size, MS_ASYNC) != 0)
		return cx3_fail(err, CX3_E_FILE, card->path,
				"The flash file can't be written: %s.\n"
				"Give its file system room.",
				cx3_errno_text(errno));
	return sim_state_save(card, err);
}

/* A card without a part did not open: there is nothing of it to save. */
void simcard_close(struct simcard *card)
{
	if (!card)
		return;
	if (card->nor.part) {
		sim_habit_carry_out(card);
		(void)simcard_sync(card, NULL);
	}
	if (card->nor.data)
		munmap(card->nor.data, card->nor.size);
	if (card->fd >= 0)
		close(card->fd);
	if (card->state_fd >= 0)
		close(card->state_fd);
	cJSON_Delete(card->state);
	sim_order_close(card);
	sim_trace_close(card);
	free(card);
}

/* Below this a sleep costs more than it is long. */
#define SHORTEST_SLEEP_US 2000u

static void keep_pace(const struct simcard *card)
{
	uint64_t real_us = (cx3_clock_ns() - card->opened_real_ns) / 1000;
	uint64_t due_us = card->now_ns / 1000 / card->pace;

	if (due_us > real_us + SHORTEST_SLEEP_US)
		cx3_clock_wait_us(due_us - real_us);
}

void simcard_advance_us(struct simcard *card, uint64_t us)
{
	if (us && card->habits.no_read_after_write)
		sim_habit_carry_out(card);
	card->now_ns += us * 1000;
	if (card->pace)
		keep_pace(card);
	if (card->realtime) {
		uint64_t real = cx3_clock_ns() - card->opened_real_ns;

		if (real > card->now_ns)
			card->now_ns = real;
	}
}

uint64_t simcard_now_us(const struct simcard *card)
{
	return card->now_ns / 1000;
}

/* Clocks of a register access as one I2C transfer: START, 9 for each byte, STOP. */
#define READ_CLOCKS (1 + 5 * 9 + 1 + 5 * 9 + 1)
#define WRITE_CLOCKS (1 + 9 * 9 + 1)

uint32_t simcard_reg_read(struct simcard *card, uint32_t reg)
{
	simcard_advance_us(card, READ_CLOCKS * 1000000ull / card->clock_hz);
	return sim_reg_read(card, reg);
}

void simcard_reg_write(struct simcard *card, uint32_t reg, uint32_t value)
{
	simcard_advance_us(card, WRITE_CLOCKS * 1000000ull / card->clock_hz);
	sim_reg_write(card, reg, value);
}

const struct simcard_counts *simcard_counts(const struct simcard *card)
{
	return &card->counts;
}

const char *simcard_violation(const struct simcard *card)
{
	return card->counts.violations ? card->first_violation : NULL;
}

bool simcard_gone(const struct simcard *card)
{
	return card->dead;
}
