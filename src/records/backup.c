/* SPDX-License-Identifier: BSD-2-Clause */
/* Backups: the whole flash into a file, under a given name or one made from its content. */
#include "backup.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cx3flash/file.h"
#include "digest.h"
#include "flash/flash.h"
#include "folder.h"
#include "manifest.h"
#include "sized.h"

/* What a backup is made of, once the flash has been read. */
struct content {
	const uint8_t *data;
	uint32_t size;
	char sha256[65];
	struct cx3_backup_checked checked;
	bool once;
	time_t date;
};

int cx3_backup_folder(char *path, size_t size, struct cx3_error *err)
{
	return cx3_state_folder("backups", path, size, err);
}

/* One bar over both readings. */
int cx3_backup_read(struct cx3_shadow *shadow, bool once, struct cx3_backup_checked *checked,
		    struct cx3_error *err)
{
	struct cx3_adapter *adapter = cx3_card_adapter(cx3_flash_card(shadow->flash));
	struct cx3_fs2_source src = cx3_shadow_source(shadow);
	struct cx3_homes homes;
	struct cx3_meter meter;
	int rc = cx3_homes_judge(&src, &homes, err);

	if (rc != CX3_OK)
		return rc;
	cx3_meter_start(&meter, shadow->watch, adapter,
			cx3_backup_reading_cost(shadow, &homes, once));
	rc = once ? cx3_shadow_read_rest_once(shadow, &meter, err)
		  : cx3_shadow_read_rest(shadow, &meter, err);
	return rc == CX3_OK ? cx3_backup_check(shadow, once, &meter, checked, err) : rc;
}

int cx3_backup_content(struct cx3_shadow *shadow, const uint8_t **content, struct cx3_error *err)
{
	struct cx3_backup_checked checked;
	int rc = cx3_backup_read(shadow, false, &checked, err);

	if (rc == CX3_OK)
		*content = cx3_shadow_bytes(shadow);
	return rc;
}

static int read_content(struct cx3_shadow *shadow, const struct cx3_backup_options *options,
			struct content *c, struct cx3_error *err)
{
	int rc;

	c->once = options->once;
	rc = cx3_backup_read(shadow, c->once, &c->checked, err);
	if (rc != CX3_OK)
		return rc;
	c->data = cx3_shadow_bytes(shadow);
	c->size = shadow->size;
	c->date = time(NULL);
	return cx3_sha256(c->data, c->size, c->sha256, err);
}

static void tell(const struct content *c, struct cx3_backup *backup)
{
	memcpy(backup->sha256, c->sha256, sizeof(backup->sha256));
	backup->has_image = c->checked.has_image;
	backup->image_ok = c->checked.image_ok;
	backup->once = c->once;
	backup->bytes_twice = c->checked.bytes_twice;
	backup->differences = c->checked.differences;
	backup->unfit = c->checked.unfit;
}

static int write_manifest(struct cx3_shadow *shadow, const struct content *c,
			  const struct cx3_backup *backup, struct cx3_error *err)
{
	struct cx3_card *card = cx3_flash_card(shadow->flash);
	const char *slash = strrchr(backup->path, '/');
	struct cx3_manifest manifest = {
		.card = cx3_card_identity(card),
		.part = cx3_flash_part(shadow->flash),
		.device = cx3_card_adapter(card)->label,
		.sha256 = c->sha256,
		.file = slash ? slash + 1 : backup->path,
		.size = c->size,
		.date = c->date,
		.checked = &c->checked,
	};
	char *text;
	int rc;

	manifest.has_status = cx3_flash_protection_read(shadow->flash, &manifest.status, NULL) ==
			      CX3_OK;
	text = cx3_manifest_text(&manifest);
	if (!text)
		return cx3_fail(err, CX3_E_NO_MEMORY, "manifest",
				"There is no memory for the backup's manifest.\n"
				"Close other programs and try again.");
	rc = cx3_file_write(backup->manifest, text, strlen(text), false, err);
	free(text);
	return rc;
}

static int set_path(struct cx3_backup *backup, const char *path, struct cx3_error *err)
{
	size_t len = strlen(path);

	/* room for the manifest's ending too */
	if (len + sizeof(CX3_MANIFEST_ENDING) > sizeof(backup->manifest))
		return cx3_fail(err, CX3_E_FILE, path,
				"The path of the backup is longer than %zu characters.\n"
				"Please name a shorter one.",
				sizeof(backup->manifest) - sizeof(CX3_MANIFEST_ENDING));
	memcpy(backup->path, path, len + 1);
	snprintf(backup->manifest, sizeof(backup->manifest), "%s" CX3_MANIFEST_ENDING, path);
	return CX3_OK;
}

/* Room for the manifest, which is written after the content. */
#define MANIFEST_BYTES 65536u

/* Both files can be made and find room: asked before the flash is read for minutes. */
static int try_both(const struct cx3_backup *backup, uint32_t size, struct cx3_error *err)
{
	int rc = cx3_file_try(backup->path, size + MANIFEST_BYTES, false, err);

	return rc == CX3_OK ? cx3_file_try(backup->manifest, MANIFEST_BYTES, false, err) : rc;
}

/* The content first: what took minutes to read is kept, with a manifest or without. */
static int write_both(struct cx3_shadow *shadow, const struct content *c, struct cx3_backup *backup,
		      struct cx3_error *err)
{
	int rc = cx3_file_write(backup->path, c->data, c->size, false, err);

	if (rc != CX3_OK)
		return rc;
	rc = write_manifest(shadow, c, backup, err);
	if (rc != CX3_OK)
		cx3_fail_next(
			err,
			"The content itself is safe in '%.200s'; only its manifest is missing.",
			backup->path);
	return rc;
}

struct cx3_link cx3_backup_link(const struct cx3_backup *backup)
{
	return (struct cx3_link){16 * (uint64_t)backup->bytes_twice, backup->differences};
}

/* One block that differed in so many bits that were carried. */
#define NOISE_LIMIT 100000u

/*
 * With many differences two equal readings may both be wrong. The files are kept: what they
 * hold may be all that there ever is.
 */
static int check_noise(const struct cx3_shadow *shadow, const struct cx3_backup *backup,
		       struct cx3_error *err)
{
	const struct cx3_link link = cx3_backup_link(backup);
	char next[sizeof(err->next)];
	int rc;

	if (!cx3_link_above(&link, NOISE_LIMIT))
		return CX3_OK;
	rc = cx3_fail(
		err, CX3_E_NOISE, backup->path,
		"The wires are noisy, or somebody else uses the flash gateway: %u blocks of "
		"16 bytes were read differently the second time. The backup '%.300s' is written, but bytes in it may be wrong "
		"without a sign.\n"
		"Check the wires, the ground and the pull-ups, or lower the clock, and "
		"make another backup.",
		backup->differences, backup->path);
	rc = cx3_flash_blame(shadow->flash, rc, err);
	if (rc == CX3_E_NOISE || !err)
		return rc;
	snprintf(next, sizeof(next), "%s", err->next);
	cx3_fail_next(err,
		      "The backup '%.300s' is written, but bytes in it may be wrong without a "
		      "sign. %.400s",
		      backup->path, next);
	return rc;
}

static int read_alone(struct cx3_shadow *shadow, const struct cx3_backup_options *options,
		      struct content *c, struct cx3_error *err)
{
	int rc = read_content(shadow, options, c, err);

	if (rc == CX3_OK)
		return cx3_flash_watch_if_odd(shadow->flash, err);
	rc = cx3_flash_blame(shadow->flash, rc, err);
	assert(rc != CX3_OK);
	return rc;
}

static int back_up_to(struct cx3_shadow *shadow, const char *path,
		      const struct cx3_backup_options *options, struct cx3_backup *backup,
		      struct cx3_error *err)
{
	struct content c;
	int rc = set_path(backup, path, err);

	if (rc == CX3_OK)
		rc = try_both(backup, shadow->size, err);
	if (rc == CX3_OK)
		rc = read_alone(shadow, options, &c, err);
	if (rc != CX3_OK)
		return rc;
	tell(&c, backup);
	rc = write_both(shadow, &c, backup, err);
	return rc == CX3_OK ? check_noise(shadow, backup, err) : rc;
}

/* PSID, GUID, date and digest, with hyphens between. */
#define LONGEST_NAME 60

/* A backup of this content in the folder; its manifest is made anew if it is lost. */
static int find_backup(struct cx3_shadow *shadow, const char *folder, const struct content *c,
		       struct cx3_backup *backup, struct cx3_error *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char end[16], path[1024];
	int rc = CX3_OK;

	if (!dir)
		return CX3_OK;
	snprintf(end, sizeof(end), "-%.8s.bin", c->sha256);
	while (!backup->reused && rc == CX3_OK && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len < strlen(end) || strcmp(entry->d_name + len - strlen(end), end) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (set_path(backup, path, NULL) != CX3_OK ||
		    !cx3_backup_is_of(shadow, path, c->sha256))
			continue;
		backup->reused = true;
		if (access(backup->manifest, F_OK) != 0)
			rc = write_manifest(shadow, c, backup, err);
		/* whoever works on a card with the same content was first */
		if (rc == CX3_E_EXISTS)
			rc = CX3_OK;
	}
	closedir(dir);
	return rc;
}

static int too_long(const char *folder, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_NO_FOLDER, folder,
			"The path of the folder for backups is longer than %d characters.\n"
			"Name a folder with a shorter path.",
			CX3_LONGEST_FOLDER);
}

/* Absolute, since a journal names the backup to a later run in another folder. */
static int absolute(char *folder, size_t size, struct cx3_error *err)
{
	char *real = realpath(folder, NULL);
	size_t len = real ? strlen(real) : size;
	bool fits = len < size && len <= CX3_LONGEST_FOLDER;

	if (fits)
		memcpy(folder, real, len + 1);
	free(real);
	return fits ? CX3_OK : too_long(folder, err);
}

/* With a name as long as that of a backup, which is known only when the flash is read. */
static int try_folder(const char *folder, struct cx3_error *err)
{
	char path[700];

	snprintf(path, sizeof(path), "%s/%0*d.bin" CX3_MANIFEST_ENDING, folder, LONGEST_NAME, 0);
	return cx3_file_try(path, MANIFEST_BYTES, true, err);
}

static int name_folder(const char *given, char *folder, size_t size, struct cx3_error *err)
{
	if (!given)
		return cx3_backup_folder(folder, size, err);
	if (strlen(given) >= size)
		return too_long(given, err);
	snprintf(folder, size, "%s", given);
	return CX3_OK;
}

static int use_folder(const char *given, char *folder, size_t size, uint64_t bytes,
		      struct cx3_error *err)
{
	int rc = name_folder(given, folder, size, err);

	if (rc == CX3_OK)
		rc = cx3_folder_make(folder, err);
	if (rc == CX3_OK)
		rc = absolute(folder, size, err);
	if (rc == CX3_OK)
		rc = cx3_folder_check(folder, bytes + MANIFEST_BYTES, err);
	return rc == CX3_OK ? try_folder(folder, err) : rc;
}

int cx3_backup_try(const struct cx3_shadow *shadow, const char *folder, struct cx3_error *err)
{
	char path[512], above[512];
	int rc = name_folder(folder, path, sizeof(path), err);

	/* what is not there is made when something is kept in it: where is there to make it? */
	while (rc == CX3_OK && access(path, F_OK) != 0 && errno == ENOENT) {
		snprintf(above, sizeof(above), "%s", path);
		snprintf(path, sizeof(path), "%s", dirname(above));
	}
	return rc == CX3_OK ? cx3_folder_check(path, shadow->size + MANIFEST_BYTES, err) : rc;
}

/* Under a name of its own; or the one that somebody else has just made of the same content, as
 * happens where cards without an identity are worked on side by side. */
static int keep(struct cx3_shadow *shadow, const char *folder, const struct content *c,
		struct cx3_backup *backup, struct cx3_error *err)
{
	int rc = CX3_E_EXISTS;

	for (unsigned try = 1; try < 10 && rc == CX3_E_EXISTS; try++) {
		char name[128], path[1024];

		cx3_backup_name(c->checked.has_image ? &c->checked.info : NULL, c->date, try,
				c->sha256, name, sizeof(name));
		snprintf(path, sizeof(path), "%s/%s", folder, name);
		rc = set_path(backup, path, err);
		if (rc == CX3_OK)
			rc = write_both(shadow, c, backup, err);
		/* or a card of another kind has the name */
		if (rc == CX3_E_EXISTS && find_backup(shadow, folder, c, backup, NULL) == CX3_OK &&
		    backup->reused)
			rc = CX3_OK;
	}
	return rc;
}

static int back_up_auto(struct cx3_shadow *shadow, const struct cx3_backup_options *options,
			struct cx3_backup *backup, struct cx3_error *err)
{
	char folder[512];
	struct content c;
	int rc = use_folder(options->folder, folder, sizeof(folder), shadow->size, err);

	if (rc == CX3_OK)
		rc = read_alone(shadow, options, &c, err);
	if (rc != CX3_OK)
		return rc;
	tell(&c, backup);
	rc = find_backup(shadow, folder, &c, backup, err);
	if (rc != CX3_OK || backup->reused)
		return rc;
	rc = keep(shadow, folder, &c, backup, err);
	return rc == CX3_OK ? check_noise(shadow, backup, err) : rc;
}

/* `path` NULL: into the folder of `options`. */
static int back_up(struct cx3_shadow *shadow, const char *path,
		   const struct cx3_backup_options *options, struct cx3_backup *backup,
		   struct cx3_error *err)
{
	struct cx3_backup_options own;
	struct cx3_backup made = {0};
	int rc = CX3_TAKE(cx3_backup_options, &own, options, err);

	if (rc == CX3_OK)
		rc = CX3_CHECK(cx3_backup, backup, err);
	if (rc != CX3_OK)
		return rc;
	rc = path ? back_up_to(shadow, path, &own, &made, err)
		  : back_up_auto(shadow, &own, &made, err);
	CX3_GIVE(cx3_backup, backup, &made);
	return rc;
}

int cx3_backup_auto(struct cx3_shadow *shadow, const struct cx3_backup_options *options,
		    struct cx3_backup *backup, struct cx3_error *err)
{
	return back_up(shadow, NULL, options, backup, err);
}

int cx3_backup_to(struct cx3_shadow *shadow, const char *path,
		  const struct cx3_backup_options *options, struct cx3_backup *backup,
		  struct cx3_error *err)
{
	return back_up(shadow, path, options, backup, err);
}
