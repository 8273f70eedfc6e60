/* SPDX-License-Identifier: BSD-2-Clause */
/* The folders that this tool keeps things in: backups and journals. */
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/*
 * Under sudo HOME may still be the user's. Root does not write there: whoever owns the
 * folder could lead the backups away with links, and could not read them afterwards.
 */
static const char *own_folder(const char *path)
{
	struct stat st;

	if (!path || path[0] != '/' || geteuid() != 0)
		return path;
	return stat(path, &st) == 0 && st.st_uid != 0 ? NULL : path;
}

/* `buf` is for what the system's table of users says. */
static const char *home_folder(char *buf, size_t size)
{
	const char *given = getenv("HOME"), *home = own_folder(given);
	struct passwd entry, *user = NULL;

	if (given && !home && getpwuid_r(geteuid(), &entry, buf, size, &user) == 0 && user)
		return user->pw_dir;
	return home;
}

int cx3_state_folder(const char *name, char *path, size_t size, struct cx3_error *err)
{
	const char *state = own_folder(getenv("XDG_STATE_HOME"));
	char buf[4096];
	const char *home = home_folder(buf, sizeof(buf));
	int len;

	/* the specification says to ignore relative paths */
	if (state && state[0] == '/')
		len = snprintf(path, size, "%s/cx3flash/%s", state, name);
	else if (home && home[0] == '/')
		len = snprintf(path, size, "%s/.local/state/cx3flash/%s", home, name);
	else
		return cx3_fail(err, CX3_E_NO_FOLDER, "HOME",
				"There is no folder for %s: neither XDG_STATE_HOME nor HOME is an "
				"absolute path.\n"
				"Set one of them, or name a folder for backups.",
				name);
	if (len < 0 || (size_t)len >= size || len > CX3_LONGEST_FOLDER)
		return cx3_fail(
			err, CX3_E_NO_FOLDER, "HOME",
			"The path of the folder for %s is longer than %d characters.\n"
			"Set XDG_STATE_HOME to a shorter one, or name a folder for backups.",
			name, CX3_LONGEST_FOLDER);
	return CX3_OK;
}

/* A new folder is on disk only when its entry in the folder above is. A file system that
 * can't sync folders is none to refuse for. */
static void sync_parent(const char *path)
{
	char above[512];
	int fd;

	snprintf(above, sizeof(above), "%s", path);
	fd = open(dirname(above), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

int cx3_folder_make(const char *path, struct cx3_error *err)
{
	char part[512];

	snprintf(part, sizeof(part), "%s", path);
	for (char *p = part + 1;; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(part, 0700) == 0)
			sync_parent(part);
		else if (errno != EEXIST)
			return cx3_fail(err, CX3_E_NO_FOLDER, part,
					"The folder '%s' can't be made: %s.\n"
					"Make it by hand, or name another folder for backups.",
					part, cx3_errno_text(errno));
		if (c == '\0')
			break;
		*p = c;
	}
	return CX3_OK;
}

int cx3_folder_check(const char *folder, uint64_t bytes, struct cx3_error *err)
{
	struct statvfs fs;
	struct stat there;

	if (stat(folder, &there) == 0 && !S_ISDIR(there.st_mode))
		return cx3_fail(err, CX3_E_NO_FOLDER, folder,
				"'%s' is a file and no folder.\nName a folder for backups.",
				folder);
	if (access(folder, W_OK | X_OK) != 0)
		return cx3_fail(err, CX3_E_NO_FOLDER, folder,
				"No file can be written into the folder '%s': %s.\n"
				"Change its permissions, or name another folder for backups.",
				folder, cx3_errno_text(errno));
	if (statvfs(folder, &fs) != 0 || (uint64_t)fs.f_bavail * fs.f_frsize >= bytes)
		return CX3_OK;
	return cx3_fail(err, CX3_E_DISK_FULL, folder,
			"The folder '%s' has no room for the backup and its manifest, %llu bytes.\n"
			"Free some space, or name another folder for backups.",
			folder, (unsigned long long)bytes);
}
