/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is the matter with a card: one table, the gravest first. Each row that fits the facts is
 * a finding. What owners met, and with what ends, is in the notes on recovery; whatever is
 * told here of a state that a look can't prove says so.
 */
#include <string.h>

#include "cx3flash/diagnose.h"
#include "cx3flash/identity.h"
#include "look.h"

typedef bool (*fits_fn)(const struct cx3_facts *f);

/* The image that the chip boots; NULL if there is none. */
static const struct cx3_home_facts *booting(const struct cx3_facts *f)
{
	return f->has_content && f->home_count ? &f->home[0] : NULL;
}

/* The first image of which no CRC is known to be wrong; NULL if there is none. */
static const struct cx3_home_facts *sound(const struct cx3_facts *f)
{
	for (unsigned i = 0; f->has_content && i < f->home_count; i++) {
		const struct cx3_home *home = &f->home[i].home;

		if (home->readable && home->health != CX3_HOME_DAMAGED)
			return &f->home[i];
	}
	return NULL;
}

/* As far as is known, the chip boots the image that it takes. */
static bool boots(const struct cx3_facts *f)
{
	return sound(f) && sound(f) == booting(f) && sound(f)->fit == CX3_FIT_YES;
}

static bool livefish(const struct cx3_facts *f)
{
	return f->has_card && f->id.state == CX3_CARD_LIVEFISH;
}

static bool functional(const struct cx3_facts *f)
{
	return f->has_card && f->id.state == CX3_CARD_FUNCTIONAL;
}

static bool failed(const struct cx3_facts *f, enum cx3_code code)
{
	return f->failed == code;
}

static bool stuck_semaphore(const struct cx3_facts *f)
{
	return failed(f, CX3_E_SEMAPHORE) || failed(f, CX3_E_SEMAPHORE_OURS);
}

/* --- what has ended the look --- */

static bool noise(const struct cx3_facts *f)
{
	return failed(f, CX3_E_NOISE) || f->noisy;
}

static bool no_answer(const struct cx3_facts *f)
{
	return failed(f, CX3_E_NO_ACK) && !f->has_card;
}

static bool lost(const struct cx3_facts *f)
{
	return failed(f, CX3_E_NO_ACK) && f->has_card;
}

static bool bus_stuck(const struct cx3_facts *f)
{
	return failed(f, CX3_E_BUS) || failed(f, CX3_E_ARBITRATION);
}

static bool no_registers(const struct cx3_facts *f)
{
	return failed(f, CX3_E_NO_REGISTERS);
}

static bool wrong_id(const struct cx3_facts *f)
{
	return failed(f, CX3_E_WRONG_ID);
}

static bool locked(const struct cx3_facts *f)
{
	return failed(f, CX3_E_LOCKED);
}

/* A run that writes holds both; without firmware nobody else is suspected of one alone. */
static bool semaphore_run(const struct cx3_facts *f)
{
	bool taken = f->tools_held ? stuck_semaphore(f) || f->has_flash
				   : stuck_semaphore(f) && livefish(f);

	return f->run_over && taken;
}

static bool semaphore_tool(const struct cx3_facts *f)
{
	return stuck_semaphore(f) && f->tools_held && functional(f);
}

static bool semaphore_left(const struct cx3_facts *f)
{
	return stuck_semaphore(f) && livefish(f);
}

static bool semaphore_firmware(const struct cx3_facts *f)
{
	return stuck_semaphore(f) && functional(f) && !f->tools_held;
}

static bool gateway(const struct cx3_facts *f)
{
	return f->has_card && (failed(f, CX3_E_GATEWAY) || failed(f, CX3_E_TIMEOUT));
}

static bool flash_absent(const struct cx3_facts *f)
{
	return failed(f, CX3_E_NO_FLASH);
}

static bool flash_unknown(const struct cx3_facts *f)
{
	return failed(f, CX3_E_UNKNOWN_PART) && !f->part_said;
}

static bool flash_contradicts(const struct cx3_facts *f)
{
	return failed(f, CX3_E_UNKNOWN_PART) && f->part_said;
}

/* The row behind it, with its own line: what can be done before anybody has answered. */
static bool flash_like(const struct cx3_facts *f)
{
	return flash_unknown(f);
}

/* Whatever else ends a look. */
static bool other_failure(const struct cx3_facts *f)
{
	return f->failed != CX3_OK;
}

/* --- what the flash holds --- */

static bool other_tool(const struct cx3_facts *f)
{
	return f->has_flash && f->tools_held && !f->run_over;
}

static bool interrupted(const struct cx3_facts *f)
{
	return f->waiting > 0;
}

/* No image tells whose card it is; but one that was interrupted looks just like that. */
static bool interrupted_unsure(const struct cx3_facts *f)
{
	return f->waiting_unsure > 0 && f->has_content && !boots(f);
}

static bool empty(const struct cx3_facts *f)
{
	return f->has_content && f->home_count == 0;
}

static bool no_image(const struct cx3_facts *f)
{
	return livefish(f) && empty(f);
}

static bool running_without_image(const struct cx3_facts *f)
{
	return functional(f) && empty(f);
}

/* It can't be told from damage. */
static bool flash_larger(const struct cx3_facts *f)
{
	return f->status->seems_larger && booting(f) && sound(f) != booting(f);
}

static bool all_damaged(const struct cx3_facts *f)
{
	return booting(f) && !sound(f) && !flash_larger(f);
}

static bool image_damaged(const struct cx3_facts *f)
{
	return livefish(f) && all_damaged(f);
}

static bool running_damaged(const struct cx3_facts *f)
{
	return functional(f) && all_damaged(f);
}

/* The chip takes the lower one, whatever it holds. */
static bool lower_image_damaged(const struct cx3_facts *f)
{
	return booting(f) && sound(f) && sound(f) != booting(f) && !flash_larger(f);
}

static bool for_other_chip(const struct cx3_facts *f)
{
	return sound(f) && sound(f)->fit == CX3_FIT_CHIP;
}

static bool wrong_chip(const struct cx3_facts *f)
{
	return livefish(f) && for_other_chip(f);
}

static bool running_wrong_chip(const struct cx3_facts *f)
{
	return functional(f) && for_other_chip(f);
}

static bool wrong_revision(const struct cx3_facts *f)
{
	return sound(f) && sound(f)->fit == CX3_FIT_REVISION;
}

static bool has_key(const struct cx3_home_facts *home)
{
	return home && home->home.readable &&
	       cx3_fs2_has_tag(&home->home.info, CX3_FS2_TAG_ACCESS_KEY) &&
	       home->home.info.access_key != 0;
}

/* Were it started, it would lock the card: whatever starts it is no way out. */
static bool secure_host_stopped(const struct cx3_facts *f)
{
	return livefish(f) && boots(f) && has_key(sound(f));
}

static bool secure_host(const struct cx3_facts *f)
{
	return has_key(booting(f)) && !secure_host_stopped(f);
}

static bool could_boot(const struct cx3_facts *f)
{
	return livefish(f) && boots(f) && !has_key(sound(f));
}

static bool boots_elsewhere(const struct cx3_facts *f)
{
	for (unsigned i = 0; i < f->home_count; i++) {
		if (f->home[i].home.start == f->boot_start)
			return false;
	}
	return f->has_boot_address;
}

static bool boot_address(const struct cx3_facts *f)
{
	return could_boot(f) && boots_elsewhere(f);
}

static bool jumper(const struct cx3_facts *f)
{
	return could_boot(f) && !f->quick && !boots_elsewhere(f);
}

/* What a look can't tell from a jumper; the row behind it, with its own line. */
static bool no_jumper(const struct cx3_facts *f)
{
	return jumper(f);
}

/* Whether it is whole decides what is to be done. */
static bool unchecked(const struct cx3_facts *f)
{
	return could_boot(f) && f->quick && !boots_elsewhere(f);
}

static bool config_damaged(const struct cx3_facts *f)
{
	for (unsigned i = 0; f->has_content && i < f->config_count; i++) {
		if (f->config[i].state == CX3_CONFIG_DAMAGED)
			return true;
	}
	return false;
}

static bool cold_boot(const struct cx3_facts *f)
{
	const struct cx3_home_facts *home = booting(f);

	/* what would not come up again, or would lock the card, is not to be started */
	return functional(f) && boots(f) && !has_key(home) &&
	       memcmp(home->home.info.fw_version, f->id.running_fw, sizeof(f->id.running_fw)) != 0;
}

static bool blank_identity(const struct cx3_facts *f)
{
	return sound(f) && sound(f)->home.info.blank_uids;
}

static bool published_identity(const struct cx3_facts *f)
{
	struct cx3_identity identity;

	if (!sound(f))
		return false;
	cx3_identity_from_info(&sound(f)->home.info, CX3_IDENTITY_HOME, NULL, &identity);
	return cx3_identity_is_published(&identity);
}

static bool booting_now(const struct cx3_facts *f)
{
	return f->has_card && f->late;
}

/* --- what may stay as it is --- */

static bool interrupted_perhaps(const struct cx3_facts *f)
{
	return f->waiting_unsure > 0 && boots(f);
}

static bool interrupted_unreadable(const struct cx3_facts *f)
{
	return f->waiting_damaged > 0;
}

/* Its device type and hardware ids fit: then wrong_chip does not say it. */
static bool other_chips_psid(const struct cx3_facts *f)
{
	return sound(f) && sound(f)->fit == CX3_FIT_YES && sound(f)->other_chips_psid;
}

static const struct cx3_flash_protection *protection(const struct cx3_facts *f)
{
	return f->has_flash && f->status->protected_len > 0 ? &f->status->protection : NULL;
}

static bool protected_locked(const struct cx3_facts *f)
{
	const struct cx3_flash_protection *p = protection(f);

	return p && p->register_lock == CX3_REGISTER_LOCKED;
}

static bool protected_blocks(const struct cx3_facts *f)
{
	const struct cx3_flash_protection *p = protection(f);

	return p && p->register_lock != CX3_REGISTER_LOCKED && p->lock_kind == CX3_LOCK_BLOCKS;
}

static bool protected_pin(const struct cx3_facts *f)
{
	const struct cx3_flash_protection *p = protection(f);

	return p && p->register_lock == CX3_REGISTER_PIN && p->lock_kind != CX3_LOCK_BLOCKS;
}

static bool protected_bits(const struct cx3_facts *f)
{
	const struct cx3_flash_protection *p = protection(f);

	return p && p->register_lock == CX3_REGISTER_FREE && p->lock_kind != CX3_LOCK_BLOCKS;
}

/* GUIDs all ones with MACs that are real: not a blank section. */
static bool ethernet_only(const struct cx3_facts *f)
{
	const struct cx3_fs2_info *info = sound(f) ? &sound(f)->home.info : NULL;

	if (!info || info->blank_uids || info->uid_count < 6)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		if (info->uid[i] != UINT64_MAX)
			return false;
	}
	return true;
}

/* Without the reading of its CRCs no more than that can be said. */
static bool looks_well(const struct cx3_facts *f)
{
	return functional(f) && sound(f) && f->quick;
}

static bool well(const struct cx3_facts *f)
{
	return functional(f) && sound(f) && !f->quick;
}

static const struct row {
	const char *key;
	fits_fn fits;
	enum cx3_action action;
	bool needs_doing;
	const char *meaning, *next;
} rows[] = {
#define NEEDS(key, action, meaning, next) {#key, key, CX3_ACTION_##action, true, meaning, next},
#define MAY_STAY(key, action, meaning, next) {#key, key, CX3_ACTION_##action, false, meaning, next},
#include "findings.def"
#undef NEEDS
#undef MAY_STAY
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* The rows of what is well stand for themselves. Behind what has ended a look nothing else is
 * known; but for a second way out of that. */
static bool comes_second(const struct row *row, const struct cx3_facts *f)
{
	if (row->fits == well || row->fits == looks_well)
		return false;
	return f->failed == CX3_OK || row->fits == flash_like;
}

void cx3_find_all(const struct cx3_facts *f, struct cx3_diagnosis *out)
{
	for (size_t i = 0; i < ROWS && out->count < CX3_MAX_FINDINGS; i++) {
		const struct row *row = &rows[i];

		if (!row->fits(f) || (out->count > 0 && !comes_second(row, f)))
			continue;
		out->finding[out->count++] = (struct cx3_finding){
			.key = row->key,
			.meaning = row->meaning,
			.next = row->next,
			.action = row->action,
			.needs_doing = row->needs_doing,
			.watched_ms = row->action == CX3_ACTION_FREE_SEMAPHORES
					      ? f->semaphore_watched_ms
					      : 0,
		};
		out->needs_doing = out->needs_doing || row->needs_doing;
	}
}

const char *cx3_finding_key(size_t index, size_t *count)
{
	*count = ROWS;
	return index < ROWS ? rows[index].key : NULL;
}
