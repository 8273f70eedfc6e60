/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The facts that a diagnosis is made of, gathered from the card layer by layer: see
 * cx3flash/diagnose.h. Nothing is changed but semaphores, which are freed again.
 */
#include "cx3flash/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "card/card.h"
#include "cx3flash/adapterops.h"
#include "cx3flash/waiting.h"
#include "look.h"
#include "sized.h"

#define REG_BOOT_ADDRESS 0xf0000u
/* One wrong bit tells no rate: then so many are read, 6 s at 100 kHz. At 1 in 100,000 wrong that
 * shows it in 19 of 20 cases. */
#define DOUBT_BITS 500000u
#define DOUBT_US 8000000u

/* All that a program's facts point to lies behind them. */
struct whole_facts {
	struct cx3_facts facts;
	struct cx3_flash_status status;
};

int cx3_facts_new(struct cx3_facts **out, struct cx3_error *err)
{
	struct whole_facts *whole = calloc(1, sizeof(*whole));

	*out = NULL;
	if (!whole)
		return cx3_fail(err, CX3_E_NO_MEMORY, NULL,
				"There is no memory for what is known of a card.\n"
				"Close other programs and try again.");
	whole->status.size = sizeof(whole->status);
	whole->facts.status = &whole->status;
	*out = &whole->facts;
	return CX3_OK;
}

void cx3_facts_free(struct cx3_facts *facts)
{
	free(facts);
}

int cx3_diagnose(const struct cx3_facts *facts, struct cx3_diagnosis *out, struct cx3_error *err)
{
	struct cx3_diagnosis own = {0};
	int rc = CX3_CHECK(cx3_diagnosis, out, err);

	if (rc != CX3_OK)
		return rc;
	cx3_find_all(facts, &own);
	CX3_GIVE(cx3_diagnosis, out, &own);
	return CX3_OK;
}

static int end(struct cx3_facts *facts, int rc)
{
	facts->failed = (enum cx3_code)rc;
	return rc;
}

/* Where the chip was started from, or is to start from; read twice. */
static void read_boot_address(struct cx3_card *card, struct cx3_facts *facts)
{
	uint32_t word, again;

	if (cx3_card_read(card, REG_BOOT_ADDRESS, &word, NULL) != CX3_OK ||
	    cx3_card_read(card, REG_BOOT_ADDRESS, &again, NULL) != CX3_OK)
		return;
	facts->has_boot_address = word == again && word != UINT32_MAX;
	facts->boot_start = word >> 8;
}

int cx3_look_card(struct cx3_device *device, struct cx3_facts *facts, struct cx3_error *err)
{
	int rc = cx3_device_await_card(device, &facts->late, err);

	if (rc != CX3_OK)
		return end(facts, rc);
	facts->has_card = true;
	facts->id = *cx3_card_identity(cx3_device_card(device));
	read_boot_address(cx3_device_card(device), facts);
	return CX3_OK;
}

static uint64_t now_us(struct cx3_device *device)
{
	struct cx3_adapter *adapter = cx3_device_adapter(device);

	return adapter->ops->now_us(adapter);
}

static void ask_tools(struct cx3_device *device, struct cx3_facts *facts)
{
	facts->tools_asked = cx3_card_ask_tools(cx3_device_card(device), &facts->tools_held,
						NULL) == CX3_OK;
}

/* One that is held is asked for once more behind all else: a tool may have ended its work. */
static void ask_tools_again(struct cx3_device *device, struct cx3_facts *facts)
{
	if (!facts->tools_held)
		return;
	ask_tools(device, facts);
	facts->semaphore_watched_ms =
		facts->tools_held ? (uint32_t)((now_us(device) - facts->asked_us) / 1000) : 0;
}

/* Are the wires too noisy for writes? What was read so far may be too little to tell. */
static int settle_doubt(struct cx3_device *device, struct cx3_facts *facts, struct cx3_error *err)
{
	const struct cx3_link *link = cx3_device_link(device);
	int rc = CX3_OK;

	if (link->wrong > 0)
		rc = cx3_device_read_link(device, DOUBT_BITS, DOUBT_US, err);
	facts->noisy = cx3_link_noisy(link);
	return rc;
}

int cx3_look_flash(struct cx3_device *device, struct cx3_facts *facts, struct cx3_error *err)
{
	int rc;

	facts->asked_us = now_us(device);
	rc = cx3_device_deepen(device, CX3_OPEN_SHADOW, err);
	if (rc == CX3_OK)
		facts->asked_us = now_us(device);
	ask_tools(device, facts);
	if (rc == CX3_E_SEMAPHORE || rc == CX3_E_SEMAPHORE_OURS || facts->tools_held)
		facts->semaphore_watched_ms = (uint32_t)((now_us(device) - facts->asked_us) / 1000);
	if (rc == CX3_OK)
		rc = cx3_flash_status(cx3_device_flash(device), facts->status, err);
	if (rc == CX3_OK)
		rc = settle_doubt(device, facts, err);
	facts->id = *cx3_card_identity(cx3_device_card(device));
	facts->has_flash = rc == CX3_OK;
	return end(facts, rc);
}

static int count_waiting(struct cx3_shadow *shadow, const char *backup_folder,
			 struct cx3_facts *facts, struct cx3_error *err)
{
	struct cx3_waiting *list;
	size_t count;
	const struct cx3_waiting *newest = NULL;
	int rc = cx3_waiting_jobs(shadow, backup_folder, &list, &count, err);

	for (size_t i = 0; rc == CX3_OK && i < count; i++) {
		facts->waiting_damaged += list[i].damaged;
		if (list[i].damaged)
			continue;
		facts->waiting += list[i].certain;
		facts->waiting_unsure += !list[i].certain;
		if (!newest || (list[i].certain && !newest->certain))
			newest = &list[i];
	}
	if (newest && (!newest->certain || facts->waiting + facts->waiting_unsure > 1))
		memcpy(facts->waiting_journal, newest->journal, sizeof(newest->journal));
	free(list);
	return rc;
}

int cx3_look_content(struct cx3_device *device, bool quick, const char *backup_folder,
		     struct cx3_facts *facts, struct cx3_error *err)
{
	struct cx3_shadow *shadow = cx3_device_shadow(device);
	int rc;

	facts->quick = quick;
	rc = cx3_look_images(device, backup_folder, facts, err);
	if (rc == CX3_OK)
		rc = count_waiting(shadow, backup_folder, facts, err);
	if (rc == CX3_OK)
		rc = settle_doubt(device, facts, err);
	facts->has_content = rc == CX3_OK;
	ask_tools_again(device, facts);
	return end(facts, rc);
}
