/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * usb_card ADAPTER PORT CARD COUNTS: plugs a simulated card in and serves it
 * (of a diolan or mtusb1 also with queue=N or loses=1, as u2c_dongle.h has them) until SIGTERM or
 * until the cable is pulled; then writes its file back, and what it saw into COUNTS.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "usb_card.h"

static struct usb_card the_card;

static void pull(int sig)
{
	(void)sig;
	usb_card_pull(&the_card);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = pull};
	int rc;

	if (argc != 5) {
		fprintf(stderr, "usage: usb_card tiny-usb|diolan PORT FILE[,option=...] COUNTS\n");
		return 2;
	}
	if (!usb_card_plug(&the_card, argv[1], (unsigned)strtoul(argv[2], NULL, 10), argv[3]))
		return 1;
	sigaction(SIGTERM, &action, NULL);
	rc = usb_card_serve(&the_card);
	return usb_card_close(&the_card, argv[4]) && rc == 0 ? 0 : 1;
}
