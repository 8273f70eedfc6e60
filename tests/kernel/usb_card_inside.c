/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same card, served by a thread inside the program under test (LD_PRELOAD):
 *   CX3_USB_CARD="ADAPTER PORT CARD COUNTS NODE" LD_PRELOAD=... cx3flash ...
 * The program and the kernel's driver are the same as ever. But a USB request then
 * costs no change of address space, which an emulated CPU is slow at.
 * main() begins once NODE (/dev/i2c-N) is there; the card is closed when it ends.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "usb_card.h"

#define NODE_WAIT_MS 10000

static struct usb_card the_card;
static char counts[128];
static pthread_t thread;
static bool running;

static void *serve(void *unused)
{
	(void)unused;
	usb_card_serve(&the_card);
	return NULL;
}

__attribute__((constructor)) static void plug_in(void)
{
	const char *text = getenv("CX3_USB_CARD");
	char adapter[16], port[8], card[400], node[32];
	sigset_t all, old;

	if (!text ||
	    sscanf(text, "%15s %7s %399s %127s %31s", adapter, port, card, counts, node) != 5)
		return;
	unsetenv("CX3_USB_CARD"); /* the program's own children get no card */
	if (!usb_card_plug(&the_card, adapter, (unsigned)strtoul(port, NULL, 10), card))
		_exit(99);
	/* Signals are the program's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	running = pthread_create(&thread, NULL, serve, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	for (unsigned ms = 0; access(node, F_OK) != 0; ms += 20) {
		if (ms >= NODE_WAIT_MS) {
			fprintf(stderr, "usb_card: %s did not appear\n", node);
			_exit(99);
		}
		usleep(20000);
	}
}

__attribute__((destructor)) static void pull_out(void)
{
	if (!running)
		return;
	usb_card_pull(&the_card);
	pthread_join(thread, NULL);
	usb_card_close(&the_card, counts);
}
