/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware and a host's driver, who use the card beside the tool:
 *
 *   fw-gateway=MS    the running firmware does not take the semaphore: every MS ms, before the
 *                    tool's next access to a gateway register, it sends a command of its own, in
 *                    turn a status and a read of 16 bytes of the image that runs. If the gateway
 *                    is busy then, it waits until it is not. A chip select that the tool holds
 *                    gets the bytes of this command, and rises
 *   reset-every=N    somebody resets the chip before each N-th register write, and does not ask
 *   driver-reset=N   after each N-th register write a driver wants the flash semaphore. It waits
 *                    for 10 s; if it gets it, it resets the chip 2 ms later, which frees it
 *
 * In the card's own time, and counted from its opening, so that a run can be had again. What they do is as the
 * published sources of Linux' driver and of iPXE have it, fw-gateway= apart: of that nothing is
 * known.
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

void sim_others_write(struct simcard *card)
{
	const struct habits *h = &card->habits;
	struct others *o = &card->others;

	o->writes++;
	if (h->reset_every && o->writes % h->reset_every == 0)
		sim_boot_reset_by_host(card);
	if (h->driver_reset && o->writes % h->driver_reset == 0 && !o->waiting_ns &&
	    !o->reset_at_ns)
		o->waiting_ns = card->now_ns;
}

void sim_others_tick(struct simcard *card)
{
	struct others *o = &card->others;

	if (o->waiting_ns && card->now_ns - o->waiting_ns > DRIVER_WAITS_NS)
		o->waiting_ns = 0;
	if (o->waiting_ns && card->semaphore.holder != SIM_TOOL &&
	    card->semaphore.holder != SIM_LEFT) {
		o->waiting_ns = 0;
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
	card->others.waiting_ns = card->others.reset_at_ns = 0;
}
