/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware and a host's driver, who use the card beside the tool:
 *
 *   fw-gateway=MS    the running firmware does not take the semaphore: every MS ms, before the
 *                    tool's next access to a gateway register, it sends a command of its own, in
 *                    turn a status and a read of 16 bytes of the image that runs. If the gateway
 *                    is busy then, it waits until it is not. A chip select that the tool holds
 *                    gets the bytes of this command, and rises
 *   reset-every=MS   somebody resets the chip every MS ms, and does not ask
 *   driver-reset=MS  every MS ms a driver wants the flash semaphore. It waits for 10 s; if it gets
 *                    it, it resets the chip 2 ms later, which frees it
 *
 * In the card's own time, and counted from its opening, so that a run can be had again. What they
 * do is as the published sources of Linux' driver and of iPXE have it, fw-gateway= apart: of that
 * nothing is known.
 */
#include "model.h"

#define DRIVER_WAITS_NS UINT64_C(10000000000)
#define DRIVER_RESETS_NS 2000000u

/* The firmware's reads go over so many bytes from its image's start. */
#define READ_SPAN 0x1000u
#define READ_STEP 0x30u

void sim_others_gateway(struct simcard *card)
{
	uint64_t period_ns = card->habits.fw_gateway_ms * 1000000;
	struct others *o = &card->others;
	uint32_t addr;

	if (!period_ns || card->boot.livefish || card->now_ns - o->intruded_ns < period_ns)
		return;
	addr = (card->boot.address >> 8) + (uint32_t)(o->intrusions * READ_STEP % READ_SPAN);
	if (!sim_gateway_intrude(card, o->intrusions % 2 == 0, addr))
		return;
	o->intrusions++;
	o->intruded_ns = card->now_ns;
}

void sim_others_tick(struct simcard *card)
{
	const struct habits *h = &card->habits;
	struct others *o = &card->others;

	if (h->reset_every_ms && card->now_ns - o->reset_ns >= h->reset_every_ms * 1000000) {
		o->reset_ns = card->now_ns;
		sim_boot_reset_by_host(card);
	}
	if (h->driver_reset_ms && card->now_ns - o->wanted_ns >= h->driver_reset_ms * 1000000) {
		o->wanted_ns = card->now_ns;
		o->waits = !o->reset_at_ns;
	}
	if (o->waits && card->now_ns - o->wanted_ns > DRIVER_WAITS_NS)
		o->waits = false;
	if (o->waits && card->semaphore.holder != SIM_TOOL && card->semaphore.holder != SIM_LEFT) {
		o->waits = false;
		o->reset_at_ns = card->now_ns + DRIVER_RESETS_NS;
		card->semaphore.holder = SIM_FIRMWARE;
	}
	if (o->reset_at_ns && card->now_ns >= o->reset_at_ns)
		sim_boot_reset_by_host(card);
}

bool sim_others_hold(const struct simcard *card)
{
	return card->others.reset_at_ns != 0;
}

void sim_others_reset(struct simcard *card)
{
	card->others.waits = false;
	card->others.reset_at_ns = 0;
}
