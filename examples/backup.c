/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backup DEVICE FILE: the whole flash into a file, with its progress; Ctrl-C stops it.
 *
 *   cc backup.c -o backup $(pkg-config --cflags --libs cx3flash)
 *   ./backup ft232h card.bin
 */
#include <signal.h>
#include <stdio.h>

#include <cx3flash/backup.h>
#include <cx3flash/device.h>

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* Asked between two pages: what is in hand is brought to its end, and the flash semaphore freed. */
static bool cancelled(void *user)
{
	(void)user;
	return stopped;
}

static void progress(void *user, const struct cx3_progress *p)
{
	unsigned *shown = user;
	unsigned percent = p->total ? (unsigned)(100 * p->done / p->total) : 0;

	if (percent / 10 != *shown / 10)
		fprintf(stderr, "%u %%\n", percent);
	*shown = percent;
}

int main(int argc, char **argv)
{
	unsigned shown = 0;
	const struct cx3_watch watch = {
		.progress = progress, .cancelled = cancelled, .user = &shown};
	const struct cx3_device_options options = {.watch = &watch};
	struct cx3_device *device = NULL;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err;
	char text[1200];
	int rc;

	if (argc != 3) {
		fputs("usage: backup DEVICE FILE\n", stderr);
		return 2;
	}
	signal(SIGINT, stop);
	rc = cx3_device_open(argv[1], &options, &device, &err);
	if (rc == CX3_OK)
		rc = cx3_device_deepen(device, CX3_OPEN_SHADOW, &err);
	if (rc == CX3_OK)
		rc = cx3_backup_to(cx3_device_shadow(device), argv[2], NULL, &backup, &err);
	cx3_device_close(device);
	if (rc != CX3_OK) {
		fprintf(stderr, "%s: %s\n", err.place, cx3_error_text(&err, text, sizeof(text)));
		return 1;
	}
	printf("%s\nsha256 %s\n", backup.path, backup.sha256);
	return 0;
}
