/* SPDX-License-Identifier: BSD-2-Clause */
/* Files appear whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest.h"
#include "jobs_fixture.h"
#include "said.h"

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[sizeof(folder) + 257];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static unsigned files_in_folder(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned count = 0;

	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/cx3-files-%ld", (long)getpid());
	return mkdir(folder, 0700);
}

static int drop_folder(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	(void)state;
	while ((entry = readdir(dir)))
		unlink(in_folder(entry->d_name));
	closedir(dir);
	return rmdir(folder);
}

static void written_is_read(void **state)
{
	struct cx3_error err = {0};
	uint8_t *data;
	size_t len;

	(void)state;
	fixture_ok(cx3_file_write(in_folder("a"), "hello", 5, false, &err), &err);
	fixture_ok(cx3_file_read(in_folder("a"), 5, &data, &len, &err), &err);
	assert_int_equal(len, 5);
	assert_memory_equal(data, "hello", 5);
	free(data);
	assert_int_equal(files_in_folder(), 1);
}

static void existing_file_stays(void **state)
{
	struct cx3_error err = {0};
	uint8_t *data;
	size_t len;

	(void)state;
	fixture_ok(cx3_file_write(in_folder("a"), "old", 3, false, &err), &err);
	assert_int_equal(cx3_file_write(in_folder("a"), "new!", 4, false, &err), CX3_E_EXISTS);
	assert_non_null(strstr(said(&err), "name another"));
	fixture_ok(cx3_file_read(in_folder("a"), 10, &data, &len, &err), &err);
	assert_memory_equal(data, "old", 3);
	free(data);
	fixture_ok(cx3_file_write(in_folder("a"), "new!", 4, true, &err), &err);
	fixture_ok(cx3_file_read(in_folder("a"), 10, &data, &len, &err), &err);
	assert_int_equal(len, 4);
	free(data);
	assert_int_equal(files_in_folder(), 1);
}

/* A link stays one, to what is there and to what is not yet; a circle of links ends. */
static void links_stay_links(void **state)
{
	struct cx3_error err = {0};
	struct stat st;
	uint8_t *data;
	size_t len;

	(void)state;
	fixture_ok(cx3_file_write(in_folder("real"), "old", 3, false, &err), &err);
	assert_int_equal(chmod(in_folder("real"), 0640), 0);
	assert_int_equal(symlink("real", in_folder("link")), 0);
	assert_int_equal(symlink("link", in_folder("second")), 0);
	assert_int_equal(symlink("fresh", in_folder("dangling")), 0);
	assert_int_equal(symlink("circle", in_folder("circle")), 0);
	assert_int_equal(cx3_file_write(in_folder("second"), "x", 1, false, &err), CX3_E_EXISTS);
	fixture_ok(cx3_file_try(in_folder("second"), 3, true, &err), &err);
	fixture_ok(cx3_file_write(in_folder("second"), "new!", 4, true, &err), &err);
	fixture_ok(cx3_file_write(in_folder("dangling"), "more!", 5, false, &err), &err);
	assert_int_equal(cx3_file_write(in_folder("circle"), "x", 1, true, &err), CX3_E_FILE);
	for (unsigned i = 0; i < 3; i++) {
		static const char *const links[] = {"link", "second", "dangling"};

		assert_int_equal(lstat(in_folder(links[i]), &st), 0);
		assert_true(S_ISLNK(st.st_mode));
	}
	assert_int_equal(lstat(in_folder("real"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	fixture_ok(cx3_file_read(in_folder("real"), 10, &data, &len, &err), &err);
	assert_int_equal(len, 4);
	free(data);
	fixture_ok(cx3_file_read(in_folder("fresh"), 10, &data, &len, &err), &err);
	assert_int_equal(len, 5);
	free(data);
	assert_int_equal(files_in_folder(), 6);
}

static void full_disk_leaves_nothing(void **state)
{
	struct rlimit old, low;
	struct cx3_error err = {0};
	static uint8_t big[100000];
	int rc;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	low = old;
	low.rlim_cur = 4096;
	setrlimit(RLIMIT_FSIZE, &low);
	rc = cx3_file_write(in_folder("big"), big, sizeof(big), false, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(rc, CX3_E_DISK_FULL);
	assert_int_equal(files_in_folder(), 0);
}

static void unreadable_files(void **state)
{
	struct cx3_error err = {0};
	uint8_t *data;
	size_t len;

	(void)state;
	assert_int_equal(cx3_file_read(in_folder("none"), 10, &data, &len, &err), CX3_E_FILE);
	assert_non_null(strstr(said(&err), "none"));
	assert_int_equal(cx3_file_read(folder, 10, &data, &len, &err), CX3_E_FILE);
	fixture_ok(cx3_file_write(in_folder("a"), "12345678901", 11, false, &err), &err);
	assert_int_equal(cx3_file_read(in_folder("a"), 10, &data, &len, &err), CX3_E_FILE);
	assert_int_equal(cx3_file_write(in_folder("no/such"), "x", 1, false, &err), CX3_E_FILE);
}

static void a_name_that_is_too_long(void **state)
{
	struct cx3_error err = {0};
	char path[5000];

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(cx3_file_write(path, "x", 1, false, &err), CX3_E_FILE);
}

/* Before minutes of reading: a name whose temporary file is too long, a folder that is not
 * there, a file that is, a disk that is too small. Nothing stays behind. */
static void a_file_is_tried_first(void **state)
{
	struct cx3_error err = {0};
	char name[256];

	(void)state;
	fixture_ok(cx3_file_try(in_folder("new"), 1000, false, &err), &err);
	assert_int_equal(files_in_folder(), 0);
	memset(name, 'n', sizeof(name) - 1);
	name[250] = '\0';
	assert_int_equal(cx3_file_try(in_folder(name), 1, false, &err), CX3_E_FILE);
	assert_int_equal(cx3_file_try(in_folder("no/such"), 1, false, &err), CX3_E_FILE);
	assert_int_equal(cx3_file_try(in_folder("new"), UINT64_MAX, false, &err), CX3_E_DISK_FULL);
	fixture_ok(cx3_file_write(in_folder("old"), "x", 1, false, &err), &err);
	assert_int_equal(cx3_file_try(in_folder("old"), 1, false, &err), CX3_E_EXISTS);
	fixture_ok(cx3_file_try(in_folder("old"), 1, true, &err), &err);
	assert_int_equal(files_in_folder(), 1);
}

/* What link() and renameat2() answer, the test's doing; 0: what the system answers. */
static int link_error, rename_error;

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
	if (!link_error)
		return __real_link(from, to);
	errno = link_error;
	return -1;
}

int __real_renameat2(int from, const char *old, int to, const char *new_name, unsigned flags);
int __wrap_renameat2(int from, const char *old, int to, const char *new_name, unsigned flags);
int __wrap_renameat2(int from, const char *old, int to, const char *new_name, unsigned flags)
{
	if (!rename_error)
		return __real_renameat2(from, old, to, new_name, flags);
	errno = rename_error;
	return -1;
}

/* FAT, NFS and FUSE each refuse links in a way of their own, and some the rename too. */
static void file_systems_without_links(void **state)
{
	static const int errors[] = {EPERM, EOPNOTSUPP, ENOSYS, EINVAL, EMLINK, EACCES, EIO};
	struct cx3_error err = {0};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(errors) / sizeof(errors[0]); i++) {
		link_error = errors[i / 2];
		rename_error = i % 2 ? EINVAL : 0;
		fixture_ok(cx3_file_write(in_folder("a"), "first", 5, false, &err), &err);
		assert_int_equal(cx3_file_write(in_folder("a"), "second", 6, false, &err),
				 CX3_E_EXISTS);
		assert_int_equal(files_in_folder(), 1);
		assert_int_equal(unlink(in_folder("a")), 0);
	}
	link_error = rename_error = 0;
}

static void images_are_loaded(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	uint8_t *image, *loaded;
	uint32_t len, loaded_len;

	(void)state;
	fixture_small_recipe(&recipe, "MT_FILES_0001", 1);
	image = fixture_image(&recipe, &len);
	fixture_ok(cx3_file_write(in_folder("image"), image, len, false, &err), &err);
	fixture_ok(cx3_image_load(in_folder("image"), NULL, &loaded, &loaded_len, &err), &err);
	assert_int_equal(len, loaded_len);
	assert_memory_equal(image, loaded, len);
	free(image);
	free(loaded);
	assert_int_equal(cx3_image_load(in_folder("none"), NULL, &loaded, &loaded_len, &err),
			 CX3_E_FILE);
}

static void sha256_of_known_text(void **state)
{
	struct cx3_error err = {0};
	char hex[65];

	(void)state;
	/* FIPS 180-2, appendix B.1 */
	fixture_ok(cx3_sha256("abc", 3, hex, &err), &err);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_device_node_is_not_replaced(void **state)
{
	struct cx3_error err;
	struct stat now;
	const char *path = in_folder("pipe");

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(cx3_file_write(path, "x", 1, true, &err), CX3_E_FILE);
	assert_int_equal(stat(path, &now), 0);
	assert_true(S_ISFIFO(now.st_mode));
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_device_node_is_not_replaced, make_folder,
						drop_folder),
		cmocka_unit_test_setup_teardown(written_is_read, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(existing_file_stays, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(links_stay_links, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(full_disk_leaves_nothing, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(unreadable_files, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(a_file_is_tried_first, make_folder, drop_folder),
		cmocka_unit_test_setup_teardown(file_systems_without_links, make_folder,
						drop_folder),
		cmocka_unit_test_setup_teardown(images_are_loaded, make_folder, drop_folder),
		cmocka_unit_test(a_name_that_is_too_long),
		cmocka_unit_test(sha256_of_known_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
