/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * mkimage OUT [key=value...]: writes a made-up FS2 image, or a whole flash that
 * holds one, for the demo and the shell tests. Keys:
 *
 *   seed=N random=N psid= vsd= prs= fw=2.42.5000 device=4103
 *   guid=BASE mac=BASE uids=4|6 blank=0|1
 *   rom=BYTES code=BYTES failsafe=0|1 chunk=LOG2 second_boot=0|1
 *   config_sectors=N config_pad=N name=BOARD key=N (hardware access key)
 *   product=VERSION (empty: none)
 *   flash=BYTES  a flash of that size, erased but for the image
 *   home=odd     the image in the flash's odd chunks
 *   corrupt=OFFSET  one bit of that byte of the output is turned (repeatable)
 *
 * random=N takes all else from that seed first, so it comes first.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "images/fs2_build.h"
#include "said.h"

#define MOST_CORRUPT 16u

struct job {
	struct cx3_fs2_recipe recipe;
	uint32_t flash; /* 0: the image alone */
	bool odd;
	uint32_t corrupt[MOST_CORRUPT];
	unsigned corrupt_count;
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "mkimage: %s: %s\n", what, why);
	exit(1);
}

static uint64_t number(const char *key, const char *text, uint64_t most)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || end == text || *end || value > most)
		die(key, "no such number");
	return value;
}

static void set_text(const char *key, char *to, size_t room, const char *text)
{
	if (strlen(text) >= room)
		die(key, "too long");
	snprintf(to, room, "%s", text);
}

static void set_version(const char *text, uint16_t version[3])
{
	unsigned part[3];
	char extra;

	if (sscanf(text, "%u.%u.%u%c", &part[0], &part[1], &part[2], &extra) != 3)
		die("fw", "a version looks like 2.42.5000");
	for (unsigned i = 0; i < 3; i++)
		version[i] = (uint16_t)part[i];
}

static bool set_identity(struct cx3_fs2_recipe *r, const char *key, const char *value)
{
	struct cx3_error err = {.code = CX3_OK};
	uint64_t base;

	if (strcmp(key, "guid") == 0) {
		if (cx3_fs2_parse_guid(value, &base, &err))
			die(key, said(&err));
		cx3_fs2_guids_from_base(base, r->uid);
		/* an Ethernet card's: all four are blank */
		for (unsigned i = 0; base == UINT64_MAX && i < 4; i++)
			r->uid[i] = base;
	} else if (strcmp(key, "mac") == 0) {
		if (cx3_fs2_parse_mac(value, &base, &err))
			die(key, said(&err));
		cx3_fs2_macs_from_base(base, r->uid + 4);
	} else if (strcmp(key, "uids") == 0) {
		r->uid_count = (unsigned)number(key, value, 6);
	} else if (strcmp(key, "blank") == 0) {
		r->blank_uids = number(key, value, 1) != 0;
	} else {
		return false;
	}
	return true;
}

/* The hardware id goes with it, so that the chip's burn accepts the image. */
static void set_device(struct cx3_fs2_recipe *r, uint16_t type)
{
	r->device_type = type;
	r->hw_id_count = 1;
	r->hw_id[0] = type == 4103 ? 0x1f7 : 0x1f5;
}

/* The board's name in the INI, which has nothing else then. */
static void set_name(struct cx3_fs2_recipe *r, const char *name)
{
	static char ini[200];

	snprintf(ini, sizeof(ini), "[PS_INFO]\nName = %.100s\n", name);
	r->config_text = ini;
}

static void set_key(struct cx3_fs2_recipe *r, uint64_t value)
{
	r->omit_tags &= ~(UINT32_C(1) << CX3_FS2_TAG_ACCESS_KEY);
	r->access_key = value;
}

static void set_product(struct cx3_fs2_recipe *r, const char *version)
{
	set_text("product", r->product_version, sizeof(r->product_version), version);
	if (!*version)
		r->omit_tags |= UINT32_C(1) << CX3_FS2_TAG_PRODUCT_VERSION;
}

static bool set_info(struct cx3_fs2_recipe *r, const char *key, const char *value)
{
	if (strcmp(key, "psid") == 0)
		set_text(key, r->psid, sizeof(r->psid), value);
	else if (strcmp(key, "vsd") == 0)
		set_text(key, r->vsd, sizeof(r->vsd), value);
	else if (strcmp(key, "product") == 0)
		set_product(r, value);
	else if (strcmp(key, "prs") == 0)
		set_text(key, r->prs_name, sizeof(r->prs_name), value);
	else if (strcmp(key, "fw") == 0)
		set_version(value, r->fw_version);
	else if (strcmp(key, "device") == 0)
		set_device(r, (uint16_t)number(key, value, 0xffff));
	else if (strcmp(key, "name") == 0)
		set_name(r, value);
	else if (strcmp(key, "key") == 0)
		set_key(r, number(key, value, UINT64_MAX));
	else if (strcmp(key, "config_sectors") == 0)
		r->config_sectors = (uint32_t)number(key, value, UINT32_MAX);
	else if (strcmp(key, "config_pad") == 0)
		r->config_pad = (uint32_t)number(key, value, UINT32_MAX);
	else
		return false;
	return true;
}

static bool set_shape(struct cx3_fs2_recipe *r, const char *key, const char *value)
{
	if (strcmp(key, "seed") == 0) {
		r->seed = number(key, value, UINT64_MAX);
	} else if (strcmp(key, "random") == 0) {
		cx3_fs2_recipe_random(r, number(key, value, UINT64_MAX));
	} else if (strcmp(key, "rom") == 0) {
		r->rom_size = (uint32_t)number(key, value, CX3_FS2_MAX_IMAGE);
		if (!r->rom_size)
			r->rom_count = 0;
	} else if (strcmp(key, "code") == 0) {
		r->code_size = (uint32_t)number(key, value, CX3_FS2_MAX_IMAGE);
	} else if (strcmp(key, "failsafe") == 0) {
		r->failsafe = number(key, value, 1) != 0;
	} else if (strcmp(key, "chunk") == 0) {
		r->log2_chunk = (unsigned)number(key, value, 31);
	} else if (strcmp(key, "second_boot") == 0) {
		r->second_boot = number(key, value, 1) != 0;
	} else {
		return false;
	}
	return true;
}

static bool set_output(struct job *job, const char *key, const char *value)
{
	if (strcmp(key, "flash") == 0) {
		job->flash = (uint32_t)number(key, value, CX3_FS2_MAX_IMAGE);
	} else if (strcmp(key, "home") == 0) {
		if (strcmp(value, "odd") != 0 && strcmp(value, "even") != 0)
			die(key, "odd or even");
		job->odd = strcmp(value, "odd") == 0;
	} else if (strcmp(key, "corrupt") == 0) {
		if (job->corrupt_count == MOST_CORRUPT)
			die(key, "too many");
		job->corrupt[job->corrupt_count++] = (uint32_t)number(key, value, UINT32_MAX);
	} else {
		return false;
	}
	return true;
}

static void set(struct job *job, char *pair)
{
	char *value = strchr(pair, '=');

	if (!value)
		die(pair, "key=value is wanted");
	*value++ = '\0';
	if (!set_identity(&job->recipe, pair, value) && !set_info(&job->recipe, pair, value) &&
	    !set_shape(&job->recipe, pair, value) && !set_output(job, pair, value))
		die(pair, "no such key");
}

/* The flash's content in the place of the image: it takes over the memory. */
static void lay_out(const struct job *job, uint8_t **image, uint32_t *len)
{
	struct cx3_error err = {.code = CX3_OK};
	uint8_t *flash = malloc(job->flash);

	if (!flash)
		die("flash", "no memory");
	memset(flash, 0xff, job->flash);
	if (job->recipe.failsafe) {
		if (cx3_fs2_stripe(*image, *len, job->recipe.log2_chunk, job->odd, flash,
				   job->flash, &err))
			die("flash", said(&err));
	} else {
		if (*len > job->flash || job->odd)
			die("flash", "the image does not fit, or can't have an odd home");
		memcpy(flash, *image, *len);
	}
	free(*image);
	*image = flash;
	*len = job->flash;
}

static void write_out(const char *path, const uint8_t *bytes, uint32_t len)
{
	FILE *file = fopen(path, "wb");

	if (!file)
		die(path, strerror(errno));
	if (fwrite(bytes, 1, len, file) != len || fclose(file))
		die(path, strerror(errno));
}

int main(int argc, char **argv)
{
	struct job job = {.flash = 0};
	struct cx3_error err = {.code = CX3_OK};
	uint8_t *image;
	uint32_t len;

	if (argc < 2)
		die("usage", "mkimage OUT [key=value...]");
	cx3_fs2_recipe_default(&job.recipe);
	for (int i = 2; i < argc; i++)
		set(&job, argv[i]);
	if (cx3_fs2_build(&job.recipe, &image, &len, &err))
		die(err.place, said(&err));
	if (job.flash)
		lay_out(&job, &image, &len);
	for (unsigned i = 0; i < job.corrupt_count; i++) {
		if (job.corrupt[i] >= len)
			die("corrupt", "past the end");
		image[job.corrupt[i]] ^= 1;
	}
	write_out(argv[1], image, len);
	free(image);
	return 0;
}
