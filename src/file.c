/* SPDX-License-Identifier: BSD-2-Clause */
/* Files read and written whole: a file that we write is there in full or not at all. */
#include "cx3flash/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The code and the advice for what the system says of a file. */
static int file_error(struct cx3_error *err, const char *path, const char *doing, int number)
{
	switch (number) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return cx3_fail(err, CX3_E_DISK_FULL, path,
				"There is no room to write '%s' (%s).\n"
				"Free some space, or name another folder.",
				path, cx3_errno_text(number));
	case EEXIST:
		return cx3_fail(err, CX3_E_EXISTS, path,
				"The file '%s' exists already and is left as it is.\n"
				"Please name another file.",
				path);
	default:
		return cx3_fail(err, CX3_E_FILE, path,
				"The file '%s' can't be %s: %s.\n"
				"Check the path and its permissions.",
				path, doing, cx3_errno_text(number));
	}
}

static int too_big(const char *path, size_t limit, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_FILE, path,
			"'%s' has more than the %zu bytes that can be right here.\n"
			"Check that it is the file you mean.",
			path, limit);
}

/* *size: of a file; of a pipe, which has none, one byte more than may come. */
static int open_to_read(const char *path, size_t limit, int *fd, size_t *size,
			struct cx3_error *err)
{
	struct stat st = {0};
	bool known;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return file_error(err, path, "read", errno);
	known = fstat(*fd, &st) == 0;
	if (known && S_ISFIFO(st.st_mode) && fcntl(*fd, F_SETFL, O_RDONLY) == 0) {
		*size = limit + 1;
		return CX3_OK;
	}
	if (known && S_ISREG(st.st_mode) && (uint64_t)st.st_size <= limit) {
		*size = (size_t)st.st_size;
		return CX3_OK;
	}
	close(*fd);
	if (!S_ISREG(st.st_mode))
		return cx3_fail(err, CX3_E_FILE, path, "'%s' is no ordinary file.\nName a file.",
				path);
	return too_big(path, limit, err);
}

static ssize_t read_full(int fd, uint8_t *data, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t got = read(fd, data + have, size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

int cx3_file_read(const char *path, size_t limit, uint8_t **data, size_t *len,
		  struct cx3_error *err)
{
	uint8_t *buf;
	size_t size = 0;
	ssize_t got;
	int fd;
	int rc = open_to_read(path, limit, &fd, &size, err);

	if (rc != CX3_OK)
		return rc;
	buf = malloc(size ? size : 1);
	if (!buf) {
		close(fd);
		return cx3_fail(err, CX3_E_NO_MEMORY, path,
				"There is no memory for the %zu bytes of '%s'.\n"
				"Close other programs and try again.",
				size, path);
	}
	got = read_full(fd, buf, size);
	if (got < 0)
		rc = file_error(err, path, "read", errno);
	else if ((size_t)got > limit)
		rc = too_big(path, limit, err);
	close(fd);
	if (rc != CX3_OK) {
		free(buf);
		return rc;
	}
	*data = buf;
	*len = (size_t)got;
	return CX3_OK;
}

static int write_full(int fd, const uint8_t *data, size_t len)
{
	while (len) {
		ssize_t put = write(fd, data, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno;
		data += put;
		len -= (size_t)put;
	}
	return fsync(fd) == 0 ? 0 : errno;
}

/* A new file beside `path`, of a name that nobody else takes. Only its owner may read
 * it: a flash's content can hold the key of a locked card. */
static int open_temporary(const char *path, char *name, size_t size)
{
	for (unsigned n = 0; n < 1000; n++) {
		int fd;

		if (snprintf(name, size, "%s.%ld.%u.part", path, (long)getpid(), n) >= (int)size) {
			errno = ENAMETOOLONG;
			return -1;
		}
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

/* The name's entry is on disk only when its folder is. */
static int sync_folder(const char *path)
{
	char copy[PATH_MAX];
	int fd, number = 0;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	/* EINVAL: a file system that can't sync folders and needs not */
	if (fsync(fd) != 0 && errno != EINVAL)
		number = errno;
	close(fd);
	return number;
}

/*
 * Gives the finished temporary file its name. link() refuses a name that is taken. File
 * systems without links (FAT, some network ones) say so in many ways, and some of them
 * lack RENAME_NOREPLACE too: there an empty file takes the name first, which only one
 * process can make, and is replaced.
 */
static int put_in_place(const char *temporary, const char *path, bool overwrite)
{
	int fd;

	if (overwrite)
		return rename(temporary, path) == 0 ? 0 : errno;
	if (link(temporary, path) == 0) {
		unlink(temporary);
		return 0;
	}
	if (errno == EEXIST)
		return EEXIST;
	if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	close(fd);
	return rename(temporary, path) == 0 ? 0 : errno;
}

#define MOST_LINKS 40

/*
 * Where a symbolic link leads, also if nothing is there yet: a rename would put the file in the
 * place of the link. Returns 0 or an errno value.
 */
static int follow(const char *path, char real[PATH_MAX])
{
	char to[PATH_MAX], folder[PATH_MAX];

	if (snprintf(real, PATH_MAX, "%s", path) >= PATH_MAX)
		return ENAMETOOLONG;
	for (unsigned i = 0; i < MOST_LINKS; i++) {
		ssize_t len = readlink(real, to, sizeof(to) - 1);

		if (len < 0)
			return 0;
		to[len] = '\0';
		memcpy(folder, real, sizeof(folder));
		if (to[0] == '/')
			memcpy(real, to, (size_t)len + 1);
		else if (snprintf(real, PATH_MAX, "%s/%s", dirname(folder), to) >= PATH_MAX)
			return ENAMETOOLONG;
	}
	return ELOOP;
}

static bool has_room(int fd, uint64_t bytes)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) != 0 || (uint64_t)fs.f_bavail * fs.f_frsize >= bytes;
}

int cx3_file_try(const char *path, uint64_t bytes, bool overwrite, struct cx3_error *err)
{
	char temporary[PATH_MAX], real[PATH_MAX];
	int number = follow(path, real);
	bool room;
	int fd;

	if (number == 0 && !overwrite && access(real, F_OK) == 0)
		number = EEXIST;
	if (number != 0)
		return file_error(err, path, "written", number);
	fd = open_temporary(real, temporary, sizeof(temporary));
	if (fd < 0)
		return file_error(err, path, "written", errno);
	room = has_room(fd, bytes);
	close(fd);
	unlink(temporary);
	return room ? CX3_OK : file_error(err, path, "written", ENOSPC);
}

int cx3_file_write(const char *path, const void *data, size_t len, bool overwrite,
		   struct cx3_error *err)
{
	char temporary[PATH_MAX], real[PATH_MAX];
	struct stat there;
	bool known = stat(path, &there) == 0;
	int fd, number;

	if (known && !overwrite)
		return file_error(err, path, "written", EEXIST);
	/* A rename would put a plain file in the place of a device node. */
	if (known && !S_ISREG(there.st_mode))
		return cx3_fail(err, CX3_E_FILE, path,
				"'%s' is no plain file, and only plain files are written.\n"
				"Name another file.",
				path);
	number = follow(path, real);
	if (number != 0)
		return file_error(err, path, "written", number);
	fd = open_temporary(real, temporary, sizeof(temporary));
	if (fd < 0)
		return file_error(err, path, "written", errno);
	/* a file that is replaced keeps who may read it */
	if (known && fchmod(fd, there.st_mode & 0777) != 0)
		number = errno;
	if (number == 0)
		number = write_full(fd, data, len);
	if (close(fd) != 0 && number == 0)
		number = errno;
	if (number == 0)
		number = put_in_place(temporary, real, overwrite);
	if (number != 0) {
		unlink(temporary);
		return file_error(err, path, "written", number);
	}
	number = sync_folder(real);
	return number == 0 ? CX3_OK : file_error(err, path, "sync the folder of", number);
}
