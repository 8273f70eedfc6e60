/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usage: where IMAGE
 * Where the time of a whole burn goes: the engine's own steps, with the backup, on the
 * simulated card at 400 kHz. A 2 MiB flash with a valid fail-safe image in its first
 * home, under another PSID. What no CRC covers is read twice. Prints a Markdown table;
 * fails if the whole takes longer than it may.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_card.h"
#include "cx3flash/adapterops.h"
#include "cx3flash/jobs.h"
#include "images/fs2_build.h"
#include "said.h"

#define CLOCK "400k"
#define MOST_SECONDS 240.0 /* the aim is 200 */
#define MOST_KINDS 16u

/* What went over the wire between two reports, under the name of the later one. */
struct kind {
	char name[40];
	uint64_t wire_bytes, messages, us, flash_bytes;
};

struct where {
	char folder[40], file[60];
	struct cx3_device *device;
	const char *part; /* of the job: "look", "backup", "write" */
	struct kind kind[MOST_KINDS], last;
	unsigned kinds;
};

static struct kind *kind_named(struct where *w, const char *phase)
{
	char name[40];

	snprintf(name, sizeof(name), "%s: %s", w->part, phase);
	for (unsigned i = 0; i < w->kinds; i++) {
		if (strcmp(w->kind[i].name, name) == 0)
			return &w->kind[i];
	}
	if (w->kinds == MOST_KINDS)
		abort();
	snprintf(w->kind[w->kinds].name, sizeof(w->kind[0].name), "%s", name);
	return &w->kind[w->kinds++];
}

static void book(struct where *w, const char *phase, uint64_t flash_bytes)
{
	struct cx3_adapter *a = cx3_device_adapter(w->device);
	struct kind now = {.wire_bytes = a->traffic.wire_bytes,
			   .messages = a->traffic.messages,
			   .us = a->ops->now_us(a),
			   .flash_bytes = flash_bytes};
	struct kind *k = kind_named(w, phase);

	k->wire_bytes += now.wire_bytes - w->last.wire_bytes;
	k->messages += now.messages - w->last.messages;
	k->us += now.us - w->last.us;
	if (flash_bytes > w->last.flash_bytes)
		k->flash_bytes += flash_bytes - w->last.flash_bytes;
	w->last = now;
}

static void on_progress(void *user, const struct cx3_progress *progress)
{
	book(user, progress->phase, progress->flash_bytes);
}

static void show(void *user, const struct cx3_job_view *view, bool again)
{
	struct where *w = user;

	(void)view;
	if (again)
		return;
	book(w, "open, look", 0);
	w->part = "backup";
}

static int confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err)
{
	(void)user;
	(void)view;
	(void)err;
	return CX3_OK;
}

static void next_stage(void *user)
{
	struct where *w = user;

	book(w, "the rest", w->last.flash_bytes);
	w->part = "write";
	w->last.flash_bytes = 0;
}

static int burn(struct where *w, const char *path, struct cx3_error *err)
{
	const struct cx3_job_caller caller = {
		.show = show, .confirm = confirm, .next_stage = next_stage, .user = w};
	const struct cx3_watch watch = {.progress = on_progress, .user = w};
	const struct cx3_device_options options = {.watch = &watch};
	const struct cx3_burn_options what = {.allow_psid_change = true};
	const struct cx3_job_options job = {0};
	struct cx3_job_result result = {.size = sizeof(result)};
	struct cx3_image *image;
	char device[100];
	int rc = cx3_image_open(path, NULL, false, &image, err);

	if (rc != CX3_OK)
		return rc;
	snprintf(device, sizeof(device), "sim:%s,clock=" CLOCK, w->file);
	rc = cx3_device_open(device, &options, &w->device, err);
	if (rc == CX3_OK)
		rc = cx3_job_burn(w->device, image, &what, &job, &caller, &result, err);
	if (rc == CX3_OK)
		book(w, "the rest", w->last.flash_bytes);
	cx3_image_free(image);
	return rc;
}

/* False if it took too long. */
static bool tell(const struct where *w)
{
	struct kind sum = {.wire_bytes = 0};

	printf("| backup and burn at " CLOCK "Hz | wire bytes | messages | flash bytes | wire per "
	       "byte | seconds |\n|---|---|---|---|---|---|\n");
	for (unsigned i = 0; i < w->kinds; i++) {
		const struct kind *k = &w->kind[i];

		sum.wire_bytes += k->wire_bytes;
		sum.messages += k->messages;
		sum.us += k->us;
		printf("| %s | %llu | %llu | %llu | %.2f | %.1f |\n", k->name,
		       (unsigned long long)k->wire_bytes, (unsigned long long)k->messages,
		       (unsigned long long)k->flash_bytes,
		       k->flash_bytes ? (double)k->wire_bytes / (double)k->flash_bytes : 0.0,
		       (double)k->us / 1e6);
	}
	printf("| all | %llu | %llu | | | %.1f |\n", (unsigned long long)sum.wire_bytes,
	       (unsigned long long)sum.messages, (double)sum.us / 1e6);
	if ((double)sum.us / 1e6 <= MOST_SECONDS)
		return true;
	fprintf(stderr, "where: a backup and a burn take more than %.0f s\n", MOST_SECONDS);
	return false;
}

int main(int argc, char **argv)
{
	struct where w = {.folder = "/tmp/cx3flash-where-XXXXXX", .part = "begin"};
	struct cx3_error err = {0};
	char remove_all[80];
	bool ok = false;
	int rc;

	if (argc != 2) {
		fprintf(stderr, "usage: where IMAGE\n");
		return 2;
	}
	if (!mkdtemp(w.folder)) {
		perror(w.folder);
		return 1;
	}
	snprintf(w.file, sizeof(w.file), "%s/flash", w.folder);
	setenv("XDG_STATE_HOME", w.folder, 1);
	rc = bench_make_card(w.file, &err);
	if (rc == CX3_OK)
		rc = burn(&w, argv[1], &err);
	if (rc == CX3_OK)
		ok = tell(&w);
	else
		fprintf(stderr, "where: %s: %s\n", err.place, said(&err));
	cx3_device_close(w.device);
	snprintf(remove_all, sizeof(remove_all), "rm -rf %s", w.folder);
	return system(remove_all) == 0 && ok ? 0 : 1;
}
