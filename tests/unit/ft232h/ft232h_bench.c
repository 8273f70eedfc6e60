/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usage: ft232h_bench KIB [burn]
 * What a backup of a flash of KIB (512 to 16384) costs over an FT232H, and a burn
 * with a change of PSID: on the emulated chip, with the simulated card behind its
 * pins. The burn knows what the flash holds, as it does after a job's backup, and so erases
 * nothing that is blank. Prints a Markdown table. Fails if the backup takes more than one USB
 * round trip for 1 KiB of the flash (at 76 kHz for 300 bytes: a hold of the semaphore is short
 * there, and has four round trips of its own), if the burn takes more than 2.5 for a page, its
 * reading back included, if one of them takes a tenth longer at 400 kHz than the wire needs (the
 * burn 12.5 % where the chip's own commands take 500 ns), or if the slave has anything to reject.
 * Then the same, smaller, on cards that do not hold chip select: where each 16 bytes are a command
 * of their own, many of them still go in one round trip.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cx3flash/jobs.h"
#include "ft232h_fixture.h"
#include "images/fs2_build.h"
#include "jobs/draft.h"
#include "plan/shadow.h"
#include "said.h"

struct bench {
	char path[64];
	uint32_t flash_size;
	unsigned hz;
	unsigned command_ns;
	unsigned failures;
	const char *card; /* options of the simulated card, with a comma before, or "" */
	struct cx3_assumptions assume;
	double burn_per_byte; /* wire bytes that a byte burnt and read back may cost; 0: any */
	double burn_calls;    /* USB round trips that a page may cost; 0: any */
};

#define END_CALLS 4u
#define MOST_OVER 0.1	    /* of the wire's time, at 400 kHz */
#define SLOW_COMMANDS 0.025 /* more for a burn, where each command of the chip takes 500 ns */

#define PLAIN_SIZE 0x80000u
#define PLAIN_PER_BYTE 3.3 /* wire bytes that a byte read by commands may cost */

struct session {
	struct mpsse_host host;
	struct mpsse_card behind;
	struct cx3_adapter *adapter;
	struct cx3_card *card;
	struct cx3_flash *flash;
	struct cx3_shadow *shadow;
};

static int make_flash(const struct bench *bench, uint8_t *content, struct cx3_error *err)
{
	struct cx3_fs2_recipe recipe;
	uint8_t *image;
	uint32_t len;
	int rc;

	cx3_fs2_recipe_default(&recipe);
	snprintf(recipe.psid, sizeof(recipe.psid), "HP_1380110017");
	recipe.log2_chunk = bench->flash_size >= 0x200000 ? 19 : 17;
	recipe.code_size = bench->flash_size / 8;
	recipe.rom_size = 4096;
	memset(content, 0xff, bench->flash_size);
	rc = cx3_fs2_build(&recipe, &image, &len, err);
	if (rc != CX3_OK)
		return rc;
	rc = cx3_fs2_stripe(image, len, recipe.log2_chunk, false, content, bench->flash_size, err);
	free(image);
	return rc == CX3_OK ? cx3_file_write(bench->path, content, bench->flash_size, true, err)
			    : rc;
}

static int open_session(const struct bench *bench, struct session *s, struct cx3_error *err)
{
	const struct cx3_adapter head = {
		.label = "bench", .addr = CX3_CARD_ADDRESS, .retries = CX3_DEFAULT_RETRIES};
	const struct cx3_card_options card_options = {0};
	const struct cx3_flash_options flash_options = {.assume = bench->assume};
	struct cx3_devname name;
	char device[128];
	int rc;

	memset(s, 0, sizeof(*s));
	/* The wire's time is the interpreter's; the card's own clock must not run ahead. */
	snprintf(device, sizeof(device), "sim:%s,clock=1M%s", bench->path, bench->card);
	rc = cx3_devname_parse(device, &name, err);
	if (rc == CX3_OK)
		rc = simcard_open(&name, &s->behind.card, err);
	if (rc != CX3_OK)
		return rc;
	mpsse_host_init(&s->host, CHIP_FT232H, bench->command_ns, bench->hz, &mpsse_card_ops,
			&s->behind);
	s->behind.wire = &s->host.chip.wire;
	rc = ft232h_attach(&s->host.usb, &head, bench->hz, &s->adapter, err);
	if (rc == CX3_OK)
		rc = cx3_card_open(s->adapter, &card_options, &s->card, err);
	if (rc == CX3_OK)
		rc = cx3_flash_open(s->card, &flash_options, &s->flash, err);
	if (rc == CX3_OK)
		rc = cx3_shadow_open(s->flash, NULL, &s->shadow, err);
	return rc;
}

static void close_session(struct session *s)
{
	cx3_shadow_close(s->shadow);
	cx3_flash_close(s->flash);
	cx3_card_close(s->card);
	cx3_adapter_close(s->adapter);
	simcard_close(s->behind.card);
}

static void fail(struct bench *bench, const char *what)
{
	fprintf(stderr, "ft232h_bench: %s\n", what);
	bench->failures++;
}

/* What went over since `before`, in `us` microseconds of model time. */
static double tell_row(const struct bench *bench, const char *job, const struct session *s,
		       const struct session *before, uint64_t us)
{
	const struct cx3_traffic *now = &s->adapter->traffic;
	uint64_t wire = now->wire_bytes;
	double wire_s = (double)wire * 9 / s->adapter->clock_hz;
	double over = (double)us / 1e6 / wire_s - 1;

	printf("| %s%s | %.1f | %u | %llu | %llu | %llu | %llu | %llu | %.1f | %.1f | %+.1f %% |\n",
	       job, bench->card, s->adapter->clock_hz / 1e3, bench->command_ns,
	       (unsigned long long)wire, (unsigned long long)now->calls,
	       (unsigned long long)(s->host.writes - before->host.writes),
	       (unsigned long long)(s->host.reads - before->host.reads),
	       (unsigned long long)now->usb_bytes, wire_s, (double)us / 1e6, 100 * over);
	return over;
}

static void check_clean(struct bench *bench, const struct session *s)
{
	const char *violation = simcard_violation(s->behind.card);

	if (s->host.chip.wire.counts.violations)
		fail(bench, s->host.chip.wire.counts.first);
	if (violation)
		fail(bench, violation);
}

/* Flash bytes for which one USB round trip may be needed. */
static unsigned bytes_a_trip(const struct bench *bench)
{
	if (*bench->card)
		return 1024;
	return bench->hz < 200000 ? 300 : 1024;
}

static int backup(struct bench *bench, const uint8_t *content, struct cx3_error *err)
{
	static struct session s;
	struct session before;
	const uint8_t *data;
	uint64_t start;
	int rc = open_session(bench, &s, err);

	if (rc == CX3_OK) {
		before = s;
		memset(&s.adapter->traffic, 0, sizeof(s.adapter->traffic));
		start = s.adapter->ops->now_us(s.adapter);
		rc = cx3_shadow_read_all(s.shadow, &data, err);
	}
	if (rc == CX3_OK) {
		double over = tell_row(bench, "backup", &s, &before,
				       s.adapter->ops->now_us(s.adapter) - start);

		if (memcmp(data, content, bench->flash_size) != 0)
			fail(bench, "the backup is not what lies on the flash");
		/* beside them the end asks whether the flash still answers */
		if ((s.adapter->traffic.calls - END_CALLS) * bytes_a_trip(bench) >
		    bench->flash_size)
			fail(bench, "more USB round trips than allowed for the flash's bytes");
		if ((double)s.adapter->traffic.wire_bytes > PLAIN_PER_BYTE * bench->flash_size)
			fail(bench, "more than 3.3 wire bytes for a byte read");
		if (bench->hz == 400000 && over > MOST_OVER && !*bench->card)
			fail(bench, "the backup takes more than 10 % longer than the wire");
		check_clean(bench, &s);
	}
	close_session(&s);
	return rc;
}

static void check_burn(struct bench *bench, const struct session *s, uint32_t len, double over)
{
	const struct cx3_traffic *traffic = &s->adapter->traffic;
	double pages = (double)cx3_flash_counts(s->flash)->programs;

	if (bench->burn_per_byte > 0 && (double)traffic->wire_bytes > bench->burn_per_byte * len)
		fail(bench, "more wire bytes than allowed for a byte burnt and read back");
	if (bench->burn_calls > 0 && (double)traffic->calls > bench->burn_calls * pages)
		fail(bench, "more USB round trips than allowed for a page burnt and read back");
	if (bench->hz == 400000 && !*bench->card &&
	    over > MOST_OVER + (bench->command_ns > 150 ? SLOW_COMMANDS : 0))
		fail(bench, "the burn takes more than 10 % (500 ns: 12.5 %) longer than the wire");
	check_clean(bench, s);
}

/* `content` is what lies on the flash, as after a backup; NULL: nothing is known of it. */
static int burn(struct bench *bench, const uint8_t *content, struct cx3_error *err)
{
	static struct session s;
	const struct cx3_burn_options options = {.allow_psid_change = true};
	struct cx3_fs2_recipe recipe;
	struct session before;
	struct cx3_draft job;
	struct cx3_image *checked = NULL;
	struct cx3_input input = {0};
	uint8_t *image;
	uint64_t start;
	uint32_t len;
	int rc;

	cx3_fs2_recipe_default(&recipe);
	recipe.log2_chunk = bench->flash_size >= 0x200000 ? 19 : 17;
	recipe.code_size = bench->flash_size / 8;
	recipe.rom_size = 4096;
	recipe.seed++;
	rc = cx3_fs2_build(&recipe, &image, &len, err);
	if (rc != CX3_OK)
		return rc;
	rc = open_session(bench, &s, err);
	input.shadow = s.shadow;
	if (rc == CX3_OK && content)
		cx3_shadow_put(s.shadow, 0, content, bench->flash_size, CX3_TRUST_TWICE);
	if (rc == CX3_OK)
		rc = cx3_image_from_memory(image, len, "image", false, &checked, err);
	if (rc == CX3_OK)
		rc = cx3_draft_burn(&input, checked, &options, &job, err);
	if (rc == CX3_OK) {
		before = s;
		memset(&s.adapter->traffic, 0, sizeof(s.adapter->traffic));
		start = s.adapter->ops->now_us(s.adapter);
		rc = cx3_plan_run(job.plan, s.shadow, NULL, NULL, err);
		check_burn(bench, &s, len,
			   tell_row(bench, "burn", &s, &before,
				    s.adapter->ops->now_us(s.adapter) - start));
		cx3_draft_free(&job);
	}
	close_session(&s);
	cx3_image_free(checked);
	free(image);
	return rc;
}

static int run(struct bench *bench, bool with_burn, struct cx3_error *err)
{
	static const struct {
		unsigned hz, command_ns;
	} cases[] = {{400000, 150}, {400000, 500}, {100000, 500}, {1000000, 500}};
	uint8_t *content = malloc(bench->flash_size);
	int rc = content ? CX3_OK : CX3_E_NO_MEMORY;

	bench->burn_calls = 2.5;
	printf("| job | kHz | ns a command | wire bytes | USB round trips | writes | reads | USB bytes "
	       "| wire s | modelled s | over |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; rc == CX3_OK && i < sizeof(cases) / sizeof(cases[0]); i++) {
		bench->hz = cases[i].hz;
		bench->command_ns = cases[i].command_ns;
		rc = make_flash(bench, content, err);
		if (rc == CX3_OK)
			rc = backup(bench, content, err);
		if (rc == CX3_OK && with_burn)
			rc = burn(bench, content, err);
	}
	free(content);
	return rc;
}

/* A card that never holds chip select; one that does so only as the vendor's tool uses it. */
static int run_plain(struct bench *bench, struct cx3_error *err)
{
	static const struct {
		const char *card;
		enum cx3_assume held_program;
		double burn_per_byte;
	} cases[] = {{",livefish=1,stream=0", CX3_ASSUME_NOTHING, 9.5},
		     {",livefish=1", CX3_ASSUME_YES, 5.8}};
	uint8_t *content = malloc(bench->flash_size);
	int rc = content ? CX3_OK : CX3_E_NO_MEMORY;

	bench->hz = 400000;
	bench->burn_calls = 0;
	for (size_t i = 0; rc == CX3_OK && i < sizeof(cases) / sizeof(cases[0]); i++) {
		bench->card = cases[i].card;
		bench->burn_per_byte = cases[i].burn_per_byte;
		bench->assume.of[CX3_WAY_HELD_READ] = CX3_ASSUME_NO;
		bench->assume.of[CX3_WAY_BARE_HEAD] = CX3_ASSUME_NO;
		bench->assume.of[CX3_WAY_HELD_PROGRAM] = cases[i].held_program;
		rc = make_flash(bench, content, err);
		if (rc == CX3_OK)
			rc = backup(bench, content, err);
		if (rc == CX3_OK)
			rc = burn(bench, NULL, err);
	}
	free(content);
	return rc;
}

int main(int argc, char **argv)
{
	struct bench bench = {.path = "/tmp/cx3flash-ft232h-XXXXXX", .card = ""};
	struct cx3_error err = {0};
	char state[72];
	int fd;
	int rc;

	if (argc < 2) {
		fprintf(stderr, "usage: ft232h_bench KIB [burn]\n");
		return 2;
	}
	bench.flash_size = (uint32_t)strtoul(argv[1], NULL, 10) * 1024;
	fd = mkstemp(bench.path);
	if (fd < 0) {
		perror(bench.path);
		return 1;
	}
	close(fd);
	rc = run(&bench, argc > 2, &err);
	bench.flash_size = PLAIN_SIZE;
	if (rc == CX3_OK && argc > 2)
		rc = run_plain(&bench, &err);
	if (rc != CX3_OK)
		fprintf(stderr, "ft232h_bench: %s: %s\n", err.place, said(&err));
	unlink(bench.path);
	snprintf(state, sizeof(state), "%s.state", bench.path);
	unlink(state);
	return rc != CX3_OK || bench.failures ? 1 : 0;
}
