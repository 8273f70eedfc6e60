/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Noise on the wires while a card is looked at: nothing that was read wrong is believed.
 * A healthy card is never called empty or damaged; a damaged one still is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "jobs_engine.h"
#include "said.h"

#define PSID "MT_NOISE_00001"
#define SEEDS 12u

/* What a bus that does not work may answer. */
static bool is_bus(int rc)
{
	return rc == CX3_E_NOISE || rc == CX3_E_GATEWAY || rc == CX3_E_SEMAPHORE ||
	       rc == CX3_E_SEMAPHORE_OURS || rc == CX3_E_WRONG_ID || rc == CX3_E_NO_REGISTERS ||
	       rc == CX3_E_TIMEOUT || cx3_code_may_pass(rc);
}

static int look(struct fixture *b, const char *card, struct cx3_fs2_info *info,
		struct cx3_error *err)
{
	int rc = fixture_try_open(b, card, NULL, err);
	struct cx3_fs2_source src;

	if (rc != CX3_OK)
		return rc;
	src = cx3_shadow_source(b->shadow);
	rc = cx3_fs2_query(&src, CX3_FS2_STRIPED, CX3_FS2_QUICK, info, err);
	if (rc != CX3_OK)
		rc = cx3_shadow_verdict(b->shadow, rc, err);
	fixture_close(b);
	return rc;
}

/* One flipped bit in any byte that is read: the look finds what is there. */
static void one_bit_in_a_look(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	unsigned looks = 0, right = 0;
	uint8_t *content;
	struct fixture b;
	char card[64];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	content = fixture_get(&b);
	for (unsigned at = 1; at < 9000; at += 13) {
		snprintf(card, sizeof(card), "flip-read=%u,seed=%u", at, at);
		fixture_put(&b, content); /* and the semaphore free */
		looks++;
		if (look(&b, card, &info, &err) != CX3_OK) {
			assert_true(is_bus(err.code));
			continue;
		}
		assert_string_equal(info.psid, PSID);
		assert_int_equal(info.fw_version[1], recipe.fw_version[1]);
		assert_memory_equal(info.uid, recipe.uid, sizeof(recipe.uid));
		right++;
	}
	assert_true(right >= looks * 95 / 100);
	free(content);
	fixture_delete(&b);
}

static int verify(struct fixture *b, const char *card, struct cx3_error *err)
{
	int rc = fixture_try_open(b, card, NULL, err);
	struct cx3_fs2_source src;
	struct cx3_fs2_info info;

	if (rc != CX3_OK)
		return rc;
	src = cx3_shadow_source(b->shadow);
	rc = cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, err);
	if (rc != CX3_OK)
		rc = cx3_shadow_verdict(b->shadow, rc, err);
	fixture_close(b);
	return rc;
}

static void healthy_card_verifies(void **state)
{
	static const unsigned rates[] = {1, 10, 100};
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	unsigned right[3] = {0};
	struct fixture b;
	char card[64];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	for (unsigned r = 0; r < 3; r++) {
		for (unsigned seed = 1; seed <= SEEDS; seed++) {
			snprintf(card, sizeof(card), "livefish=1,flip-rate=%u,seed=%u", rates[r],
				 seed);
			if (verify(&b, card, &err) == CX3_OK)
				right[r]++;
			else
				assert_true(is_bus(err.code));
		}
	}
	assert_int_equal(right[0], SEEDS);
	fixture_delete(&b);
}

/* The booting image stays, whatever the burn says; and it does not say that none is there, or
 * that it is damaged. */
static void burn_does_not_call_it_empty(void **state)
{
	const struct cx3_burn_options what = {0};
	struct cx3_fs2_recipe recipe, fresh;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct engine e = {0};
	uint8_t *content, *image;
	unsigned refused = 0;
	struct fixture b;
	uint32_t len;
	char card[64];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	engine_home(&b);
	content = fixture_get(&b);
	fixture_small_recipe(&fresh, PSID, 42);
	image = fixture_image(&fresh, &len);
	for (unsigned seed = 1; seed <= 2 * SEEDS; seed++) {
		fixture_put(&b, content);
		snprintf(card, sizeof(card), "flip-rate=10,seed=%u", seed);
		e = (struct engine){.card = card};
		if (engine_burn(&b, &e, image, len, &what, &err) != CX3_OK) {
			assert_true(is_bus(err.code) || err.code == CX3_E_VERIFY ||
				    err.code == CX3_E_CHANGED);
			refused++;
		}
		fixture_booting(&b, &info);
		engine_clean(&b);
	}
	assert_true(refused > 0);
	free(content);
	free(image);
	fixture_delete(&b);
}

/* Damage on the flash is called damage: two readings are the same. */
static void damage_is_still_told(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	struct fixture b;
	unsigned noisy = 0;
	uint8_t *content;
	char card[64];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	content = fixture_get(&b);
	content[0x3000] ^= 0x10;
	fixture_put(&b, content);
	assert_int_equal(verify(&b, "livefish=1", &err), CX3_E_IMAGE);
	assert_null(strstr(said(&err), "firmware"));
	assert_int_equal(verify(&b, "livefish=0,fw=2.36.5000,power-cycle=1", &err), CX3_E_IMAGE);
	assert_non_null(strstr(said(&err), "yet the card's firmware 2.36.5000 runs"));
	/* with a reading that differed, nobody knows; a flip elsewhere than in the image is mended
	 */
	for (unsigned at = 1500; at < 12000; at += 700) {
		snprintf(card, sizeof(card), "livefish=1,power-cycle=1,flip-read=%u", at);
		if (verify(&b, card, &err) == CX3_E_IMAGE)
			continue;
		assert_int_equal(err.code, CX3_E_NOISE);
		assert_non_null(strstr(said(&err), "noisy"));
		noisy++;
	}
	assert_true(noisy >= 5);
	free(content);
	fixture_delete(&b);
}

static void back_up(struct fixture *b, const char *card, struct cx3_backup *backup)
{
	struct cx3_error err = {0};
	char path[400];

	snprintf(path, sizeof(path), "%s/noise.bin", b->folder);
	fixture_open(b, card, NULL);
	fixture_ok(cx3_backup_to(b->shadow, path, NULL, backup, &err), &err);
	fixture_close(b);
	unlink(backup->path);
	unlink(backup->manifest);
}

/* Blank blocks need no second reading where the command register can tell a lost command. */
static void blank_is_read_once(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct fixture b;

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	back_up(&b, "", &backup);
	assert_true(backup.image_ok);
	assert_true(backup.bytes_twice < b.size / 16);
	back_up(&b, "stream=0", &backup);
	assert_true(backup.bytes_twice > b.size / 2);
	fixture_delete(&b);
}

/*
 * Chip select that rises by itself after a time: a stream whose commands are read back takes longer
 * than the one that has shown for how many blocks it stays low. Here and there something lies in
 * what is blank otherwise.
 */
static void a_chip_select_that_tires(void **state)
{
	static const unsigned ms[] = {60, 120, 160, 200, 240, 300};
	struct cx3_fs2_recipe recipe;
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct cx3_error err = {0};
	struct fixture b;
	uint8_t *content;
	char card[64], path[400];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	content = fixture_get(&b);
	memset(content + 0x6000, 0xff, b.size - 0x6000);
	for (uint32_t at = 0x10000; at < b.size; at += 0x1000)
		memset(content + at + 0xff0, (int)(at >> 12 & 0x7f), 16);
	fixture_put(&b, content);
	snprintf(path, sizeof(path), "%s/tired.bin", b.folder);
	for (size_t i = 0; i < sizeof(ms) / sizeof(ms[0]); i++) {
		uint8_t *kept;
		size_t len;

		snprintf(card, sizeof(card), "hold-ms=%u,clock=1M", ms[i]);
		fixture_open(&b, card, NULL);
		fixture_ok(cx3_backup_to(b.shadow, path, NULL, &backup, &err), &err);
		fixture_close(&b);
		fixture_ok(cx3_file_read(path, b.size, &kept, &len, &err), &err);
		assert_int_equal(len, b.size);
		assert_memory_equal(kept, content, b.size);
		free(kept);
		unlink(backup.path);
		unlink(backup.manifest);
	}
	free(content);
	fixture_delete(&b);
}

/* A flash that stops answering looks blank; it is not called so. */
static void lost_flash_is_not_blank(void **state)
{
	static const char *const ways[] = {"", "stream=0,", "held-read=0,", "no-poll=0,"};
	unsigned way = 0;

	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	struct cx3_backup backup = {.size = sizeof(backup)};
	struct fixture b;
	char card[64], path[400];

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	snprintf(path, sizeof(path), "%s/lost.bin", b.folder);
	for (unsigned at = 3000; at < 30000; at += 3001) {
		snprintf(card, sizeof(card), "%sflash-lost=%u", ways[way++ % 4], at);
		fixture_open(&b, card, NULL);
		assert_int_not_equal(cx3_backup_to(b.shadow, path, NULL, &backup, &err), CX3_OK);
		assert_int_equal(err.code, CX3_E_GATEWAY);
		assert_non_null(strstr(said(&err), "stopped answering"));
		assert_int_not_equal(access(path, F_OK), 0);
		fixture_close(&b);
	}
	fixture_delete(&b);
}

/* So many blocks differed that two equal readings may both be wrong: it is kept, and told. */
static void a_noisy_backup_is_kept_and_told(void **state)
{
	struct cx3_error err;
	struct engine e = {.card = "livefish=1,noise=30000,seed=3"};
	struct cx3_fs2_recipe recipe;
	char path[400];
	struct fixture b;

	(void)state;
	fixture_with_image(&b, "MT_NOISE_0001", &recipe);
	snprintf(path, sizeof(path), "%s/noisy.bin", b.folder);
	assert_int_equal(engine_backup(&b, &e, path, &err), CX3_E_NOISE);
	assert_non_null(strstr(said(&err), "is written, but bytes in it may be wrong"));
	assert_int_equal(access(path, R_OK), 0);
	unlink(path);
	snprintf(path, sizeof(path), "%s/noisy.bin" CX3_MANIFEST_ENDING, b.folder);
	assert_int_equal(unlink(path), 0);
	fixture_delete(&b);
}

/* Two readings that were damaged alike: a wrong CRC is believed after a third one only. */
static void twice_wrong_alike(void **state)
{
	struct cx3_fs2_recipe recipe;
	struct cx3_fs2_info info;
	struct cx3_error err = {0};
	struct cx3_fs2_source src;
	struct fixture b;
	uint64_t messages;
	unsigned places = 0;

	(void)state;
	fixture_with_image(&b, PSID, &recipe);
	fixture_open(&b, "", NULL);
	src = cx3_shadow_source(b.shadow);
	fixture_ok(cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, &err), &err);
	for (uint32_t at = 0x100; at < info.end && at < 0x8000; at += 0x1c0, places++) {
		uint32_t grain = at / CX3_SHADOW_GRAIN;

		memset(b.shadow->data + at, 0xff, 4);
		b.shadow->trust[grain] = CX3_TRUST_TWICE;
		fixture_ok(cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, &err), &err);
	}
	assert_true(places > 10);
	/* a flash that is damaged is looked at once more, not time and again */
	b.shadow->data[0x100] ^= 1;
	b.shadow->trust[0x100 / CX3_SHADOW_GRAIN] = CX3_TRUST_THRICE;
	messages = b.adapter->traffic.messages;
	assert_int_equal(cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, &err),
			 CX3_E_IMAGE);
	(void)cx3_fs2_verify(&src, CX3_FS2_STRIPED, &info, NULL, NULL, &err);
	assert_true(b.adapter->traffic.messages - messages < 600);
	fixture_close(&b);
	fixture_delete(&b);
}

/* One wrong reading makes a restore of what is there look as if there were something to do. The
 * backup's second reading tells better: then it ends, and nothing is written. */
static void a_wrong_reading_is_nothing_to_restore(void **state)
{
	const struct cx3_restore_options what = {0};
	struct cx3_fs2_recipe recipe;
	struct cx3_error err = {0};
	unsigned told_better = 0;
	uint8_t *content;
	struct fixture b;
	char card[64];

	(void)state;
	(void)alarm(300); /* it went on without an end */
	fixture_with_image(&b, PSID, &recipe);
	engine_home(&b);
	content = fixture_get(&b);
	/* a wrong bit in the middle of a stream of blank blocks would show by itself */
	for (uint32_t at = b.size / 2; at < b.size; at++)
		content[at] = (uint8_t)(at * 73 + (at >> 7));
	fixture_put(&b, content);
	for (uint32_t at = b.size / 16; at < b.size; at += b.size / 8) {
		struct engine e = {.card = card};

		snprintf(card, sizeof(card), "flip-read=%u,seed=5", (unsigned)at);
		fixture_ok(engine_restore(&b, &e, content, &what, &err), &err);
		assert_true(e.result.unchanged);
		assert_false(e.result.written);
		told_better += e.asked > 0 && e.plan.bootable_throughout && e.plan.bootable_checked;
		engine_expect(&b, content);
		engine_clean(&b);
	}
	(void)alarm(0);
	assert_true(told_better > 0);
	free(content);
	fixture_delete(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_noisy_backup_is_kept_and_told),
		cmocka_unit_test(one_bit_in_a_look),
		cmocka_unit_test(healthy_card_verifies),
		cmocka_unit_test(burn_does_not_call_it_empty),
		cmocka_unit_test(damage_is_still_told),
		cmocka_unit_test(twice_wrong_alike),
		cmocka_unit_test(blank_is_read_once),
		cmocka_unit_test(a_chip_select_that_tires),
		cmocka_unit_test(lost_flash_is_not_blank),
		cmocka_unit_test(a_wrong_reading_is_nothing_to_restore),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
