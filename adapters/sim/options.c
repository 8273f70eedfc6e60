/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of `sim:FILE,key=value,...`, which FILE.state takes as well. What each does is in
 * help.c; habits.c has those that are a card's behaviour. */
#include "model.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct number {
	const char *key;
	size_t at; /* of a uint64_t in struct simcard */
	uint64_t min, max;
};

#define NUMBER(k, member, lo, hi)                                                                  \
	{                                                                                          \
		(k), offsetof(struct simcard, member), (lo), (hi)                                  \
	}

static const struct number numbers[] = {
	NUMBER("pace", pace, 1, 1000000),
	NUMBER("slow-gw", slow_gw_us, 0, 10000000),
	NUMBER("max-read", max_read, 4, 65535),
	NUMBER("max-write", max_write, 4, 65535),
	NUMBER("stretch-limit", stretch_limit_us, 1, 10000000),
	NUMBER("tools-word", tools.word, 2, UINT32_MAX),
	NUMBER("nack", faults.nack, 1, UINT64_MAX),
	NUMBER("nack-from", faults.nack_from, 1, UINT64_MAX),
	NUMBER("flip-read", faults.flip_read, 1, UINT64_MAX),
	NUMBER("flip-write", faults.flip_write, 1, UINT64_MAX),
	NUMBER("flip-rate", faults.flip_rate, 0, 1000000),
	NUMBER("boot", boot_option, 1, 0xffffff),
	NUMBER("jedec", nor.jedec, 1, 0xffffff),
	NUMBER("drv", nor.drive, 0, SIM_DRIVE_NONE_LOW),
	NUMBER("nvcr", nor.config, 0, 0xffff),
	NUMBER("seed", faults.random, 1, UINT64_MAX),
	NUMBER("key", key_option, 1, UINT64_MAX),
	NUMBER("cut", faults.cut, 1, UINT64_MAX),
	NUMBER("power-cut", faults.power_cut, 1, UINT64_MAX),
	NUMBER("order-cut", faults.order_cut, 1, UINT64_MAX),
	NUMBER("erased-cut", faults.erased_cut, 1, UINT64_MAX),
	NUMBER("reset-at", faults.reset_at, 1, UINT64_MAX),
	NUMBER("gone", faults.gone, 1, UINT64_MAX),
	NUMBER("gateway-stuck", faults.gateway_stuck, 1, UINT64_MAX),
	NUMBER("noise", faults.noise, 0, 100000000),
	NUMBER("flash-lost", faults.flash_lost, 1, UINT64_MAX),
	NUMBER("arb", faults.arbitration, 1, UINT64_MAX),
	NUMBER("arb-from", faults.arbitration_from, 1, UINT64_MAX),
	NUMBER("timeout", faults.timeout, 1, UINT64_MAX),
	NUMBER("timeout-from", faults.timeout_from, 1, UINT64_MAX),
	NUMBER("bus-stuck", faults.bus_stuck, 1, UINT64_MAX),
};

static int take_numbers(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct number *n = &numbers[i];
		uint64_t *value = (void *)((char *)card + n->at);
		int rc = cx3_devname_take_uint(name, n->key, n->min, n->max, value, err);

		if (rc != CX3_OK)
			return rc;
	}
	return CX3_OK;
}

bool simcard_fail_at(struct simcard *card, const char *fault, uint64_t n)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(numbers[i].key, fault) != 0)
			continue;
		*(uint64_t *)(void *)((char *)card + numbers[i].at) = n;
		return true;
	}
	return false;
}

/* 0 or 1; what FILE.state has as true or false comes as that. */
static int take_flag(struct cx3_devname *name, const char *key, bool *flag, struct cx3_error *err)
{
	uint64_t value = *flag;
	int rc = cx3_devname_take_uint(name, key, 0, 1, &value, err);

	*flag = value != 0;
	return rc;
}

static int take_flags(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const struct {
		const char *key;
		bool *flag;
	} flags[] = {
		{"locked", &card->locked},	     {"no-registers", &card->no_registers},
		{"wp", &card->nor.wp_low},	     {"asleep", &card->nor.asleep},
		{"old-id", &card->nor.no_jedec},     {"stream", &card->stream},
		{"split-read", &card->split_read},   {"exact", &card->exact},
		{"order", &card->order.asked},	     {"realtime", &card->realtime},
		{"power-cycle", &card->power_cycle}, {"torn-status", &card->nor.torn_status},
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		int rc = take_flag(name, flags[i].key, flags[i].flag, err);

		if (rc != CX3_OK)
			return rc;
	}
	return CX3_OK;
}

static int bad(struct cx3_error *err, const char *key, const char *value, const char *form)
{
	return cx3_fail(err, CX3_E_USAGE, key, "%s=%s is not understood.\nWrite %s.", key, value,
			form);
}

static int take_chip(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *chip = cx3_devname_take(name, "chip");
	uint64_t rev = card->hw_rev, id = card->hw_id;
	int rc = cx3_devname_take_uint(name, "rev", 0, 255, &rev, err);

	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "id", 1, 0xffff, &id, err);
	card->hw_rev = (uint8_t)rev;
	card->hw_id = (uint16_t)id;
	if (rc != CX3_OK || !chip)
		return rc;
	if (strcmp(chip, "cx3") == 0)
		card->hw_id = 0x1f5;
	else if (strcmp(chip, "cx3pro") == 0)
		card->hw_id = 0x1f7;
	else
		return bad(err, "chip", chip, "chip=cx3 or chip=cx3pro");
	return CX3_OK;
}

static int take_quad(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *word = cx3_devname_take(name, "qe");

	if (!word)
		return CX3_OK;
	card->nor.quad_1_6 = strcmp(word, "6") == 0;
	card->nor.quad_fixed = strcmp(word, "fixed") == 0;
	if (!card->nor.quad_1_6 && !card->nor.quad_fixed)
		return bad(err, "qe", word, "qe=6 or qe=fixed");
	return CX3_OK;
}

static int take_part(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *name_of_part = cx3_devname_take(name, "part");
	const struct sim_part *part = name_of_part ? sim_part_named(name_of_part) : NULL;

	if (name_of_part && !part)
		return bad(err, "part", name_of_part,
			   "the name of a part that the model knows, as M25PX16");
	if (part)
		card->nor.part = part;
	return take_quad(card, name, err);
}

static int take_states(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *fw = cx3_devname_take(name, "fw");
	uint64_t livefish = 2;
	uint64_t status = 256;
	uint64_t status2 = card->nor.status[1];
	uint64_t status3 = card->nor.status[2];
	int rc = cx3_devname_take_uint(name, "livefish", 0, 1, &livefish, err);

	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "status", 0, 255, &status, err);
	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "status2", 0, 255, &status2, err);
	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "status3", 0, 255, &status3, err);
	if (rc != CX3_OK)
		return rc;
	if (livefish <= 1)
		card->force_livefish = (int)livefish;
	if (status <= 255)
		card->status_option = (int)status;
	card->nor.status[1] = (uint8_t)status2;
	card->nor.status[2] = (uint8_t)status3;
	if (!fw)
		return CX3_OK;
	if (!sim_version(fw, card->forced_fw))
		return bad(err, "fw", fw, "three numbers, as fw=2.42.5000");
	card->has_fw = true;
	return CX3_OK;
}

static int take_flip_word(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *word = cx3_devname_take(name, "flip-word");
	uint64_t n[2];

	if (!word)
		return CX3_OK;
	if (!sim_numbers(word, ':', n, 2) || n[0] == 0 || n[1] > 31)
		return bad(err, "flip-word", word, "flip-word=N:BIT, BIT from 0 to 31");
	card->faults.flip_word = n[0];
	card->faults.flip_word_bit = n[1];
	return CX3_OK;
}

static int take_tools(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *given = cx3_devname_take(name, "tools-sem");
	uint64_t ms;

	if (!given)
		return CX3_OK;
	if (strcmp(given, "stuck") == 0) {
		card->tools.other_until_ns = UINT64_MAX;
		return CX3_OK;
	}
	if (!sim_numbers(given, 0, &ms, 1) || ms > 1000000)
		return bad(err, "tools-sem", given, "tools-sem=MS or tools-sem=stuck");
	card->tools.other_until_ns = card->now_ns + ms * 1000000;
	return CX3_OK;
}

/* What has a form of its own: sem= and nack-burst=. */
static int take_forms(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *sem = cx3_devname_take(name, "sem");
	const char *burst = cx3_devname_take(name, "nack-burst");
	struct semaphore *s = &card->semaphore;
	uint64_t n[2];

	if (sem && strcmp(sem, "stuck") == 0) {
		s->stuck = true;
	} else if (sem && strncmp(sem, "every:", 6) == 0 && sim_numbers(sem + 6, 0, n, 1) &&
		   n[0] > 1) {
		s->every = n[0];
	} else if (sem && sim_numbers(sem, '/', n, 2) && n[0] < n[1] && n[1] < 1000000) {
		s->busy_ns = n[0] * 1000000;
		s->period_ns = n[1] * 1000000;
	} else if (sem) {
		return bad(err, "sem", sem, "sem=stuck, sem=every:N (N > 1) or sem=BUSY/PERIOD");
	}
	if (!burst)
		return CX3_OK;
	if (!sim_numbers(burst, ':', n, 2) || n[0] == 0)
		return bad(err, "nack-burst", burst, "nack-burst=N:COUNT");
	card->faults.nack_burst = n[0];
	card->faults.nack_burst_count = n[1];
	return CX3_OK;
}

/* Each taker leaves alone what is not given, so that the device's options can
 * follow those of FILE.state. */
static int take_all(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	static int (*const takers[])(struct simcard *, struct cx3_devname *, struct cx3_error *) = {
		take_numbers, take_flags,     take_chip,  take_part,	take_states,
		take_forms,   take_flip_word, take_tools, sim_hcr_take, sim_habits_take,
	};
	unsigned clock = (unsigned)card->clock_hz;
	unsigned noisy_above = (unsigned)card->faults.noisy_above;
	int rc = cx3_devname_take_clock(name, &clock, &card->auto_clock, err);

	if (rc == CX3_OK)
		rc = cx3_devname_take_rate(name, "noisy-above", &noisy_above, err);
	card->clock_hz = clock;
	card->faults.noisy_above = noisy_above;
	if (noisy_above && !card->faults.flip_rate)
		card->faults.flip_rate = 1000;
	for (size_t i = 0; rc == CX3_OK && i < sizeof(takers) / sizeof(takers[0]); i++)
		rc = takers[i](card, name, err);
	return rc;
}

/* The keys of FILE.state that are options, as a device name. */
static int from_state(const struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const cJSON *item;

	memset(name, 0, sizeof(*name));
	cJSON_ArrayForEach(item, card->state)
	{
		size_t size = sizeof(name->option[0].value);
		size_t len = strlen(item->string);
		char *value;

		if (cJSON_IsObject(item) || strstr(item->string, "violation"))
			continue; /* what state.c keeps there */
		if (name->count == CX3_DEVNAME_OPTIONS || len >= sizeof(name->option[0].key))
			return cx3_fail(err, CX3_E_USAGE, card->path,
					"The state file's key \"%s\" is too long or one too many.\n"
					"Remove it.",
					item->string);
		value = name->option[name->count].value;
		memcpy(name->option[name->count++].key, item->string, len + 1);
		if (cJSON_IsString(item))
			snprintf(value, size, "%s", item->valuestring);
		else if (cJSON_IsNumber(item))
			snprintf(value, size, "%.0f", item->valuedouble);
		else
			snprintf(value, size, "%d", cJSON_IsTrue(item));
	}
	return CX3_OK;
}

/* as=: what the device's name says itself comes after it. */
static int take_report(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *path = cx3_devname_take(name, "as");
	struct cx3_devname report;
	int rc = path ? sim_report_read(path, &report, err) : CX3_OK;

	return path && rc == CX3_OK ? take_all(card, &report, err) : rc;
}

int sim_options_apply(struct simcard *card, struct cx3_devname *name, struct cx3_error *err)
{
	const char *trace = cx3_devname_take(name, "trace");
	struct cx3_devname state;
	int rc = from_state(card, &state, err);

	if (rc == CX3_OK && trace)
		rc = sim_trace_open(card, trace, err);

	if (rc == CX3_OK)
		rc = take_all(card, &state, err);
	for (unsigned i = 0; rc == CX3_OK && i < state.count; i++) {
		if (!state.option[i].taken)
			rc = cx3_fail(err, CX3_E_USAGE, card->path,
				      "The state file's key \"%s\" is no option of the simulated "
				      "card.\nRemove it.",
				      state.option[i].key);
	}
	if (rc == CX3_OK)
		rc = take_report(card, name, err);
	return rc == CX3_OK ? take_all(card, name, err) : rc;
}
