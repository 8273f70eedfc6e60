/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>

#include "cli.h"

int main(int argc, char **argv)
{
	/* a closed pipe shows as a failed write, never kills a card's command half way */
	signal(SIGPIPE, SIG_IGN);
	return cli_main(argc, argv);
}
