/* SPDX-License-Identifier: BSD-2-Clause */
/* The scripted caller of the engine: answers as the test says, notes what it is told. */
#include "jobs_engine.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/simcard.h"

/* What the last plan that was shown writes. Nothing else may change on the flash. */
static struct {
	struct simcard_range range[4096];
	size_t count;
} planned;

/* A repair erases the sector of a page that it can't mend otherwise: so what the image
 * fills counts by whole sectors. Signatures and fields in place count by their bytes. */
static void keep_ranges(const struct engine *e, const struct cx3_job_view *view)
{
	uint32_t sector = cx3_erase_unit(cx3_device_flash(e->device));

	planned.count = 0;
	for (size_t i = 0; i < view->step_count; i++) {
		const struct cx3_step *step = &view->step[i];
		uint32_t unit = strcmp(step->purpose, "image") == 0 ? sector : 1;

		if (step->kind != CX3_STEP_ERASE && step->kind != CX3_STEP_PROGRAM)
			continue;
		if (planned.count == sizeof(planned.range) / sizeof(planned.range[0])) {
			fprintf(stderr, "engine: the plan has too many steps for the test\n");
			abort();
		}
		planned.range[planned.count++] = (struct simcard_range){
			step->addr / unit * unit,
			(step->addr + step->len + unit - 1) / unit * unit};
	}
}

static void keep_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void keep_view(struct engine *e, const struct cx3_job_view *view)
{
	keep_ranges(e, view);
	e->worse = view->worse != NULL;
	e->worse_code = view->worse_code;
	e->plan = *view->plan;
	e->home_count = view->home_count;
	memcpy(e->home, view->home, view->home_count * sizeof(*view->home));
	e->note_count = view->note_count;
	memcpy(e->note, view->note, view->note_count * sizeof(*view->note));
	e->backup_us = view->backup_us;
	e->total_us = view->total_us;
	if (e->shown == 0) {
		e->first_plan = *view->plan;
		e->first_us = view->total_us;
		e->first_wire_bytes = view->total_wire_bytes;
	}
	e->boot_address = UINT32_MAX;
	for (size_t i = 0; i < view->step_count; i++) {
		if (view->step[i].kind == CX3_STEP_BOOT_ADDRESS)
			e->boot_address = view->step[i].addr;
	}
	e->lifts_protection = view->step_count > 2 && view->step[0].kind == CX3_STEP_UNPROTECT &&
			      view->step[view->step_count - 1].kind == CX3_STEP_PROTECT;
	keep_text(e->identity, sizeof(e->identity), view->identity);
	keep_text(e->resumes, sizeof(e->resumes), view->resumes);
}

static void show(void *user, const struct cx3_job_view *view, bool again)
{
	struct engine *e = user;

	keep_view(e, view);
	e->shown++;
	e->shown_again += again;
}

static int confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err)
{
	struct engine *e = user;
	int rc = e->answer;

	e->asked++;
	if (view->worse)
		rc = e->accept_worse ? CX3_OK : (int)view->worse_code;
	if (e->at_question)
		e->at_question(e, view);
	return rc == CX3_OK ? rc : cx3_fail(err, (enum cx3_code)rc, "test", "No.");
}

static void stages(void *user, const uint64_t *us, unsigned count)
{
	struct engine *e = user;

	e->stages = count;
	memcpy(e->stage_us, us, (count < 2 ? count : 2) * sizeof(*us));
}

struct simcard *engine_card(const struct engine *e)
{
	return simcard_behind(cx3_device_adapter(e->device));
}

static void next_stage(void *user)
{
	struct engine *e = user;

	e->writing = true;
	e->writes_before = simcard_counts(engine_card(e))->reg_writes;
	simcard_limit(engine_card(e), planned.range, planned.count);
	e->messages_before = cx3_device_adapter(e->device)->traffic.messages;
	memset(&e->progress, 0, sizeof(e->progress));
}

static void backed_up(void *user, const struct cx3_backup *backup)
{
	struct engine *e = user;

	e->backed_up++;
	e->backup = *backup;
	if (e->at_backup)
		e->at_backup(e, backup);
}

static void on_progress(void *user, const struct cx3_progress *progress)
{
	struct engine *e = user;

	e->progress = *progress;
	if (e->writing && !e->journals)
		e->journals = engine_files(e->fixture, "journals", ".json", NULL, 0);
}

static bool cancelled(void *user)
{
	const struct engine *e = user;

	if ((e->writing && e->cancel_first) || (e->shown_again && e->cancel_shown))
		return true;
	return e->writing && e->cancel_percent && e->progress.total &&
	       e->progress.done * 100 >= e->progress.total * e->cancel_percent;
}

static bool pause_wanted(void *user)
{
	const struct engine *e = user;

	return e->writing && !e->paused && e->pause_percent && e->progress.total &&
	       e->progress.done * 100 >= e->progress.total * e->pause_percent;
}

static void pause_here(void *user)
{
	struct engine *e = user;

	e->paused = true;
	if (e->at_pause)
		e->at_pause(e);
}

static void forget(struct engine *e)
{
	e->shown = e->shown_again = e->asked = e->backed_up = e->stages = e->journals = 0;
	e->worse = e->writing = e->paused = false;
	e->identity[0] = e->resumes[0] = '\0';
	e->boot_address = UINT32_MAX;
	e->out_of_order = e->out_of_place = 0;
	memset(&e->result, 0, sizeof(e->result));
	memset(&e->progress, 0, sizeof(e->progress));
}

/* The arguments of the jobs. */
struct request {
	const struct cx3_recover_options *recover;
	const struct cx3_protect_options *protect;
	const struct cx3_burn_options *burn;
	const struct cx3_edit *edit;
	const struct cx3_raw *raw;
	const struct cx3_restore_options *restore;
	const struct cx3_image *image; /* NULL: sg */
	const char *backup;	       /* path of the file */
};

static int back_up(struct cx3_device *device, struct engine *e, const char *path,
		   struct cx3_error *err)
{
	int rc = cx3_device_deepen(device, CX3_OPEN_SHADOW, err);

	if (rc == CX3_OK)
		rc = cx3_backup_to(cx3_device_shadow(device), path, NULL, &e->backup, err);
	return rc;
}

static int carry_out(struct cx3_device *device, struct engine *e, const struct request *r,
		     struct cx3_error *err)
{
	const struct cx3_job_caller caller = {
		.show = show,
		.confirm = e->no_confirm ? NULL : confirm,
		.stages = stages,
		.next_stage = next_stage,
		.backed_up = backed_up,
		.user = e,
	};

	if (r->backup)
		return back_up(device, e, r->backup, err);
	if (r->restore)
		return cx3_job_restore(device, r->restore, &e->options, &caller, &e->result, err);
	if (r->recover)
		return cx3_job_recover(device, r->image, r->recover, &e->options, &caller,
				       &e->result, err);
	if (r->image)
		return cx3_job_burn(device, r->image, r->burn, &e->options, &caller, &e->result,
				    err);
	if (r->protect)
		return cx3_job_protect(device, r->protect, &e->options, &caller, &e->result, err);
	if (r->raw)
		return cx3_job_raw(device, r->raw, &e->options, &caller, &e->result, err);
	if (r->edit)
		return cx3_job_edit(device, r->edit, &e->options, &caller, &e->result, err);
	if (!r->burn)
		return cx3_job_reset_config(device, &e->options, &caller, &e->result, err);
	return cx3_job_set_guids(device, r->burn, &e->options, &caller, &e->result, err);
}

static void take_counts(struct engine *e)
{
	const struct simcard_counts *counts = simcard_counts(engine_card(e));
	const struct cx3_traffic *traffic = &cx3_device_adapter(e->device)->traffic;

	e->wire_bytes = traffic->wire_bytes;
	e->calls = traffic->calls;
	e->messages = traffic->messages;
	e->reg_writes = counts->reg_writes;
	e->reg_reads = counts->reg_reads;
	e->out_of_order = counts->out_of_order;
	e->out_of_place = counts->out_of_place;
}

static int run(struct fixture *b, struct engine *e, const struct request *r, struct cx3_error *err)
{
	const struct cx3_watch watch = {.progress = on_progress,
					.cancelled = cancelled,
					.pause_wanted = pause_wanted,
					.pause = pause_here,
					.user = e};
	const struct cx3_device_options options = {.watch = &watch, .flash = &e->flash};
	struct cx3_device *device;
	char name[600];
	int rc;

	forget(e);
	e->fixture = b;
	snprintf(name, sizeof(name), "sim:%s%s%s", b->file, e->card && *e->card ? "," : "",
		 e->card ? e->card : "");
	rc = cx3_device_open(name, &options, &device, err);
	if (rc != CX3_OK)
		return rc;
	e->device = device;
	/* until the plan was shown and the job begins to write, nothing may change */
	simcard_limit(engine_card(e), NULL, 0);
	rc = carry_out(device, e, r, err);
	take_counts(e);
	if (e->result.backup || (r->backup && rc == CX3_OK)) /* not the device's: it is closed */
		e->result.backup = &e->backup;
	cx3_device_close(device);
	return rc;
}

static int run_with_image(struct fixture *b, struct engine *e, const uint8_t *image, uint32_t len,
			  struct request *r, struct cx3_error *err)
{
	struct cx3_image *checked;
	int rc = cx3_image_from_memory(image, len, "image", false, &checked, err);

	if (rc != CX3_OK)
		return rc;
	r->image = checked;
	rc = run(b, e, r, err);
	cx3_image_free(checked);
	return rc;
}

int engine_burn(struct fixture *b, struct engine *e, const uint8_t *image, uint32_t len,
		const struct cx3_burn_options *what, struct cx3_error *err)
{
	return run_with_image(b, e, image, len, &(struct request){.burn = what}, err);
}

int engine_recover(struct fixture *b, struct engine *e, const uint8_t *image, uint32_t len,
		   const struct cx3_recover_options *what, struct cx3_error *err)
{
	return run_with_image(b, e, image, len, &(struct request){.recover = what}, err);
}

int engine_set_guids(struct fixture *b, struct engine *e, const struct cx3_burn_options *what,
		     struct cx3_error *err)
{
	return run(b, e, &(struct request){.burn = what}, err);
}

int engine_edit(struct fixture *b, struct engine *e, const struct cx3_edit *what,
		struct cx3_error *err)
{
	return run(b, e, &(struct request){.edit = what}, err);
}

int engine_raw(struct fixture *b, struct engine *e, const struct cx3_raw *what,
	       struct cx3_error *err)
{
	return run(b, e, &(struct request){.raw = what}, err);
}

int engine_restore(struct fixture *b, struct engine *e, const uint8_t *content,
		   const struct cx3_restore_options *what, struct cx3_error *err)
{
	struct cx3_restore_options own = *what;
	const struct request r = {.restore = &own};
	char path[400];

	snprintf(path, sizeof(path), "%s/content.bin", b->folder);
	fixture_ok(cx3_file_write(path, content, b->size, true, err), err);
	own.path = path;
	return run(b, e, &r, err);
}

int engine_reset_config(struct fixture *b, struct engine *e, struct cx3_error *err)
{
	return run(b, e, &(struct request){0}, err);
}

int engine_protect(struct fixture *b, struct engine *e, const struct cx3_protect_options *what,
		   struct cx3_error *err)
{
	return run(b, e, &(struct request){.protect = what}, err);
}

int engine_backup(struct fixture *b, struct engine *e, const char *path, struct cx3_error *err)
{
	return run(b, e, &(struct request){.backup = path}, err);
}

void engine_home(const struct fixture *b)
{
	setenv("XDG_STATE_HOME", b->folder, 1);
}

unsigned engine_files(const struct fixture *b, const char *name, const char *ending, char *path,
		      size_t size)
{
	char folder[400];
	struct dirent *entry;
	unsigned count = 0;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s/cx3flash/%s", b->folder, name);
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name), end = strlen(ending);

		if (entry->d_name[0] == '.' || len < end ||
		    strcmp(entry->d_name + len - end, ending) != 0)
			continue;
		count++;
		if (path)
			snprintf(path, size, "%s/%s", folder, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return count;
}

void engine_clean(const struct fixture *b)
{
	char path[700];

	while (engine_files(b, "journals", "", path, sizeof(path)) ||
	       engine_files(b, "backups", "", path, sizeof(path))) {
		if (unlink(path) != 0) {
			perror(path);
			abort();
		}
	}
}

void engine_swap(const struct fixture *b, const uint8_t *content)
{
	FILE *f = fopen(b->file, "r+b");

	if (!f || fwrite(content, 1, b->size, f) != b->size || fclose(f) != 0) {
		perror(b->file);
		abort();
	}
}

const char *engine_state_text(const struct fixture *b, const char *key, char text[ENGINE_STATE])
{
	char path[400], quoted[40];
	const char *at;
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s.state", b->file);
	f = fopen(path, "rb");
	if (!f)
		return NULL;
	len = fread(text, 1, ENGINE_STATE - 1, f);
	fclose(f);
	text[len] = '\0';
	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = strstr(text, quoted);
	return at ? at + strlen(quoted) : NULL;
}

uint64_t engine_state(const struct fixture *b, const char *key)
{
	char text[ENGINE_STATE];
	const char *at = engine_state_text(b, key, text);

	return at ? strtoull(at, NULL, 10) : UINT64_MAX;
}

void engine_expect(const struct fixture *b, const uint8_t *content)
{
	uint8_t *now = fixture_get(b);

	for (uint32_t at = 0; at < b->size; at++) {
		if (now[at] == content[at])
			continue;
		fprintf(stderr, "the flash differs from 0x%x on: 0x%02x for 0x%02x\n", at, now[at],
			content[at]);
		abort();
	}
	free(now);
	if (fixture_violations(b))
		abort();
}
