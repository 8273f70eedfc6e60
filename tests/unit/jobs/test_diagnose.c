/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts in, diagnosis out: each finding by the facts that it is about, and the order of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cx3flash/diagnose.h"
#include "fs2/config_area.h"

static struct cx3_facts f;
static struct cx3_flash_status status;
static struct cx3_diagnosis d;

/* A card that is well: firmware 2.42.5000 runs, and lies on the flash, whole. */
static void healthy(void)
{
	struct cx3_fs2_info *info = &f.home[0].home.info;

	memset(&f, 0, sizeof(f));
	memset(&status, 0, sizeof(status));
	f.status = &status;
	f.has_card = f.has_boot_address = f.tools_asked = f.has_flash = f.has_content = true;
	f.id = (struct cx3_card_id){.hw_id = 0x1f7, .running_fw = {2, 42, 5000}};
	f.home_count = 1;
	f.home[0].home = (struct cx3_home){
		.boots = true, .readable = true, .health = CX3_HOME_WHOLE};
	info->fw_version[0] = 2;
	info->fw_version[1] = 42;
	info->fw_version[2] = 5000;
	info->uid_count = 6;
	for (unsigned i = 0; i < 6; i++)
		info->uid[i] = 0x0002c90300001000 + i;
	f.config_count = 2;
	f.config[0].state = f.config[1].state = CX3_CONFIG_BLANK;
}

static void in_livefish(void)
{
	healthy();
	f.id.state = CX3_CARD_LIVEFISH;
	memset(f.id.running_fw, 0, sizeof(f.id.running_fw));
}

/* A look that ended before the card, or behind it. */
static void ended(enum cx3_code code, bool has_card)
{
	healthy();
	f.has_flash = f.has_content = false;
	f.has_card = has_card;
	f.failed = code;
}

static void protects(enum cx3_flash_lock_kind kind, enum cx3_flash_register_lock lock)
{
	healthy();
	status.protected_len = 0x10000;
	status.protection.lock_kind = kind;
	status.protection.register_lock = lock;
}

static void has_key(void)
{
	f.home[0].home.info.tags |= 1u << CX3_FS2_TAG_ACCESS_KEY;
	f.home[0].home.info.access_key = 1;
}

static void semaphores(const char *key)
{
	f.run_over = strcmp(key, "semaphore_run") == 0;
	f.tools_held = f.run_over || strcmp(key, "semaphore_tool") == 0 ||
		       strcmp(key, "other_tool") == 0;
}

/* Looks that end before there is content. */
static void end_early(const char *key)
{
	static const struct {
		const char *key;
		enum cx3_code code;
		bool has_card;
	} ends[] = {
		{"noise", CX3_E_NOISE, true},
		{"no_answer", CX3_E_NO_ACK, false},
		{"lost", CX3_E_NO_ACK, true},
		{"bus_stuck", CX3_E_BUS, false},
		{"no_registers", CX3_E_NO_REGISTERS, false},
		{"wrong_id", CX3_E_WRONG_ID, false},
		{"locked", CX3_E_LOCKED, false},
		{"semaphore_firmware", CX3_E_SEMAPHORE, true},
		{"gateway", CX3_E_GATEWAY, true},
		{"flash_absent", CX3_E_NO_FLASH, true},
		{"flash_unknown", CX3_E_UNKNOWN_PART, true},
		{"flash_like", CX3_E_UNKNOWN_PART, true},
		{"flash_contradicts", CX3_E_UNKNOWN_PART, true},
		{"other_failure", CX3_E_GONE, false},
		{"semaphore_run", CX3_E_SEMAPHORE, true},
		{"semaphore_tool", CX3_E_SEMAPHORE, true},
		{"semaphore_left", CX3_E_SEMAPHORE_OURS, true},
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (strcmp(key, ends[i].key) == 0)
			ended(ends[i].code, ends[i].has_card);
	}
}

/* The facts of each key's own case. */
static void make(const char *key)
{
	struct cx3_home *home = &f.home[0].home;

	healthy();
	end_early(key);
	semaphores(key);
	f.part_said = strcmp(key, "flash_contradicts") == 0 || strcmp(key, "flash_larger") == 0;
	if (strcmp(key, "flash_larger") == 0) {
		status.seems_larger = true;
		home->health = CX3_HOME_DAMAGED;
	} else if (strcmp(key, "semaphore_left") == 0)
		f.id.state = CX3_CARD_LIVEFISH;
	else if (strcmp(key, "interrupted_unreadable") == 0)
		f.waiting_damaged = 1;
	else if (strcmp(key, "other_chips_psid") == 0)
		f.home[0].other_chips_psid = true;
	else if (strcmp(key, "interrupted") == 0)
		f.waiting = 1;
	else if (strcmp(key, "interrupted_perhaps") == 0)
		f.waiting_unsure = 1;
	else if (strcmp(key, "running_without_image") == 0)
		f.home_count = 0;
	else if (strcmp(key, "running_damaged") == 0)
		home->health = CX3_HOME_DAMAGED;
	else if (strcmp(key, "running_wrong_chip") == 0)
		f.home[0].fit = CX3_FIT_CHIP;
	else if (strcmp(key, "wrong_revision") == 0)
		f.home[0].fit = CX3_FIT_REVISION;
	else if (strcmp(key, "secure_host") == 0)
		has_key();
	else if (strcmp(key, "config_damaged") == 0)
		f.config[1].state = CX3_CONFIG_DAMAGED;
	else if (strcmp(key, "blank_identity") == 0)
		home->info.blank_uids = true;
	else if (strcmp(key, "cold_boot") == 0)
		f.id.running_fw[2] = 4999;
	else if (strcmp(key, "booting_now") == 0)
		f.late = true;
	else if (strcmp(key, "looks_well") == 0)
		f.quick = true;
}

/* ... of those that are about livefish, protection or several homes. */
static void make_more(const char *key)
{
	if (strcmp(key, "no_image") == 0) {
		in_livefish();
		f.home_count = 0;
	} else if (strcmp(key, "image_damaged") == 0) {
		in_livefish();
		f.home[0].home.health = CX3_HOME_DAMAGED;
	} else if (strcmp(key, "lower_image_damaged") == 0) {
		in_livefish();
		f.home[1] = f.home[0];
		f.home_count = 2;
		f.home[0].home.health = CX3_HOME_DAMAGED;
	} else if (strcmp(key, "wrong_chip") == 0) {
		in_livefish();
		f.home[0].fit = CX3_FIT_CHIP;
	} else if (strcmp(key, "boot_address") == 0) {
		in_livefish();
		f.boot_start = 0x80000;
	} else if (strcmp(key, "jumper") == 0 || strcmp(key, "no_jumper") == 0) {
		in_livefish();
	} else if (strcmp(key, "secure_host_stopped") == 0) {
		in_livefish();
		has_key();
	} else if (strcmp(key, "unchecked") == 0) {
		in_livefish();
		f.quick = true;
	} else if (strcmp(key, "protected_locked") == 0) {
		protects(CX3_LOCK_BLOCKS, CX3_REGISTER_LOCKED);
	} else if (strcmp(key, "protected_blocks") == 0) {
		protects(CX3_LOCK_BLOCKS, CX3_REGISTER_PIN);
	} else if (strcmp(key, "protected_pin") == 0) {
		protects(CX3_LOCK_BITS, CX3_REGISTER_PIN);
	} else if (strcmp(key, "protected_bits") == 0) {
		protects(CX3_LOCK_SECTORS, CX3_REGISTER_FREE);
	} else if (strcmp(key, "interrupted_unsure") == 0) {
		in_livefish();
		f.home_count = 0;
		f.waiting_unsure = 1;
	} else if (strcmp(key, "published_identity") == 0) {
		f.home[0].home.info.uid[0] = UINT64_C(0x0002c9000100d050);
	} else if (strcmp(key, "ethernet_only") == 0) {
		for (unsigned i = 0; i < 4; i++)
			f.home[0].home.info.uid[i] = UINT64_MAX;
	}
}

static void each_row_has_its_case(void **state)
{
	size_t count;

	(void)state;
	cx3_finding_key(0, &count);
	assert_true(count > 35);
	for (size_t i = 0; i < count; i++) {
		const char *key = cx3_finding_key(i, &count);

		make(key);
		make_more(key);
		assert_int_equal(cx3_diagnose(&f, &d, NULL), CX3_OK);
		/* what it was interrupted in shows as well */
		if (strcmp(key, "interrupted_unsure") == 0)
			d.count--;
		/* each of these is there with the other */
		if (strcmp(key, "jumper") == 0 || strcmp(key, "no_jumper") == 0 ||
		    strcmp(key, "flash_unknown") == 0 || strcmp(key, "flash_like") == 0)
			d.count--;
		if (strcmp(key, "no_jumper") == 0 || strcmp(key, "flash_like") == 0)
			d.finding[0] = d.finding[1];
		if (d.count != 1 || strcmp(d.finding[0].key, key) != 0)
			fail_msg("%s: %u findings, the first is %s", key, d.count,
				 d.finding[0].key);
		assert_int_equal(d.needs_doing, d.finding[0].needs_doing);
		assert_true(strlen(d.finding[0].meaning) > 20);
		/* who is told that something must be done is told what, and how */
		assert_true(!d.needs_doing ||
			    (d.finding[0].next[0] && d.finding[0].action != CX3_ACTION_NONE));
		assert_non_null(cx3_action_name(d.finding[0].action));
	}
	assert_null(cx3_finding_key(count, &count));
}

/* The gravest comes first, and what may stay comes last. */
static void several_at_once(void **state)
{
	(void)state;
	protects(CX3_LOCK_BITS, CX3_REGISTER_FREE);
	f.id.running_fw[1] = 36;
	f.config[0].state = CX3_CONFIG_DAMAGED;
	assert_int_equal(cx3_diagnose(&f, &d, NULL), CX3_OK);
	assert_int_equal(d.count, 3);
	assert_string_equal(d.finding[0].key, "config_damaged");
	assert_string_equal(d.finding[1].key, "cold_boot");
	assert_string_equal(d.finding[2].key, "protected_bits");
	assert_true(d.needs_doing);

	in_livefish();
	f.home[0].fit = CX3_FIT_CHIP;
	f.waiting = 1;
	assert_int_equal(cx3_diagnose(&f, &d, NULL), CX3_OK);
	assert_string_equal(d.finding[0].key, "interrupted");
	assert_string_equal(d.finding[1].key, "wrong_chip");
	assert_int_equal(d.count, 2);
}

/* Where a layer does not answer, nothing is said of what lies behind it. */
static void a_failure_stands_alone(void **state)
{
	(void)state;
	protects(CX3_LOCK_BITS, CX3_REGISTER_FREE);
	f.failed = CX3_E_NOISE;
	f.late = true;
	assert_int_equal(cx3_diagnose(&f, &d, NULL), CX3_OK);
	assert_int_equal(d.count, 1);
	assert_string_equal(d.finding[0].key, "noise");
	memset(&f, 0, sizeof(f));
	memset(&status, 0, sizeof(status));
	f.status = &status;
	for (int code = -1; code >= CX3_E_PART; code--) {
		f.failed = (enum cx3_code)code;
		assert_int_equal(cx3_diagnose(&f, &d, NULL), CX3_OK);
		/* an unknown flash has two ways out */
		assert_int_equal(d.count, code == CX3_E_UNKNOWN_PART ? 2 : 1);
		assert_true(d.needs_doing);
	}
}

static void areas(void **state)
{
	struct cx3_fs2_info info = {
		.failsafe = true, .log2_chunk = 19, .config_sectors = 2, .sector_size = 0x1000};
	struct cx3_fs2_range area[CX3_CONFIG_AREAS];

	(void)state;
	assert_int_equal(cx3_config_areas(&info, 0x200000, area), 2);
	assert_int_equal(area[0].lo, 0x17e000);
	assert_int_equal(area[0].hi, 0x180000);
	assert_int_equal(area[1].lo, 0x1fe000);
	assert_int_equal(area[1].hi, 0x200000);
	info.config_pad = 1;
	assert_int_equal(cx3_config_areas(&info, 0x200000, area), 2);
	assert_int_equal(area[1].hi, 0x1ff000);
	info.sector_size = 0; /* then 64 KiB, which is the most as well */
	info.config_pad = 0;
	assert_int_equal(cx3_config_areas(&info, 0x200000, area), 2);
	assert_int_equal(area[1].lo, 0x1f0000);
	info.failsafe = false;
	assert_int_equal(cx3_config_areas(&info, 0x200000, area), 2);
	assert_int_equal(area[0].lo, 0x1e0000);
	assert_int_equal(area[1].hi, 0x200000);
	info.config_sectors = 0;
	assert_int_equal(cx3_config_areas(&info, 0x200000, area), 0);
	info.config_sectors = 1;
	info.config_pad = UINT32_MAX;
	assert_int_equal(cx3_config_areas(&info, 0x200000, area), 0);
}

static void judging(void **state)
{
	static const uint8_t magic[] = {0x4d, 0x54, 0x46, 0x57, 0x8c, 0xdf, 0xd0, 0x00,
					0xde, 0xad, 0x92, 0x70, 0x41, 0x54, 0xbe, 0xef};
	static uint8_t bytes[0x2000];

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(cx3_config_judge(bytes, sizeof(bytes), 0x1000), CX3_CONFIG_BLANK);
	memset(bytes, 0x12, 100);
	assert_int_equal(cx3_config_judge(bytes, sizeof(bytes), 0x1000), CX3_CONFIG_USED);
	memset(bytes + 0x1100, 0, 16); /* a sector that begins blank */
	assert_int_equal(cx3_config_judge(bytes, sizeof(bytes), 0x1000), CX3_CONFIG_DAMAGED);
	memset(bytes + 0x1000, 0xff, 0x1000);
	memcpy(bytes + 64, magic, sizeof(magic));
	assert_int_equal(cx3_config_judge(bytes, sizeof(bytes), 0x1000), CX3_CONFIG_DAMAGED);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(cx3_config_judge(bytes, sizeof(bytes), 0x1000), CX3_CONFIG_DAMAGED);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	assert_int_equal(cx3_config_judge(bytes, sizeof(bytes), 0x1000), CX3_CONFIG_DAMAGED);
}

static bool tells(const char *key)
{
	assert_int_equal(cx3_diagnose(&f, &d, NULL), CX3_OK);
	for (unsigned i = 0; i < d.count; i++) {
		if (strcmp(d.finding[i].key, key) == 0)
			return true;
	}
	return false;
}

/* "Power off and on" is no advice for a card that would not come up again, or would lock itself. */
static void no_cold_boot_of_what_does_not_boot(void **state)
{
	(void)state;
	make("cold_boot");
	assert_true(tells("cold_boot"));
	f.home[0].home.health = CX3_HOME_DAMAGED;
	assert_false(tells("cold_boot"));
	make("cold_boot");
	f.home[0].fit = CX3_FIT_CHIP;
	assert_false(tells("cold_boot"));
	make("cold_boot");
	has_key();
	assert_false(tells("cold_boot"));
	make("cold_boot");
	f.home[1] = f.home[0];
	f.home_count = 2;
	f.home[0].home.health = CX3_HOME_DAMAGED;
	assert_false(tells("cold_boot"));
}

/* What was interrupted comes before anything else on a card that boots nothing. */
static void an_interrupted_job_of_what_does_not_boot(void **state)
{
	(void)state;
	make("wrong_chip");
	make_more("wrong_chip");
	f.waiting_unsure = 1;
	assert_true(tells("interrupted_unsure"));
	assert_false(tells("interrupted_perhaps"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_has_its_case),
		cmocka_unit_test(several_at_once),
		cmocka_unit_test(a_failure_stands_alone),
		cmocka_unit_test(areas),
		cmocka_unit_test(judging),
		cmocka_unit_test(no_cold_boot_of_what_does_not_boot),
		cmocka_unit_test(an_interrupted_job_of_what_does_not_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
