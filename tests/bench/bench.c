/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usage: bench IMAGE
 * What each job costs on the wire, on the simulated card: a 2 MiB flash with a
 * fail-safe image under another PSID in its first home. IMAGE is what the burn
 * writes. Prints a Markdown table; fails if a job costs more than it may.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_card.h"
#include "cx3flash/adapterops.h"
#include "cx3flash/jobs.h"
#include "images/fs2_build.h"
#include "jobs/draft.h"
#include "records/backup.h"
#include "said.h"

struct bench {
	char path[64];
	struct cx3_image *image;
	unsigned clock_khz;
	unsigned failures;
};

struct session {
	struct cx3_adapter *adapter;
	struct cx3_card *card;
	struct cx3_flash *flash;
	struct cx3_shadow *shadow;
};

/* A job under measurement; *bytes is what its cost is compared with. */
typedef int (*job_fn)(struct bench *bench, struct session *session, uint32_t *bytes,
		      struct cx3_error *err);

struct limit {
	/* at 100 and at 400 kHz; 0: none */
	double wire_per_byte[2];
	uint64_t calls[2];   /* with those that open the card */
	uint64_t wire_bytes; /* at both; 0: none */
};

static void session_close(struct session *s)
{
	cx3_shadow_close(s->shadow);
	cx3_flash_close(s->flash);
	cx3_card_close(s->card);
	cx3_adapter_close(s->adapter);
}

static int session_open(const struct bench *bench, struct session *s, bool livefish,
			struct cx3_error *err)
{
	const struct cx3_card_options card_options = {0};
	const struct cx3_flash_options flash_options = {0};
	char device[128];
	int rc;

	memset(s, 0, sizeof(*s));
	snprintf(device, sizeof(device), "sim:%s,clock=%uk,power-cycle=1%s", bench->path,
		 bench->clock_khz, livefish ? ",livefish=1" : "");
	rc = cx3_adapter_open(device, NULL, &s->adapter, err);
	if (rc == CX3_OK)
		rc = cx3_card_open(s->adapter, &card_options, &s->card, err);
	if (rc == CX3_OK)
		rc = cx3_flash_open(s->card, &flash_options, &s->flash, err);
	if (rc == CX3_OK)
		rc = cx3_shadow_open(s->flash, NULL, &s->shadow, err);
	return rc;
}

static int job_backup(struct bench *bench, struct session *s, uint32_t *bytes,
		      struct cx3_error *err)
{
	const uint8_t *data;

	(void)bench;
	*bytes = FLASH_SIZE;
	return cx3_shadow_read_all(s->shadow, &data, err);
}

/* One reading of all, as backup --once takes it. */
static int job_backup_once(struct bench *bench, struct session *s, uint32_t *bytes,
			   struct cx3_error *err)
{
	struct cx3_backup_checked checked;

	(void)bench;
	*bytes = FLASH_SIZE;
	return cx3_backup_read(s->shadow, true, &checked, err);
}

static int job_burn(struct bench *bench, struct session *s, uint32_t *bytes, struct cx3_error *err)
{
	const struct cx3_burn_options options = {.allow_psid_change = true};
	const struct cx3_input input = {.shadow = s->shadow};
	struct cx3_draft burn;
	int rc = cx3_draft_burn(&input, bench->image, &options, &burn, err);

	if (rc != CX3_OK)
		return rc;
	*bytes = burn.image_len;
	rc = cx3_plan_run(burn.plan, s->shadow, NULL, NULL, err);
	cx3_draft_free(&burn);
	return rc;
}

static int job_reading_and_burn(struct bench *bench, struct session *s, uint32_t *bytes,
				struct cx3_error *err)
{
	int rc = job_backup(bench, s, bytes, err);

	if (rc == CX3_OK)
		rc = job_burn(bench, s, bytes, err);
	*bytes += FLASH_SIZE;
	return rc;
}

static int job_verify(struct bench *bench, struct session *s, uint32_t *bytes,
		      struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(s->shadow);
	struct cx3_fs2_info info;
	int rc = cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, err);

	(void)bench;
	*bytes = info.image_size;
	return rc;
}

static int job_query(struct bench *bench, struct session *s, uint32_t *bytes, struct cx3_error *err)
{
	struct cx3_fs2_source src = cx3_shadow_source(s->shadow);
	struct cx3_fs2_info info;

	(void)bench;
	*bytes = 0;
	return cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, &info, err);
}

struct row {
	const char *name;
	job_fn job;
	struct limit limit;
	bool fresh_card, livefish;
};

static void check(struct bench *bench, const struct row *row, const struct session *s,
		  uint32_t bytes)
{
	const struct cx3_traffic *traffic = &s->adapter->traffic;
	const struct limit *limit = &row->limit;
	bool fast = bench->clock_khz >= 400;
	uint64_t calls = limit->calls[fast];
	double most = limit->wire_per_byte[fast];
	double per_byte = bytes ? (double)traffic->wire_bytes / bytes : 0;

	if ((most > 0 && per_byte > most) ||
	    (limit->wire_bytes && traffic->wire_bytes > limit->wire_bytes) ||
	    (calls && traffic->calls > calls)) {
		fprintf(stderr, "bench: %s costs more than it may\n", row->name);
		bench->failures++;
	}
}

static int measure(struct bench *bench, const struct row *row, struct cx3_error *err)
{
	struct session s;
	uint32_t bytes = 0;
	int rc = session_open(bench, &s, row->livefish, err);

	if (rc == CX3_OK) {
		rc = row->job(bench, &s, &bytes, err);
	}
	if (rc == CX3_OK) {
		const struct cx3_traffic *traffic = &s.adapter->traffic;
		const struct cx3_flash_counts *counts = cx3_flash_counts(s.flash);

		printf("| %s | %u | %llu | %.2f | %llu | %llu | %llu | %llu | %llu | %.1f |\n",
		       row->name, bench->clock_khz, (unsigned long long)traffic->wire_bytes,
		       bytes ? (double)traffic->wire_bytes / bytes : 0.0,
		       (unsigned long long)traffic->messages, (unsigned long long)traffic->calls,
		       (unsigned long long)counts->commands, (unsigned long long)counts->erases,
		       (unsigned long long)counts->programs,
		       (double)s.adapter->ops->now_us(s.adapter) / 1e6);
		check(bench, row, &s, bytes);
	}
	session_close(&s);
	return rc;
}

static int measure_all(struct bench *bench, struct cx3_error *err)
{
	static const struct row rows[] = {
		{.name = "query",
		 .job = job_query,
		 .limit = {.wire_bytes = 8192, .calls = {47, 45}},
		 .fresh_card = true},
		{.name = "backup of 2 MiB",
		 .job = job_backup,
		 .limit = {.wire_per_byte = {2.45, 2.4}, .calls = {18400, 14700}}},
		{.name = "backup of 2 MiB in recovery",
		 .job = job_backup,
		 .limit = {.wire_per_byte = {2.4, 2.4}, .calls = {15000, 13900}},
		 .livefish = true},
		{.name = "backup of 2 MiB, one reading",
		 .job = job_backup_once,
		 .limit.wire_per_byte = {2.0, 1.96}},
		{.name = "burn, PSID change, read back",
		 .job = job_burn,
		 .limit.wire_per_byte = {4.07, 4.05}},
		{.name = "verify", .job = job_verify, .limit.wire_per_byte = {2.1, 2.1}},
		{.name = "backup and burn", .job = job_reading_and_burn, .fresh_card = true},
	};
	static const unsigned clocks[] = {100, 400};
	int rc = CX3_OK;

	for (size_t c = 0; c < sizeof(clocks) / sizeof(clocks[0]); c++) {
		bench->clock_khz = clocks[c];
		for (size_t i = 0; rc == CX3_OK && i < sizeof(rows) / sizeof(rows[0]); i++) {
			if (rows[i].fresh_card)
				rc = bench_make_card(bench->path, err);
			if (rc == CX3_OK)
				rc = measure(bench, &rows[i], err);
		}
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct bench bench = {.path = "/tmp/cx3flash-bench-XXXXXX"};
	struct cx3_error err = {0};
	int rc;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: bench IMAGE\n");
		return 2;
	}
	fd = mkstemp(bench.path);
	if (fd < 0) {
		perror(bench.path);
		return 1;
	}
	close(fd);
	printf("| job | kHz | wire bytes | per byte | messages | ioctls | gateway commands | erases | "
	       "programs | seconds |\n|---|---|---|---|---|---|---|---|---|---|\n");
	rc = cx3_image_open(argv[1], NULL, false, &bench.image, &err);
	if (rc == CX3_OK)
		rc = measure_all(&bench, &err);
	if (rc != CX3_OK)
		fprintf(stderr, "bench: %s: %s\n", err.place, said(&err));
	cx3_image_free(bench.image);
	unlink(bench.path);
	strcat(bench.path, ".state");
	unlink(bench.path);
	return rc != CX3_OK || bench.failures ? 1 : 0;
}
