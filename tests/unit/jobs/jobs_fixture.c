/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the jobs need: a card, flash contents, small images. */
#include "jobs_fixture.h"
#include "jobs/recover.h"
#include "said.h"
#include "scratch.h"

#include <dirent.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(int rc, const struct cx3_error *err, const char *doing)
{
	if (rc == CX3_OK)
		return;
	fprintf(stderr, "fixture: %s: %s: %s\n", doing, cx3_code_name(rc), said(err));
	abort();
}

void fixture_new(struct fixture *b, uint32_t size)
{
	const char *base = scratch();
	uint8_t *blank = malloc(size);

	memset(b, 0, sizeof(*b));
	snprintf(b->folder, sizeof(b->folder), "%s/cx3-jobs-XXXXXX", base);
	if (!blank || !mkdtemp(b->folder)) {
		perror(b->folder);
		abort();
	}
	snprintf(b->file, sizeof(b->file), "%s/flash.bin", b->folder);
	b->size = size;
	memset(blank, 0xff, size);
	fixture_put(b, blank);
	free(blank);
}

static void empty_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[600];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (unlink(path) != 0) {
			empty_folder(path);
			rmdir(path);
		}
	}
	if (dir)
		closedir(dir);
}

void fixture_delete(struct fixture *b)
{
	fixture_close(b);
	empty_folder(b->folder);
	rmdir(b->folder);
}

void fixture_put(const struct fixture *b, const uint8_t *content)
{
	char state[400];
	FILE *f = fopen(b->file, "wb");

	if (!f || fwrite(content, 1, b->size, f) != b->size || fclose(f) != 0) {
		perror(b->file);
		abort();
	}
	/* another flash: the card starts anew */
	snprintf(state, sizeof(state), "%s.state", b->file);
	unlink(state);
}

uint8_t *fixture_get(const struct fixture *b)
{
	struct cx3_error err;
	uint8_t *data;
	size_t len;

	must(cx3_file_read(b->file, b->size, &data, &len, &err), &err, "read the flash file");
	return data;
}

int fixture_try_open(struct fixture *b, const char *options, const struct cx3_watch *watch,
		     struct cx3_error *err)
{
	struct cx3_card_options card_options = {0};
	struct cx3_flash_options flash_options = {.reading = b->reading, .part = b->part};
	char device[600];
	int rc;

	snprintf(device, sizeof(device), "sim:%s%s%s", b->file, *options ? "," : "", options);
	rc = cx3_adapter_open(device, NULL, &b->adapter, err);
	if (rc == CX3_OK && b->at_adapter)
		b->at_adapter(b->adapter);
	if (rc == CX3_OK)
		rc = cx3_card_open(b->adapter, &card_options, &b->card, err);
	if (rc == CX3_OK)
		rc = cx3_flash_open(b->card, &flash_options, &b->flash, err);
	if (rc == CX3_OK)
		rc = cx3_shadow_open(b->flash, watch, &b->shadow, err);
	if (rc != CX3_OK)
		fixture_close(b);
	return rc;
}

void fixture_open(struct fixture *b, const char *options, const struct cx3_watch *watch)
{
	struct cx3_error err = {0};

	must(fixture_try_open(b, options, watch, &err), &err, "open the card");
}

void fixture_close(struct fixture *b)
{
	cx3_shadow_close(b->shadow);
	cx3_flash_close(b->flash);
	cx3_card_close(b->card);
	cx3_adapter_close(b->adapter);
	b->shadow = NULL;
	b->flash = NULL;
	b->card = NULL;
	b->adapter = NULL;
}

unsigned fixture_violations(const struct fixture *b)
{
	char state[400], text[8192];
	const char *at;
	size_t len;
	FILE *f;

	snprintf(state, sizeof(state), "%s.state", b->file);
	f = fopen(state, "rb");
	if (!f)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = '\0';
	at = strstr(text, "\"violations\"");
	if (!at || !(at = strchr(at, ':')))
		return 0;
	if (strtoul(at + 1, NULL, 10))
		fprintf(stderr, "the model complains: %s\n", text);
	return (unsigned)strtoul(at + 1, NULL, 10);
}

uint8_t *fixture_image(const struct cx3_fs2_recipe *recipe, uint32_t *len)
{
	struct cx3_error err = {0};
	uint8_t *image = NULL;

	must(cx3_fs2_build(recipe, &image, len, &err), &err, "build an image");
	return image;
}

void fixture_lay(uint8_t *content, uint32_t size, const uint8_t *image, uint32_t len, bool odd)
{
	/* header word 0x28: bit 3 fail-safe, [2:0] log2 of the chunk less 16 */
	unsigned word = image[0x2b];
	uint32_t chunk = 1u << ((word & 7) + 16);

	for (uint32_t at = 0; at < len; at++) {
		uint32_t phys = at;

		if (word & 8)
			phys = at % chunk + (odd ? chunk : 0) + 2 * (at - at % chunk);
		if (phys >= size) {
			fprintf(stderr, "fixture: the image does not fit the flash\n");
			abort();
		}
		content[phys] = image[at];
	}
}

void fixture_small_recipe(struct cx3_fs2_recipe *recipe, const char *psid, unsigned minor)
{
	cx3_fs2_recipe_default(recipe);
	recipe->seed = minor;
	recipe->log2_chunk = 16;
	recipe->code_size = 90000;
	recipe->rom_size = 8192;
	recipe->fw_version[1] = (uint16_t)minor;
	snprintf(recipe->psid, sizeof(recipe->psid), "%s", psid);
}

uint8_t *fixture_real_image(uint32_t *len)
{
	const char *folder = getenv("CX3FLASH_IMAGES");
	struct cx3_error err;
	char pattern[600];
	uint8_t *image = NULL;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/*2_42_5000*.zip",
		 folder ? folder : CX3_SOURCE_DIR "/../shared/data");
	if (glob(pattern, 0, NULL, &found) != 0)
		return NULL;
	must(cx3_image_load(found.gl_pathv[0], NULL, &image, len, &err), &err,
	     "read the real image");
	globfree(&found);
	return image;
}

int fixture_draft_burn(struct cx3_shadow *shadow, const uint8_t *image, uint32_t len,
		       const struct cx3_burn_options *options, struct cx3_draft *draft,
		       struct cx3_error *err)
{
	const struct cx3_input input = {.shadow = shadow};
	struct cx3_image *checked;
	int rc = cx3_image_from_memory(image, len, "image", false, &checked, err);

	if (rc == CX3_OK)
		rc = cx3_draft_burn(&input, checked, options, draft, err);
	cx3_image_free(checked);
	return rc;
}

int fixture_draft_set_guids(struct cx3_shadow *shadow, const struct cx3_burn_options *options,
			    struct cx3_draft *draft, struct cx3_error *err)
{
	const struct cx3_input input = {.shadow = shadow};

	return cx3_draft_set_guids(&input, options, draft, err);
}

int fixture_draft_recover(struct cx3_shadow *shadow, const uint8_t *image, uint32_t len,
			  struct cx3_draft *draft, struct cx3_error *err)
{
	const struct cx3_input input = {.shadow = shadow};
	const struct cx3_recover_options options = {0};
	const struct cx3_burn_options burn = {0};
	struct cx3_recovery recovery = {.options = &options, .burn = &burn};
	struct cx3_image *checked;
	int rc = cx3_image_from_memory(image, len, "image", false, &checked, err);

	recovery.image = checked;
	if (rc == CX3_OK)
		rc = cx3_draft_recover(&input, &recovery, draft, err);
	cx3_image_free(checked);
	return rc;
}

int fixture_draft_restore(struct cx3_shadow *shadow, const uint8_t *content, uint32_t size,
			  struct cx3_plan **plan, struct cx3_error *err)
{
	const struct cx3_input input = {.shadow = shadow};
	const struct cx3_restore_options options = {
		.allow_psid_change = true,
		.allow_identity_change = true,
		.allow_other_card = true,
		.allow_bad_backup = true,
		.allow_no_image = true,
	};
	struct cx3_draft draft;
	int rc = cx3_draft_restore(&input, content, size, &options, &draft, err);

	if (rc == CX3_OK)
		*plan = draft.plan;
	return rc;
}

int fixture_burn(struct fixture *b, const char *options, const uint8_t *image, uint32_t len,
		 const struct cx3_burn_options *burn_options, struct cx3_error *err)
{
	struct cx3_draft burn = {0};
	int rc = fixture_try_open(b, options, NULL, err);

	if (rc == CX3_OK)
		rc = fixture_draft_burn(b->shadow, image, len, burn_options, &burn, err);
	if (rc == CX3_OK)
		rc = cx3_plan_run(burn.plan, b->shadow, NULL, NULL, err);
	cx3_draft_free(&burn);
	fixture_close(b);
	return rc;
}

void fixture_ok(int rc, const struct cx3_error *err)
{
	must(rc, err, "job");
}

void fixture_with_image(struct fixture *b, const char *psid, struct cx3_fs2_recipe *recipe)
{
	uint8_t *content, *image;
	uint32_t len;

	fixture_new(b, 512u << 10);
	fixture_small_recipe(recipe, psid, 36);
	image = fixture_image(recipe, &len);
	content = fixture_get(b);
	fixture_lay(content, b->size, image, len, false);
	fixture_put(b, content);
	free(content);
	free(image);
}

void fixture_booting(const struct fixture *b, struct cx3_fs2_info *info)
{
	uint8_t *content = fixture_get(b);
	struct cx3_fs2_source src = cx3_fs2_memory(content, b->size);
	struct cx3_error err = {0};

	must(cx3_fs2_verify(&src, CX3_FS2_STRIPED, info, NULL, NULL, &err), &err,
	     "verify what boots");
	free(content);
}
