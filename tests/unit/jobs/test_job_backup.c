/* SPDX-License-Identifier: BSD-2-Clause */
/* Backups: whole or not there, with a manifest, and not made twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs_fixture.h"
#include "records/folder.h"
#include "records/manifest.h"

#define PSID "MT_BACKUP_001"

static const char *text_of(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	assert_non_null(text);
	return text;
}

static cJSON *manifest_of(const struct cx3_backup *backup)
{
	struct cx3_error err = {0};
	uint8_t *text;
	size_t len;
	cJSON *json;

	fixture_ok(cx3_file_read(backup->manifest, 100000, &text, &len, &err), &err);
	json = cJSON_ParseWithLength((const char *)text, len);
	assert_non_null(json);
	free(text);
	return json;
}

static void expect_file(const struct fixture *b, const char *path)
{
	struct cx3_error err = {0};
	uint8_t *content = fixture_get(b), *data;
	size_t len;

	fixture_ok(cx3_file_read(path, b->size, &data, &len, &err), &err);
	assert_int_equal(len, b->size);
	assert_memory_equal(data, content, len);
	free(data);
	free(content);
}

static void file_and_manifest(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	const cJSON *image;
	struct fixture b;
	char path[400];
	cJSON *json;

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	snprintf(path, sizeof(path), "%s/my.bin", b.folder);
	fixture_open(&b, "", NULL);
	fixture_ok(cx3_backup_to(b.shadow, path, NULL, &backup, &err), &err);
	assert_string_equal(backup.path, path);
	assert_true(backup.image_ok);
	assert_false(backup.reused);
	expect_file(&b, path);
	json = manifest_of(&backup);
	assert_string_equal(text_of(json, "sha256"), backup.sha256);
	assert_string_equal(text_of(json, "file"), "my.bin");
	/* 2026-01-02T03:04:05Z */
	assert_int_equal(strlen(text_of(json, "date")), 20);
	assert_int_equal(text_of(json, "date")[10], 'T');
	assert_int_equal(text_of(json, "date")[19], 'Z');
	image = cJSON_GetObjectItemCaseSensitive(json, "image");
	assert_string_equal(text_of(image, "psid"), PSID);
	assert_string_equal(text_of(cJSON_GetObjectItemCaseSensitive(json, "card"), "name"),
			    "ConnectX-3 Pro");
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(image, "guids")), 4);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(image, "macs")), 2);
	cJSON_Delete(json);
	/* it is there now */
	assert_int_equal(cx3_backup_to(b.shadow, path, NULL, &backup, &err), CX3_E_EXISTS);
	fixture_delete(&b);
}

static void automatic_is_reused(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_backup first = {0}, second = {0};
	struct cx3_error err = {0};
	uint8_t *content;
	struct fixture b;
	char name[600];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	setenv("XDG_STATE_HOME", b.folder, 1);
	fixture_open(&b, "", NULL);
	fixture_ok(cx3_backup_auto(b.shadow, NULL, &first, &err), &err);
	assert_false(first.reused);
	snprintf(name, sizeof(name), "%s/cx3flash/backups/%s-%016llx-", b.folder, PSID,
		 (unsigned long long)recipe.uid[0]);
	assert_int_equal(strncmp(first.path, name, strlen(name)), 0);
	expect_file(&b, first.path);
	fixture_close(&b);

	fixture_open(&b, "", NULL);
	fixture_ok(cx3_backup_auto(b.shadow, NULL, &second, &err), &err);
	assert_true(second.reused && second.image_ok);
	assert_string_equal(first.path, second.path);
	/* a lost manifest is made again */
	unlink(second.manifest);
	fixture_ok(cx3_backup_auto(b.shadow, NULL, &second, &err), &err);
	assert_true(second.reused);
	assert_int_equal(access(second.manifest, F_OK), 0);
	/* a backup whose bytes have changed is none */
	content = fixture_get(&b);
	content[5000] ^= 1;
	fixture_ok(cx3_file_write(second.path, content, b.size, true, &err), &err);
	unlink(second.path);
	fixture_ok(cx3_file_write(first.path, content, b.size, true, &err), &err);
	sleep(1); /* names tell the second */
	fixture_ok(cx3_backup_auto(b.shadow, NULL, &second, &err), &err);
	assert_false(second.reused);
	assert_string_not_equal(first.path, second.path);
	free(content);
	fixture_delete(&b);
}

static void blank_flash_is_kept_too(void **state)
{
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	struct fixture b;
	cJSON *json;

	(void)state;
	fixture_new(&b, 512u << 10);
	setenv("XDG_STATE_HOME", b.folder, 1);
	fixture_open(&b, "livefish=1", NULL);
	fixture_ok(cx3_backup_auto(b.shadow, NULL, &backup, &err), &err);
	assert_false(backup.image_ok);
	assert_non_null(strstr(backup.path, "/no-image-no-id-"));
	json = manifest_of(&backup);
	assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "image")));
	assert_string_equal(text_of(cJSON_GetObjectItemCaseSensitive(json, "card"), "state"),
			    "livefish");
	cJSON_Delete(json);
	fixture_delete(&b);
}

/* A bit that the wire flips while the image is read is found by its CRC. */
static void noise_is_read_again(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	char path[400], card[64];
	struct fixture b;

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	snprintf(path, sizeof(path), "%s/noise.bin", b.folder);
	/* the image's first chunk, after what opening reads; outside of an image
	 * nothing tells a flipped bit */
	for (unsigned at = 1208; at < 64000; at += 12007) {
		snprintf(card, sizeof(card), "flip-read=%u", at);
		fixture_open(&b, card, NULL);
		fixture_ok(cx3_backup_to(b.shadow, path, NULL, &backup, &err), &err);
		assert_true(backup.image_ok);
		expect_file(&b, path);
		fixture_close(&b);
		unlink(backup.path);
		unlink(backup.manifest);
	}
	fixture_delete(&b);
}

/* What is wrong on the flash itself is kept as it is, and told. */
static void damage_is_kept(void **state)
{
	static const uint32_t spots[] = {0x2b, 0x24, 0x38 + 4, 0x3000, 0x24000};
	struct cx3_fs2_recipe recipe;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	uint8_t *content;
	char path[400];
	struct fixture b;

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	snprintf(path, sizeof(path), "%s/damaged.bin", b.folder);
	content = fixture_get(&b);
	for (unsigned i = 0; i < sizeof(spots) / sizeof(spots[0]); i++) {
		content[spots[i]] ^= 0x41;
		fixture_put(&b, content);
		content[spots[i]] ^= 0x41;
		fixture_open(&b, "", NULL);
		fixture_ok(cx3_backup_to(b.shadow, path, NULL, &backup, &err), &err);
		assert_false(backup.image_ok);
		expect_file(&b, path);
		fixture_close(&b);
		unlink(backup.path);
		unlink(backup.manifest);
	}
	free(content);
	fixture_delete(&b);
}

static int backup_with_room(struct fixture *b, const char *path, rlim_t room, struct cx3_error *err)
{
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct rlimit old, low;
	int rc;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	low = old;
	low.rlim_cur = room;
	setrlimit(RLIMIT_FSIZE, &low);
	rc = cx3_backup_to(b->shadow, path, NULL, &backup, err);
	setrlimit(RLIMIT_FSIZE, &old);
	return rc;
}

static void full_disk_leaves_nothing(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	struct fixture b;
	char path[400];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	snprintf(path, sizeof(path), "%s/full.bin", b.folder);
	fixture_open(&b, "", NULL);
	assert_int_equal(backup_with_room(&b, path, 1000, &err), CX3_E_DISK_FULL);
	assert_int_not_equal(access(path, F_OK), 0);
	fixture_delete(&b);
}

/* Without a name that its temporary files can have, not one byte of the flash is read. */
static void a_long_name_is_refused_at_once(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	struct fixture b;
	uint64_t messages;
	char path[600];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	fixture_open(&b, "", NULL);
	messages = b.adapter->traffic.messages;
	/* the content's own name would do, but not the manifest's */
	snprintf(path, sizeof(path), "%s/%0*d", b.folder, 235, 0);
	assert_int_equal(cx3_backup_to(b.shadow, path, NULL, &backup, &err), CX3_E_FILE);
	assert_true(b.adapter->traffic.messages == messages);
	fixture_delete(&b);
}

/* The newest of those that the card was given since; what says of no card that it is that one, and
 * what the backup holds itself, are none. */
static void what_the_card_was_given(void **state)
{
	struct cx3_identity id = {.guid_count = 4,
				  .guid = {0x100, 0x101, 0x102, 0x103},
				  .mac_count = 2,
				  .mac = {2, 4}};
	const struct cx3_identity nothing = {.blank = true}, empty = {.guid_count = 0};
	struct cx3_manifest_facts facts;
	struct cx3_fs2_recipe recipe;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	struct fixture b;
	char path[400];
	bool found;

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	snprintf(path, sizeof(path), "%s/my.bin", b.folder);
	fixture_open(&b, "", NULL);
	fixture_ok(cx3_backup_to(b.shadow, path, NULL, &backup, &err), &err);
	cx3_manifest_give(backup.path, &nothing);
	cx3_manifest_give(backup.path, &empty);
	fixture_ok(cx3_manifest_read(backup.path, &facts, &found, &err), &err);
	assert_int_equal(facts.given_count, 0);
	assert_false(cx3_manifest_gave(&facts, &empty));
	cx3_manifest_give(backup.path, &facts.identity);
	for (unsigned i = 0; i < CX3_MANIFEST_GIVEN + 2; i++) {
		id.guid[0] = 0x100 + i;
		cx3_manifest_give(backup.path, &id);
		cx3_manifest_give(backup.path, &id);
	}
	fixture_ok(cx3_manifest_read(backup.path, &facts, &found, &err), &err);
	assert_int_equal(facts.given_count, CX3_MANIFEST_GIVEN);
	assert_true(cx3_manifest_gave(&facts, &id));
	id.guid[0] = 0x101;
	assert_false(cx3_manifest_gave(&facts, &id));
	id.guid[0] = 0x102;
	assert_true(cx3_manifest_gave(&facts, &id));
	/* one of them is taken back, whatever came after it */
	cx3_manifest_take_back(backup.path, &id);
	cx3_manifest_take_back(backup.path, &facts.identity);
	fixture_ok(cx3_manifest_read(backup.path, &facts, &found, &err), &err);
	assert_int_equal(facts.given_count, CX3_MANIFEST_GIVEN - 1);
	assert_false(cx3_manifest_gave(&facts, &id));
	unlink(backup.manifest);
	cx3_manifest_give(backup.path, &id);
	assert_int_not_equal(access(backup.manifest, F_OK), 0);
	fixture_delete(&b);
}

/* A PSID is 16 bytes of an image, and a file's name any bytes: the manifest is UTF-8. */
static void any_bytes_make_a_valid_manifest(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	struct fixture b;
	char path[400];
	cJSON *json;

	(void)state;
	fixture_with_image(&b, "AB\xff\xfe", &recipe);
	snprintf(path, sizeof(path), "%s/d\xc3\xbc\x80.bin", b.folder);
	fixture_open(&b, "", NULL);
	fixture_ok(cx3_backup_to(b.shadow, path, NULL, &backup, &err), &err);
	json = manifest_of(&backup);
	assert_string_equal(text_of(cJSON_GetObjectItemCaseSensitive(json, "image"), "psid"),
			    "AB\\xff\\xfe");
	assert_string_equal(text_of(json, "file"), "d\xc3\xbc\\x80.bin");
	cJSON_Delete(json);
	fixture_delete(&b);
}

/* Under sudo HOME may be a user's: root keeps nothing there. */
static void root_keeps_to_its_own_home(void **state)
{
	struct cx3_error err = {0};
	struct fixture b;
	char path[512];

	(void)state;
	if (geteuid() != 0)
		skip();
	fixture_new(&b, 512u << 10);
	setenv("HOME", b.folder, 1);
	unsetenv("XDG_STATE_HOME");
	fixture_ok(cx3_backup_folder(path, sizeof(path), &err), &err);
	assert_int_equal(strncmp(path, b.folder, strlen(b.folder)), 0);
	assert_int_equal(chown(b.folder, 65534, 65534), 0);
	fixture_ok(cx3_backup_folder(path, sizeof(path), &err), &err);
	assert_int_not_equal(strncmp(path, b.folder, strlen(b.folder)), 0);
	setenv("XDG_STATE_HOME", b.folder, 1);
	fixture_ok(cx3_backup_folder(path, sizeof(path), &err), &err);
	assert_int_not_equal(strncmp(path, b.folder, strlen(b.folder)), 0);
	fixture_delete(&b);
}

static void folders(void **state)
{
	struct cx3_error err = {0};
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_fs2_recipe recipe;
	char path[512], small[20], blocked[400];
	struct fixture b;

	(void)state;
	setenv("XDG_STATE_HOME", "/x", 1);
	fixture_ok(cx3_backup_folder(path, sizeof(path), &err), &err);
	assert_string_equal(path, "/x/cx3flash/backups");
	setenv("XDG_STATE_HOME", "not/absolute", 1);
	setenv("HOME", "/home/me", 1);
	fixture_ok(cx3_backup_folder(path, sizeof(path), &err), &err);
	assert_string_equal(path, "/home/me/.local/state/cx3flash/backups");
	assert_int_equal(cx3_backup_folder(small, sizeof(small), &err), CX3_E_NO_FOLDER);
	unsetenv("HOME");
	unsetenv("XDG_STATE_HOME");
	assert_int_equal(cx3_backup_folder(path, sizeof(path), &err), CX3_E_NO_FOLDER);
	/* a file where the folder should be */
	fixture_with_image(&b, PSID, &recipe);
	snprintf(blocked, sizeof(blocked), "%s/blocked", b.folder);
	fixture_ok(cx3_file_write(blocked, "x", 1, false, &err), &err);
	assert_int_equal(cx3_folder_check(blocked, 1, &err), CX3_E_NO_FOLDER);
	/* room is asked for before anything is read */
	fixture_ok(cx3_folder_check(b.folder, 1, &err), &err);
	assert_int_equal(cx3_folder_check(b.folder, UINT64_MAX, &err), CX3_E_DISK_FULL);
	setenv("XDG_STATE_HOME", blocked, 1);
	fixture_open(&b, "", NULL);
	assert_int_equal(cx3_backup_auto(b.shadow, NULL, &backup, &err), CX3_E_NO_FOLDER);
	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(cx3_backup_to(b.shadow, path, NULL, &backup, &err), CX3_E_FILE);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_and_manifest),
		cmocka_unit_test(automatic_is_reused),
		cmocka_unit_test(blank_flash_is_kept_too),
		cmocka_unit_test(noise_is_read_again),
		cmocka_unit_test(damage_is_kept),
		cmocka_unit_test(full_disk_leaves_nothing),
		cmocka_unit_test(a_long_name_is_refused_at_once),
		cmocka_unit_test(what_the_card_was_given),
		cmocka_unit_test(any_bytes_make_a_valid_manifest),
		cmocka_unit_test(root_keeps_to_its_own_home),
		cmocka_unit_test(folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
