/* SPDX-License-Identifier: BSD-2-Clause */
/* The jobs: each is a draft function, handed to the engine. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cx3flash/file.h"
#include "digest.h"
#include "job_priv.h"
#include "records/manifest.h"
#include "recover.h"
#include "sized.h"

static int draft_burn(struct cx3_job *job, struct cx3_error *err)
{
	return cx3_draft_burn(&job->input, job->image, job->what, &job->draft, err);
}

static int draft_set_guids(struct cx3_job *job, struct cx3_error *err)
{
	return cx3_draft_set_guids(&job->input, job->what, &job->draft, err);
}

static int draft_edit(struct cx3_job *job, struct cx3_error *err)
{
	return cx3_draft_edit(&job->input, job->kind->noun, job->what, &job->draft, err);
}

static int draft_restore(struct cx3_job *job, struct cx3_error *err)
{
	return cx3_draft_restore(&job->input, job->bytes, job->len, job->what, &job->draft, err);
}

static int draft_recover(struct cx3_job *job, struct cx3_error *err)
{
	job->recovery->may_ask = !job->resumes;
	return cx3_draft_recover(&job->input, job->recovery, &job->draft, err);
}

static int draft_reset_config(struct cx3_job *job, struct cx3_error *err)
{
	return cx3_draft_reset_config(&job->input, &job->draft, err);
}

static int draft_protect(struct cx3_job *job, struct cx3_error *err)
{
	return cx3_draft_protect(&job->input, job->what, &job->draft, err);
}

static int draft_raw(struct cx3_job *job, struct cx3_error *err)
{
	return cx3_draft_raw(&job->input, job->kind->noun, job->what,
			     job->options->allow_unbootable, &job->result->needs_erase, &job->draft,
			     err);
}

static const struct cx3_job_kind burn_kind = {
	.noun = "burn", .makes_image = true, .needs_before = true, .draft = draft_burn};
static const struct cx3_job_kind set_guids_kind = {
	.noun = "sg", .needs_before = true, .draft = draft_set_guids};
static const struct cx3_job_kind edit_kinds[] = {
	[CX3_EDIT_SET_ROM] = {.noun = "brom", .needs_before = true, .draft = draft_edit},
	[CX3_EDIT_REMOVE_ROM] = {.noun = "drom", .needs_before = true, .draft = draft_edit},
	[CX3_EDIT_SET_VSD] = {.noun = "sv", .needs_before = true, .draft = draft_edit},
	[CX3_EDIT_SET_CONFIG] = {.noun = "set_config", .needs_before = true, .draft = draft_edit},
	[CX3_EDIT_SET_KEY] = {.noun = "set_key",
			      .needs_before = true,
			      .secret = true,
			      .draft = draft_edit},
};
static const struct cx3_job_kind restore_kind = {.noun = "restore",
						 .makes_image = true,
						 .brings_identity = true,
						 .reads_all = true,
						 .draft = draft_restore};
static const struct cx3_job_kind recover_kind = {.noun = "recover",
						 .makes_image = true,
						 .needs_before = true,
						 .names_new_owner = true,
						 .brings_identity = true,
						 .reads_all = true,
						 .draft = draft_recover};
static const struct cx3_job_kind reset_config_kind = {.noun = "reset_config",
						      .draft = draft_reset_config};
static const struct cx3_job_kind protect_kind = {
	.noun = "wp", .changes_no_byte = true, .draft = draft_protect};
static const struct cx3_job_kind hw_set_kind = {
	.noun = "hw set", .changes_no_byte = true, .draft = draft_protect};

static const struct cx3_job_kind raw_kinds[] = {
	[CX3_RAW_ERASE] = {.noun = "erase",
			   .needs_before = true,
			   .keeps_rest = true,
			   .reads_all = true,
			   .draft = draft_raw},
	[CX3_RAW_WRITE] = {.noun = "write",
			   .needs_before = true,
			   .brings_identity = true,
			   .keeps_rest = true,
			   .reads_all = true,
			   .draft = draft_raw},
	[CX3_RAW_PROGRAM] = {.noun = "program",
			     .needs_before = true,
			     .keeps_rest = true,
			     .reads_all = true,
			     .draft = draft_raw},
	[CX3_RAW_IMAGE] = {.noun = "bb",
			   .needs_before = true,
			   .brings_identity = true,
			   .keeps_rest = true,
			   .reads_all = true,
			   .draft = draft_raw},
};

bool cx3_job_noun_keeps_rest(const char *noun)
{
	bool keeps = false;

	for (size_t i = 0; i < sizeof(raw_kinds) / sizeof(raw_kinds[0]); i++)
		keeps = keeps || strcmp(raw_kinds[i].noun, noun) == 0;
	return keeps;
}

/* What a burn or sg was asked for, in words that are the same for the same request. */
static void burn_request(const struct cx3_burn_options *o, char *text, size_t size)
{
	int n = snprintf(text, size, "%d %d %d %d %d %u", o->blank_guids, o->use_image_guids,
			 o->use_image_ps, o->use_image_rom, o->use_dev_rom, o->guid_count);

	for (unsigned i = 0; i < o->guid_count && i < 4; i++)
		n += snprintf(text + n, size - (size_t)n, " %llx", (unsigned long long)o->guid[i]);
	for (unsigned i = 0; i < o->mac_count && i < 2; i++)
		n += snprintf(text + n, size - (size_t)n, " m%llx", (unsigned long long)o->mac[i]);
	snprintf(text + n, size - (size_t)n, " %.208s", o->vsd ? o->vsd : "-");
}

/* One digest over the request and the file that belongs to it. */
static int digest(struct cx3_job *job, const char *request, struct cx3_error *err)
{
	char both[640], file[65] = "";
	int rc = CX3_OK;

	if (job->bytes)
		rc = cx3_sha256(job->bytes, job->len, file, err);
	if (rc != CX3_OK)
		return rc;
	snprintf(both, sizeof(both), "%s %s %s", job->kind->noun, file, request);
	return cx3_sha256(both, strlen(both), job->digest, err);
}

/* What a program passes to each job beside that job's own. */
struct asked {
	const struct cx3_job_options *options;
	const struct cx3_job_caller *caller;
	struct cx3_job_result *result;
};

/* Runs the job with whole structs, and fills the program's result. */
static int run_kind(struct cx3_job *job, const struct asked *asked, const char *request,
		    struct cx3_error *err)
{
	struct cx3_job_options options;
	struct cx3_job_caller caller;
	struct cx3_job_result result = {0};
	int rc;

	assert(job->device && asked->options && asked->caller && asked->result);
	rc = CX3_CHECK(cx3_job_result, asked->result, err);
	if (rc == CX3_OK)
		rc = CX3_TAKE(cx3_job_options, &options, asked->options, err);
	if (rc == CX3_OK)
		rc = CX3_TAKE(cx3_job_caller, &caller, asked->caller, err);
	if (rc == CX3_OK)
		rc = digest(job, request, err);
	if (rc != CX3_OK)
		return rc;
	/* no byte of the content changes */
	options.no_backup = options.no_backup || job->kind->changes_no_byte;
	job->options = &options;
	job->caller = &caller;
	job->result = &result;
	if (job->recovery)
		job->recovery->user = caller.user;
	rc = cx3_job_run(job, err);
	CX3_GIVE(cx3_job_result, asked->result, &result);
	return rc;
}

/* A kind that only a newer version has. */
static int unknown(const char *place, int number, struct cx3_error *err)
{
	return cx3_fail(err, CX3_E_USAGE, place,
			"This version of the library knows no job of kind %d.\n"
			"Install a newer one.",
			number);
}

int cx3_job_burn(struct cx3_device *device, const struct cx3_image *image,
		 const struct cx3_burn_options *what, const struct cx3_job_options *options,
		 const struct cx3_job_caller *caller, struct cx3_job_result *result,
		 struct cx3_error *err)
{
	struct cx3_burn_options own;
	struct cx3_job job = {
		.kind = &burn_kind,
		.device = device,
		.what = &own,
		.image = image,
		.bytes = image->bytes,
		.len = image->len,
	};
	char request[400];
	int rc = CX3_TAKE(cx3_burn_options, &own, what, err);

	if (rc != CX3_OK)
		return rc;
	job.gives_identity = own.guid_count || own.mac_count;
	burn_request(&own, request, sizeof(request));
	return run_kind(&job, &(struct asked){options, caller, result}, request, err);
}

int cx3_job_set_guids(struct cx3_device *device, const struct cx3_burn_options *what,
		      const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		      struct cx3_job_result *result, struct cx3_error *err)
{
	struct cx3_burn_options own;
	struct cx3_job job = {
		.kind = &set_guids_kind,
		.device = device,
		.what = &own,
		.gives_identity = true,
	};
	char request[400];
	int rc = CX3_TAKE(cx3_burn_options, &own, what, err);

	if (rc != CX3_OK)
		return rc;
	burn_request(&own, request, sizeof(request));
	return run_kind(&job, &(struct asked){options, caller, result}, request, err);
}

int cx3_job_edit(struct cx3_device *device, const struct cx3_edit *edit,
		 const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		 struct cx3_job_result *result, struct cx3_error *err)
{
	struct cx3_edit own;
	struct cx3_job job = {.device = device, .what = &own};
	char request[240] = "";
	int rc = CX3_TAKE(cx3_edit, &own, edit, err);

	if (rc != CX3_OK)
		return rc;
	if ((size_t)own.kind >= sizeof(edit_kinds) / sizeof(edit_kinds[0]))
		return unknown("edit", (int)own.kind, err);
	job.kind = &edit_kinds[own.kind];
	if (own.kind == CX3_EDIT_SET_ROM) {
		job.bytes = own.rom;
		job.len = own.rom_len;
	} else if (own.kind == CX3_EDIT_SET_CONFIG) {
		job.bytes = (const uint8_t *)own.text;
		job.len = (uint32_t)own.text_len;
	}
	/* a key is in no digest: it could be guessed from that */
	if (own.kind == CX3_EDIT_SET_VSD)
		snprintf(request, sizeof(request), "%.208s", own.vsd);
	return run_kind(&job, &(struct asked){options, caller, result}, request, err);
}

int cx3_job_restore(struct cx3_device *device, const struct cx3_restore_options *what,
		    const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		    struct cx3_job_result *result, struct cx3_error *err)
{
	struct cx3_restore_options own;
	struct cx3_job job = {.kind = &restore_kind, .device = device, .what = &own};
	uint8_t *content;
	size_t len;
	int rc = CX3_TAKE(cx3_restore_options, &own, what, err);

	if (rc == CX3_OK)
		rc = cx3_file_read(own.path, CX3_FS2_MAX_IMAGE, &content, &len, err);
	if (rc != CX3_OK)
		return rc;
	job.bytes = content;
	job.len = (uint32_t)len;
	rc = run_kind(&job, &(struct asked){options, caller, result}, "", err);
	if (rc == CX3_OK)
		cx3_manifest_forget_given(own.path);
	free(content);
	return rc;
}

int cx3_job_recover(struct cx3_device *device, const struct cx3_image *image,
		    const struct cx3_recover_options *what, const struct cx3_job_options *options,
		    const struct cx3_job_caller *caller, struct cx3_job_result *result,
		    struct cx3_error *err)
{
	struct cx3_recover_options own;
	struct cx3_burn_options burn;
	struct cx3_recovery recovery = {.options = &own, .burn = &burn, .image = image};
	struct cx3_job job = {
		.kind = &recover_kind,
		.device = device,
		.what = &own,
		.recovery = &recovery,
		.image = image,
		.bytes = image->bytes,
		.len = image->len,
	};
	char request[400];
	int rc = CX3_TAKE(cx3_recover_options, &own, what, err);

	if (rc == CX3_OK)
		rc = CX3_TAKE(cx3_burn_options, &burn, own.burn, err);
	if (rc != CX3_OK)
		return rc;
	job.gives_identity = burn.guid_count || burn.mac_count;
	burn_request(&burn, request, sizeof(request));
	return run_kind(&job, &(struct asked){options, caller, result}, request, err);
}

int cx3_job_reset_config(struct cx3_device *device, const struct cx3_job_options *options,
			 const struct cx3_job_caller *caller, struct cx3_job_result *result,
			 struct cx3_error *err)
{
	struct cx3_job job = {.kind = &reset_config_kind, .device = device};

	return run_kind(&job, &(struct asked){options, caller, result}, "", err);
}

int cx3_job_protect(struct cx3_device *device, const struct cx3_protect_options *what,
		    const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		    struct cx3_job_result *result, struct cx3_error *err)
{
	struct cx3_protect_options own;
	struct cx3_job job = {.kind = &protect_kind, .device = device, .what = &own};
	char request[40];
	int rc = CX3_TAKE(cx3_protect_options, &own, what, err);

	if (rc != CX3_OK)
		return rc;
	if (own.quad > CX3_PROTECT_QUAD_ON)
		return unknown("protection", (int)own.quad, err);
	if (own.quad || own.setting)
		job.kind = &hw_set_kind;
	if (own.setting)
		snprintf(request, sizeof(request), "setting %d %u", own.setting, own.number);
	else if (own.quad == CX3_PROTECT_QUAD_LEAVE)
		snprintf(request, sizeof(request), "%d %x %x", own.on, (unsigned)own.start,
			 (unsigned)own.len);
	else
		snprintf(request, sizeof(request), "quad %d", own.quad == CX3_PROTECT_QUAD_ON);
	return run_kind(&job, &(struct asked){options, caller, result}, request, err);
}

int cx3_job_raw(struct cx3_device *device, const struct cx3_raw *what,
		const struct cx3_job_options *options, const struct cx3_job_caller *caller,
		struct cx3_job_result *result, struct cx3_error *err)
{
	struct cx3_raw own;
	struct cx3_job job = {.device = device, .what = &own};
	char request[24];
	int rc = CX3_TAKE(cx3_raw, &own, what, err);

	if (rc != CX3_OK)
		return rc;
	if ((size_t)own.kind >= sizeof(raw_kinds) / sizeof(raw_kinds[0]))
		return unknown("raw write", (int)own.kind, err);
	job.kind = &raw_kinds[own.kind];
	job.bytes = own.bytes;
	job.len = own.bytes ? own.len : 0;
	snprintf(request, sizeof(request), "%x", (unsigned)own.addr);
	return run_kind(&job, &(struct asked){options, caller, result}, request, err);
}
