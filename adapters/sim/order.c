/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watches what a tool does to the flash as a whole:
 *
 * Order. Each byte that a program or an erase touches is unread until the tool has
 * fetched it from the data registers. When a signature goes, or when one comes that
 * lies below the image that boots so far, another image boots from then on: no byte of
 * that image may be unread. Where no image is left to boot, nothing can be asked for.
 *
 * Place. A test may name the ranges that may change (simcard_limit).
 *
 * Only what the flash sees counts, not what the tool meant: a command that a flipped
 * bit has sent elsewhere makes the bytes there unread, too.
 */
#include "bytes.h"
#include "model.h"

#include <stdlib.h>

#define IMAGE_SIZE 0x30u /* in an image's header: its size in bytes */

int sim_order_open(struct simcard *card)
{
	card->order.unread = calloc(card->nor.size, sizeof(bool));
	return card->order.unread ? 0 : -1;
}

void sim_order_close(struct simcard *card)
{
	free(card->order.unread);
	free(card->order.allowed);
	card->order.unread = card->order.allowed = NULL;
}

void simcard_limit(struct simcard *card, const struct simcard_range *range, size_t count)
{
	struct order *order = &card->order;

	order->limited = true;
	free(order->allowed);
	order->allowed = count ? calloc(card->nor.size, sizeof(bool)) : NULL;
	for (size_t i = 0; order->allowed && i < count; i++) {
		for (uint32_t at = range[i].lo; at < range[i].hi && at < card->nor.size; at++)
			order->allowed[at] = true;
	}
}

static unsigned find_all(const struct simcard *card, struct sim_home *home)
{
	unsigned count = 0;

	for (uint32_t start = 0; start < card->nor.size && count < SIM_HOMES;
	     start = start ? start * 2 : 0x10000)
		count += sim_bootable(&card->nor, start, &home[count]);
	return count;
}

void sim_order_before(struct simcard *card)
{
	card->order.homes = find_all(card, card->order.home);
}

static bool has(const struct sim_home *home, unsigned count, uint32_t start)
{
	for (unsigned i = 0; i < count; i++) {
		if (home[i].start == start)
			return true;
	}
	return false;
}

/* Flash address of the first unread byte from the image's byte `at` on; UINT32_MAX if
 * there is none. Without a sensible size the whole home counts. */
static uint32_t first_unread(const struct simcard *card, const struct sim_home *home, uint32_t at)
{
	uint32_t room = home->chunk ? card->nor.size / 2 : card->nor.size - home->start;
	uint32_t size = be32(card->nor.data + home->start + IMAGE_SIZE);

	if (size == 0 || size > room)
		size = room;
	for (; at < size; at++) {
		uint32_t phys = sim_phys(home, at);

		if (phys < card->nor.size && card->order.unread[phys])
			return phys;
	}
	return UINT32_MAX;
}

/* After a program or an erase: does another image boot than before, or one alone? */
static void check_order(struct simcard *card)
{
	struct order *order = &card->order;
	struct sim_home now[SIM_HOMES];
	unsigned count = find_all(card, now);
	uint32_t gone = UINT32_MAX, unread;
	bool takes_over;

	for (unsigned i = 0; i < order->homes && gone == UINT32_MAX; i++) {
		if (!has(now, count, order->home[i].start))
			gone = order->home[i].start;
	}
	takes_over = count && order->homes && now[0].start < order->home[0].start;
	if (count == 0 || (gone == UINT32_MAX && !takes_over))
		return;
	/* a signature can't have been read before it is there */
	unread = first_unread(card, &now[0], takes_over ? SIM_SIGNATURE : 0);
	if (unread == UINT32_MAX)
		return;
	card->counts.out_of_order++;
	if (gone != UINT32_MAX)
		sim_violation(card,
			      "the signature at 0x%x went, but the image at 0x%x, which boots now, "
			      "was not read back at 0x%x since that was written",
			      gone, now[0].start, unread);
	else
		sim_violation(card,
			      "the image at 0x%x got its signature and boots now, but was not "
			      "read back at 0x%x since that was written",
			      now[0].start, unread);
}

void sim_order_touched(struct simcard *card, const char *what, uint32_t addr, uint32_t len,
		       const bool *which)
{
	struct order *order = &card->order;
	uint32_t outside = UINT32_MAX;

	for (uint32_t at = addr; at < addr + len; at++) {
		if (which && !which[at - addr])
			continue;
		order->unread[at] = true;
		if (outside == UINT32_MAX && !(order->allowed && order->allowed[at]))
			outside = at;
	}
	if (!order->limited || outside == UINT32_MAX)
		return;
	card->counts.out_of_place++;
	sim_violation(card, "%s in 0x%x touches 0x%x, which is not to be changed", what, addr,
		      outside);
}

void sim_order_after(struct simcard *card)
{
	if (card->order.asked)
		check_order(card);
}

void sim_order_fetched(struct simcard *card, uint32_t addr)
{
	for (uint32_t i = 0; i < 4; i++)
		card->order.unread[(addr + i) % card->nor.size] = false;
}
