/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flash's settings in registers of their own (drive strength, dummy cycles) with a fault:
 *
 * - the power fails at the 1st register write, the 2nd, ... of the work: the register holds the
 *   old value or the new one, or is erased where the model tears what is being written; the
 *   same call again completes;
 * - the adapter goes at each message, and the card stays powered: the same;
 * - one flipped bit in each register write, in each bit of its address and data, and in each word
 *   that is read: "done" means that the register holds the new value over a power-off, and that
 *   nothing else has changed.
 */
#include "adapters.h"
#include "flash_fixture.h"
#include "flash_job.h"

static unsigned stride = 1;

static const struct kind {
	const char *part, *state;
	uint32_t size;
	enum cx3_flash_setting setting;
	unsigned number;
	unsigned before, after; /* the register */
	unsigned erased;
} kinds[] = {
	/* LB1 is set in register 2, QE too; the other drive bits are both 1 and both 0 */
	{"part=W25Q40,drv=1", ",status=0x18,status2=0x0a,status3=0x80", 0x80000,
	 CX3_SETTING_DRIVER_STRENGTH, 75, 0x80, 0xa0, 0x00},
	{"part=W25Q40,drv=1", ",status=0x04,status2=0x02,status3=0xe0", 0x80000,
	 CX3_SETTING_DRIVER_STRENGTH, 50, 0xe0, 0xc0, 0x00},
	{"part=N25Q032A", ",status=0x04,nvcr=0xafdf", 0x400000, CX3_SETTING_DUMMY_CYCLES, 4, 0xafdf,
	 0x4fdf, 0xffff},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* --- One flipped bit in a register write --- */

static struct {
	struct cx3_adapter_ops ops;
	uint64_t writes, reads;	    /* so far */
	uint64_t write_at, read_at; /* the one to damage, from 1; 0: none */
	unsigned bit;
} flip;

#define MOST_BATCH 256u
#define WRITE_BYTES 8u

static int transfer(struct cx3_adapter *a, const struct cx3_xfer *xfer, size_t n,
		    struct cx3_progress_mark *mark, struct cx3_error *err)
{
	static struct cx3_xfer copy[MOST_BATCH];
	static uint8_t bytes[WRITE_BYTES];

	int rc;

	for (size_t i = 0; i < n; i++) {
		if (xfer[i].rd_len || ++flip.writes != flip.write_at || n > MOST_BATCH ||
		    xfer[i].wr_len > WRITE_BYTES)
			continue;
		memcpy(copy, xfer, n * sizeof(*xfer));
		memcpy(bytes, xfer[i].wr, xfer[i].wr_len);
		bytes[flip.bit / 8] ^= (uint8_t)(0x80u >> flip.bit % 8);
		copy[i].wr = bytes;
		xfer = copy;
	}
	rc = cx3_sim_ops.transfer(a, xfer, n, mark, err);
	for (size_t i = 0; i < n; i++) {
		if (xfer[i].rd_len && ++flip.reads == flip.read_at)
			xfer[i].rd[flip.bit / 8] ^= (uint8_t)(0x80u >> flip.bit % 8);
	}
	return rc;
}

/* --- One run --- */

struct world {
	struct fixture b;
	const struct kind *kind;
	uint8_t *found; /* what the file holds after a run */
};

static void world_begin(struct world *w, const struct kind *kind)
{
	fixture_make(&w->b, kind->size, 0x1000);
	w->kind = kind;
	w->found = malloc(kind->size);
	assert_non_null(w->found);
}

static void world_end(struct world *w)
{
	free(w->found);
	fixture_free(&w->b);
}

static int open_card(struct world *w, const char *options)
{
	static const struct cx3_flash_options plain = {.reading = CX3_READ_PLAIN};
	char all[200];

	snprintf(all, sizeof(all), "livefish=1,clock=1M%s%s", *options ? "," : "", options);
	return fixture_flash(&w->b, all, &plain);
}

/* The setting is written on a card that is open; faults count from here. */
static int change(struct world *w)
{
	int rc;

	flip.ops = cx3_sim_ops;
	flip.ops.transfer = transfer;
	flip.writes = flip.reads = 0;
	w->b.adapter->ops = &flip.ops;
	rc = cx3_flash_setting_write(w->b.flash, w->kind->setting, w->kind->number, &w->b.err);
	w->b.adapter->ops = &cx3_sim_ops;
	flip.write_at = flip.read_at = 0;
	return rc;
}

/* The card as it was, opened with a fault; then the change. */
static int run(struct world *w, const char *fault)
{
	char options[200];
	int rc;

	fixture_forget_state(&w->b);
	snprintf(options, sizeof(options), "%s%s%s%s", w->kind->part, w->kind->state,
		 *fault ? "," : "", fault);
	rc = open_card(w, options);
	if (rc == CX3_OK)
		rc = change(w);
	fixture_close(&w->b);
	return rc;
}

struct seen {
	unsigned value, number;
	struct cx3_flash_protection protection;
};

/* What the registers hold: now, or with POWER_OFF after it. */
#define POWER_OFF ",power-cycle=1"
static struct seen look(struct world *w, const char *state)
{
	char options[200];
	struct cx3_flash_value value;
	struct seen seen;

	snprintf(options, sizeof(options), "%s%s", w->kind->part, state);
	fixture_must(&w->b, open_card(w, options));
	fixture_must(&w->b,
		     cx3_flash_setting_read(w->b.flash, w->kind->setting, &value, &w->b.err));
	fixture_must(&w->b, cx3_flash_protection_read(w->b.flash, &seen.protection, &w->b.err));
	fixture_close(&w->b);
	seen.value = value.raw;
	seen.number = value.number;
	return seen;
}

/* The same once more, without a fault, on a card that was switched off or not. */
static void completes(struct world *w, const char *power, const char *fault)
{
	char options[80];

	struct cx3_cleared cleared;

	snprintf(options, sizeof(options), "livefish=1,%s%s", w->kind->part, power);
	fixture_must(&w->b, fixture_card(&w->b, options));
	fixture_must(&w->b, cx3_card_clear_semaphore(w->b.card, &cleared, &w->b.err));
	fixture_must(&w->b, cx3_flash_open(w->b.card, NULL, &w->b.flash, &w->b.err));
	fixture_must(&w->b, change(w));
	fixture_close(&w->b);
	if (look(w, POWER_OFF).number != w->kind->number)
		fail_msg("%s, %s: not lasting after the second run", w->kind->part, fault);
}

static void power_fails(void **state)
{
	(void)state;
	for (unsigned k = 0; k < 2 * KINDS; k++) {
		const struct kind *kind = &kinds[k / 2];
		unsigned cuts = 0, changed = 0, torn = 0;
		struct world w;

		world_begin(&w, kind);
		for (unsigned n = 1;; n++) {
			char fault[60];
			struct seen now;
			int rc;

			snprintf(fault, sizeof(fault), "%spower-cut=%u",
				 k % 2 ? "torn-status=1," : "", n);
			rc = run(&w, fault);
			now = look(&w, POWER_OFF);
			if (rc == CX3_OK) {
				assert_int_equal(now.value, kind->after);
				break;
			}
			cuts++;
			changed += now.value == kind->after;
			torn += now.value == kind->erased;
			if (now.value != kind->before && now.value != kind->after &&
			    !(k % 2 && now.value == kind->erased))
				fail_msg("%s, %s: 0x%x", kind->part, fault, now.value);
			completes(&w, POWER_OFF, fault);
		}
		assert_true(cuts > 10 && changed > 0 && (torn > 0) == (k % 2 > 0));
		world_end(&w);
	}
}

/* The card stays powered: what holds until power-off must not look like what was asked for. */
static void adapter_goes(void **state)
{
	(void)state;
	for (unsigned k = 0; k < KINDS; k++) {
		struct world w;
		unsigned gone = 0;

		world_begin(&w, &kinds[k]);
		for (unsigned n = 1;; n++) {
			char fault[40];

			snprintf(fault, sizeof(fault), "gone=%u", n);
			if (run(&w, fault) == CX3_OK)
				break;
			gone++;
			completes(&w, "", fault);
		}
		assert_true(gone > 20);
		world_end(&w);
	}
}

/* After a run with a flip: what "done" means, and what must hold in any case. */
static void judge(struct world *w, int rc, const struct seen *before, const char *name)
{
	struct seen at_once = look(w, ""), now = look(w, POWER_OFF);
	bool same = memcmp(now.protection.status, before->protection.status, 2) == 0 &&
		    memcmp(at_once.protection.status, before->protection.status, 2) == 0;
	FILE *f = fopen(w->b.path, "rb");

	assert_non_null(f);
	assert_int_equal(fread(w->found, 1, w->b.size, f), w->b.size);
	fclose(f);
	if (memcmp(w->found, w->b.content, w->b.size) != 0)
		fail_msg("%s: the flash's content has changed", name);
	if (rc == CX3_OK && (now.value != w->kind->after || at_once.value != now.value || !same))
		fail_msg("%s: done, and the register holds 0x%x, status 0x%02x 0x%02x", name,
			 now.value, now.protection.status[0], now.protection.status[1]);
	if (rc != CX3_OK && !same && !strstr(said(&w->b.err), "arrived damaged"))
		fail_msg("%s: status 0x%02x 0x%02x, and no word of it: %s", name,
			 now.protection.status[0], now.protection.status[1], said(&w->b.err));
}

#define WRITTEN_BITS (8u * WRITE_BYTES)
#define READ_BITS 32u
#define OPCODE_BYTE 5u /* of a write of the command register: address, then [23:16] is SPI's */

/* Bits of each of `count` messages, of which `at` says which one is damaged; each one that may be
 * an SPI opcode's. */
static void sweep(struct world *w, uint64_t *at, uint64_t count, unsigned bits, unsigned first,
		  const char *what)
{
	unsigned runs = 0, failed = 0;
	struct seen before;

	fixture_forget_state(&w->b);
	before = look(w, w->kind->state);
	for (uint64_t n = 0; n < count * bits; n++) {
		bool opcode = bits == WRITTEN_BITS && n % bits / 8 == OPCODE_BYTE;
		char name[80];
		int rc;

		if (n % stride != first && !opcode)
			continue;
		*at = n / bits + 1;
		flip.bit = (unsigned)(n % bits);
		snprintf(name, sizeof(name), "%s, %s %u, bit %u", w->kind->part, what,
			 (unsigned)*at, flip.bit);
		rc = run(w, "");
		judge(w, rc, &before, name);
		runs++;
		failed += rc != CX3_OK;
	}
	print_message("%s: %u %s messages, %u runs, %u failed\n", w->kind->part, (unsigned)count,
		      what, runs, failed);
	assert_true(failed * 10 <= runs);
}

static void flipped_bits(void **state)
{
	(void)state;
	for (unsigned k = 0; k < KINDS; k++) {
		uint64_t writes, reads;
		struct world w;

		world_begin(&w, &kinds[k]);
		fixture_must(&w.b, run(&w, ""));
		writes = flip.writes;
		reads = flip.reads;
		assert_true(writes > 10 && reads > 10);
		sweep(&w, &flip.write_at, writes, WRITTEN_BITS, k % stride, "written");
		sweep(&w, &flip.read_at, reads, READ_BITS, k % stride, "read");
		world_end(&w);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power_fails),
		cmocka_unit_test(adapter_goes),
		cmocka_unit_test(flipped_bits),
	};

	stride = sweep_stride(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
