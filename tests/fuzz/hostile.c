/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All jobs over a simulated card with the fuzzer between adapter and card. Each input
 * names a card and a job, then the lies (hostile_bus.h). The rules:
 *
 *   - what ends well has left the flash byte for byte as the honest run leaves it;
 *   - where the plan promised that an image stays bootable, the lowest one verifies;
 *   - what was not confirmed has changed nothing;
 *   - after a failure the same job, on an honest bus, ends as the honest run does.
 */
#include "hostile.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "hostile_bus.h"
#include "jobs_engine.h"
#include "said.h"

struct run {
	struct hostile_bus bus;
	bool confirmed, promised;
};

static bool cancelled(void *user)
{
	return ((const struct run *)user)->bus.cancelled;
}

/* The first plan is agreed to; one that turns out worse is not. */
static int confirm(void *user, const struct cx3_job_view *view, struct cx3_error *err)
{
	struct run *run = user;

	if (view->worse)
		return cx3_fail(err, view->worse_code, "fuzz", "No.\nNothing is to be done.");
	run->confirmed = true;
	run->promised = view->plan->bootable_throughout;
	return CX3_OK;
}

/* Later views are of what was agreed to, or of something better. */
static void show(void *user, const struct cx3_job_view *view, bool again)
{
	struct run *run = user;

	if (again && !view->worse)
		run->promised = view->plan->bootable_throughout;
}

static int run_job(struct hostile *h, const char *options, struct run *run, struct cx3_error *err)
{
	const struct cx3_watch watch = {.cancelled = cancelled, .user = run};
	const struct cx3_job_caller caller = {.show = show, .confirm = confirm, .user = run};
	const struct cx3_device_options device_options = {.watch = &watch};
	struct cx3_device *device;
	char name[600];
	int rc;

	snprintf(name, sizeof(name), "sim:%s,%s%s", h->b.file, h->card, options);
	rc = cx3_device_open(name, &device_options, &device, err);
	if (rc != CX3_OK)
		return rc;
	hostile_bus_attach(&run->bus, cx3_device_adapter(device));
	rc = hostile_do(h, device, &caller, err);
	cx3_device_close(device);
	return rc;
}

/* SST's parts are protected at each power-on and not in between: whether they are depends on
 * whether anything was left to be written. */
static bool keeps_protection(const struct hostile *h)
{
	return !strstr(h->card, "SST");
}

/* Of the content, and of the status registers: with them write protection. */
static void digest_flash(const struct hostile *h, char digest[65])
{
	uint8_t *content = fixture_get(&h->b);
	uint64_t status = keeps_protection(h) ? engine_state(&h->b, "status") : 0;

	content = realloc(content, h->b.size + sizeof(status));
	assert(content);
	memcpy(content + h->b.size, &status, sizeof(status));
	assert(cx3_sha256(content, h->b.size + sizeof(status), digest, NULL) == CX3_OK);
	free(content);
}

/* The honest run of this card and job; kept, for all later inputs with the same ones. */
static const char *expected(struct hostile *h)
{
	static char known[HOSTILE_CASES][65];
	char *digest = known[hostile_case(h)];
	struct run run = {.bus = {.random = 1}};
	struct cx3_error err = {.code = CX3_OK};

	if (digest[0])
		return digest;
	hostile_reset(h);
	if (run_job(h, "", &run, &err) != CX3_OK) {
		fprintf(stderr, "hostile: case %u: %s: %s\n", hostile_case(h), err.place,
			said(&err));
		abort();
	}
	assert(fixture_violations(&h->b) == 0);
	digest_flash(h, digest);
	return digest;
}

/* Ends the program with what a replay of the input does not show by itself. */
static void fail_run(struct hostile *h, const struct run *run, int rc, const struct cx3_error *err,
		     const char *what)
{
	struct run honest = {.bus = {.random = 1}};
	uint8_t *content = fixture_get(&h->b), *right;
	unsigned shown = 0;

	fprintf(stderr, "hostile: %s on %s%s after %u lies: %s\n", h->name, h->card,
		h->no_backup ? " without a backup" : "", run->bus.lies, what);
	if (rc != CX3_OK)
		fprintf(stderr, "hostile: it said: %s: %s\n", err->place, said(err));
	hostile_reset(h);
	(void)run_job(h, "", &honest, &(struct cx3_error){.code = CX3_OK});
	right = fixture_get(&h->b);
	for (uint32_t at = 0; at < h->b.size && shown < 16; at++) {
		if (content[at] == right[at])
			continue;
		fprintf(stderr, "  0x%05x: %02x, before %02x, honest run %02x\n", at, content[at],
			h->before[at], right[at]);
		shown++;
	}
	abort();
}

static bool is_as_before(const struct hostile *h)
{
	uint8_t *content = fixture_get(&h->b);
	bool same = memcmp(content, h->before, h->b.size) == 0;

	free(content);
	return same;
}

static bool is_bootable(const struct hostile *h)
{
	bool ok;

	uint8_t *content = fixture_get(&h->b);
	struct cx3_fs2_source src = cx3_fs2_memory(content, h->b.size);
	struct cx3_fs2_info info;

	ok = cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, NULL) == CX3_OK;
	free(content);
	return ok;
}

/* The same job again, after a power cycle, on an honest bus. */
static void go_on(struct hostile *h, const struct run *run, const char *right)
{
	struct run again = {.bus = {.random = 1, .lies = run->bus.lies}};
	struct cx3_error err = {.code = CX3_OK};
	char now[65];
	int rc = run_job(h, ",power-cycle=1", &again, &err);

	if (rc != CX3_OK)
		fail_run(h, &again, rc, &err, "the same job again fails on an honest bus");
	digest_flash(h, now);
	if (strcmp(now, right) != 0)
		fail_run(h, &again, rc, &err, "the same job again ends with other bytes");
}

static void judge(struct hostile *h, const struct run *run, int rc, const struct cx3_error *err,
		  const char *right)
{
	char now[65];

	digest_flash(h, now);
	if (rc == CX3_OK) {
		if (strcmp(now, right) != 0)
			fail_run(h, run, rc, err, "called done, and the bytes are wrong");
		return;
	}
	assert((int)err->code == rc && said(err)[0]);
	if (!run->confirmed && !is_as_before(h))
		fail_run(h, run, rc, err, "it has changed the flash without a yes");
	if (run->promised && !is_bootable(h))
		fail_run(h, run, rc, err, "what was to stay bootable does not verify");
	if (run->confirmed)
		go_on(h, run, right);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes b = {data, size};
	struct run run = {.confirmed = false};
	struct cx3_error err = {.code = CX3_OK};
	struct hostile *h;
	const char *right;
	int rc;

	if (size < 4)
		return 0;
	h = hostile_choose(fuzz_byte(&b), fuzz_byte(&b));
	run.bus.random = (uint64_t)fuzz_byte(&b) << 8 | fuzz_byte(&b);
	run.bus.plan = b;
	right = expected(h);
	hostile_reset(h);
	rc = run_job(h, "", &run, &err);
	judge(h, &run, rc, &err, right);
	return 0;
}

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	uint64_t random = seed;
	size_t len = 4 + 4 * (size_t)fuzz_below(&random, 12);
	uint32_t reach = 1u << (4 + fuzz_below(&random, 9));

	(void)room;
	out[0] = (uint8_t)seed;
	for (size_t i = 1; i < 4; i++)
		out[i] = (uint8_t)fuzz_random(&random);
	for (size_t at = 4; at < len; at += 4) {
		uint32_t gap = fuzz_below(&random, reach);

		out[at] = (uint8_t)(gap >> 8);
		out[at + 1] = (uint8_t)gap;
		out[at + 2] = (uint8_t)fuzz_random(&random);
		out[at + 3] = (uint8_t)fuzz_random(&random);
	}
	return len;
}
