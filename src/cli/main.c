/* SPDX-License-Identifier: BSD-2-Clause */
/* The program's entry: what must be true of the process before anything else runs. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>

#include "cli.h"
#include "exit_code.h"

/*
 * open() gives out the lowest free number. If descriptor 1 or 2 is closed (a
 * script's >&-, a daemon), the first device that is opened gets that number, and
 * everything that is printed is written to the card. /dev/null is opened to read, so
 * that printing to a descriptor that was closed fails: an answer that nobody got is an
 * error, and says so where it can.
 */
static bool standard_descriptors_open(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	/* nothing can be printed: a descriptor to print to is what is missing */
	if (!standard_descriptors_open())
		return EXIT_OTHER;
	/* a closed pipe shows as a failed write, never kills a card's command half way */
	signal(SIGPIPE, SIG_IGN);
	/* a file at the limit of `ulimit -f` is an error of writing, and no end in the middle */
	signal(SIGXFSZ, SIG_IGN);
	return cli_main(argc, argv);
}
