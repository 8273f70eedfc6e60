/* SPDX-License-Identifier: BSD-2-Clause */
/* serprog: the card's flash for flashrom, on a port of this machine or a pseudo terminal. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "commands.h"
#include "cx3flash/serprog.h"
#include "screen.h"

#define USUAL_PORT 4242u
#define LOOK_MS 100

/* Where clients come from: one at a time. */
struct place {
	int fd;	  /* that listens; or the pseudo terminal of the next client */
	int kept; /* the terminal's other end, until a client has it open; -1: none */
	bool terminal;
	char folder[64]; /* of `link`, made for it */
	char link[80];	 /* leads to the other end */
	char name[112];	 /* as flashrom's -p has it */
};

static int no_place(struct cli *cli, const char *what)
{
	return cx3_fail(&cli->err, CX3_E_FILE, what,
			"This can't be opened: %s.\n"
			"Name another port, or use --pty.",
			cx3_errno_text(errno));
}

/* For this machine alone: the protocol asks nobody who he is. */
static int listen_on(struct cli *cli, unsigned port, struct place *place)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port),
				      .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);
	int on = 1;
	char what[32];

	snprintf(what, sizeof(what), "127.0.0.1:%u", port);
	place->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (place->fd < 0)
		return no_place(cli, what);
	(void)setsockopt(place->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(place->fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(place->fd, 1) != 0 ||
	    getsockname(place->fd, (struct sockaddr *)&address, &len) != 0)
		return no_place(cli, what);
	snprintf(place->name, sizeof(place->name), "serprog:ip=127.0.0.1:%u",
		 ntohs(address.sin_port));
	return CX3_OK;
}

static int open_kept(struct place *place, const char *other)
{
	struct termios raw;

	place->kept = open(other, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (place->kept < 0 || tcgetattr(place->kept, &raw) != 0)
		return -1;
	cfmakeraw(&raw);
	return tcsetattr(place->kept, TCSANOW, &raw);
}

/*
 * A terminal has no connections: what two clients send that come one after the other would be one
 * stream, in which the second finishes what the first has begun. So each gets a terminal of its
 * own, and the name that it opens is a link to the next one's. A client has gone when nobody has
 * the other end open. It is held here until there is a client, as its first bytes show.
 */
static int next_terminal(struct cli *cli, struct place *place)
{
	char fresh[80];
	const char *other;

	place->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (place->fd < 0 || grantpt(place->fd) != 0 || unlockpt(place->fd) != 0)
		return no_place(cli, "a pseudo terminal");
	other = ptsname(place->fd);
	if (!other || open_kept(place, other) != 0)
		return no_place(cli, "a pseudo terminal");
	snprintf(fresh, sizeof(fresh), "%s/next", place->folder);
	if (symlink(other, fresh) != 0 || rename(fresh, place->link) != 0)
		return no_place(cli, place->link);
	return CX3_OK;
}

static int open_terminals(struct cli *cli, struct place *place)
{
	const char *tmp = getenv("TMPDIR");
	int len = snprintf(place->folder, sizeof(place->folder), "%s/cx3flash-XXXXXX",
			   tmp && tmp[0] == '/' ? tmp : "/tmp");

	place->terminal = true;
	if (len >= (int)sizeof(place->folder))
		snprintf(place->folder, sizeof(place->folder), "/tmp/cx3flash-XXXXXX");
	if (!mkdtemp(place->folder)) {
		place->folder[0] = '\0';
		return no_place(cli, "a folder for the terminal's name");
	}
	snprintf(place->link, sizeof(place->link), "%s/serprog", place->folder);
	snprintf(place->name, sizeof(place->name), "serprog:dev=%s:115200", place->link);
	return next_terminal(cli, place);
}

static void close_place(const struct place *place)
{
	if (place->fd >= 0)
		close(place->fd);
	if (place->kept >= 0)
		close(place->kept);
	if (place->folder[0]) {
		unlink(place->link);
		rmdir(place->folder);
	}
}

/* The terminal that a client has opened, in *fd; the next client's takes its place. */
static int take_terminal(struct cli *cli, struct place *place, int *fd)
{
	int kept = place->kept, rc;

	*fd = place->fd;
	place->kept = -1;
	rc = next_terminal(cli, place);
	close(kept);
	return rc;
}

/* Waits for the next client; *fd is -1 when it is time to stop, else the caller's, also after a
 * failure. */
static int next_client(struct cli *cli, struct place *place, int *fd)
{
	struct pollfd look = {.fd = place->fd, .events = POLLIN};
	int on = 1;

	*fd = -1;
	while (*fd < 0) {
		if (cli->watch.cancelled(cli->watch.user))
			return CX3_OK;
		if (poll(&look, 1, LOOK_MS) <= 0)
			continue;
		if (place->terminal)
			return take_terminal(cli, place, fd);
		*fd = accept4(place->fd, NULL, NULL, SOCK_CLOEXEC);
	}
	(void)setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return CX3_OK;
}

/*
 * Beside a JSON document, too: who starts the client must know the port. flashrom 1.3 has several
 * definitions for the ids of many parts, and its names for them are another version's tomorrow: its
 * own list is the one to choose from.
 */
static void tell_place(struct cli *cli, const struct place *place)
{
	FILE *out = cli->options.json ? screen_err() : screen_out();

	fprintf(out,
		"-I- Waiting for flashrom: flashrom -p %s -r FILE\n"
		"-I- If it says \"Multiple flash chip definitions match\", take from its list the name "
		"that is the part's; this flash is a %s: flashrom -p %s -c NAME -r FILE\n"
		"-I- Ctrl-C ends it.\n",
		place->name, cx3_flash_part(cli->session.flash)->name, place->name);
	fflush(out);
}

static void tell_counts(struct cli *cli, const struct cx3_serprog_counts *n)
{
	say(cli,
	    "-I- The client has gone: %llu SPI operations (%llu erases, %llu programs, %llu writes of "
	    "status registers), %llu refused.\n",
	    (unsigned long long)n->operations, (unsigned long long)n->erases,
	    (unsigned long long)n->programs, (unsigned long long)n->status_writes,
	    (unsigned long long)n->refused);
	fflush(screen_out());
}

static void add_counts(struct cx3_serprog_counts *all, const struct cx3_serprog_counts *n)
{
	all->operations += n->operations;
	all->refused += n->refused;
	all->erases += n->erases;
	all->programs += n->programs;
	all->status_writes += n->status_writes;
}

/* Clients one after the other. A wish to stop is the usual end, and no failure. */
static int serve(struct cli *cli, struct place *place, const struct cx3_serprog_options *options,
		 struct cx3_serprog_counts *all)
{
	int rc = CX3_OK;

	do {
		struct cx3_serprog_counts n = {0};
		int fd;

		rc = next_client(cli, place, &fd);
		if (fd < 0)
			return rc;
		if (rc == CX3_OK)
			rc = cx3_serprog_serve(cli->session.device, fd, fd, options, &cli->watch,
					       &n, &cli->err);
		close(fd);
		add_counts(all, &n);
		tell_counts(cli, &n);
	} while (rc == CX3_OK && !cli->options.once);
	/* a client may stay connected: stopping is how it ends */
	return rc == CX3_E_INTERRUPTED ? CX3_OK : rc;
}

/* Says whether what changes the flash is carried out, and asks. */
static int tell_writes(struct cli *cli, bool *writes)
{
	bool runs = cx3_card_identity(cli->session.card)->state != CX3_CARD_LIVEFISH;

	*writes = !runs || cli->options.i_know;
	if (!*writes) {
		say(cli, "-I- The card's firmware runs: it is only read. --i-know lets the client "
			 "write to it.\n");
		return CX3_OK;
	}
	say(cli,
	    "-W- What the client erases, programs and locks is carried out: no backup is made, "
	    "nothing is checked, and a wrong image may leave a card that does not start. Make a "
	    "backup first.\n");
	if (runs)
		say(cli,
		    "-W- The card's firmware runs. Unload the host's driver (mlx4_core), and let "
		    "the host not boot from the network meanwhile.\n");
	return ask_continue(cli, &cli->err);
}

static void tell_json(struct cli *cli, const char *programmer, bool writes,
		      const struct cx3_serprog_counts *n)
{
	json_text(cli->json, "programmer", programmer);
	json_flag(cli->json, "writes", writes);
	json_number(cli->json, "operations", n->operations);
	json_number(cli->json, "refused", n->refused);
	json_number(cli->json, "erases", n->erases);
	json_number(cli->json, "programs", n->programs);
	json_number(cli->json, "status_writes", n->status_writes);
}

static int run(struct cli *cli)
{
	const struct cx3_serprog_options options = {.writes = true,
						    .running_too = cli->options.i_know};
	struct cx3_serprog_counts all = {0};
	struct place place = {.fd = -1, .kept = -1};
	uint64_t port = USUAL_PORT;
	bool writes = false;
	int rc = CX3_OK;

	if (cli->argc > 0)
		rc = parse_number(cli->argv[0], "PORT", 65535, &port, &cli->err);
	if (rc == CX3_OK && cli->argc > 0 && cli->options.pty)
		rc = cx3_fail(&cli->err, CX3_E_USAGE, "--pty",
			      "A pseudo terminal has no port: leave one of both out.");
	if (rc == CX3_OK)
		rc = session_open(cli, CX3_OPEN_FLASH);
	if (rc == CX3_OK)
		rc = tell_writes(cli, &writes);
	if (rc == CX3_OK)
		rc = cli->options.pty ? open_terminals(cli, &place)
				      : listen_on(cli, (unsigned)port, &place);
	if (rc == CX3_OK) {
		tell_place(cli, &place);
		rc = serve(cli, &place, &options, &all);
		tell_json(cli, place.name, writes, &all);
	}
	close_place(&place);
	return rc;
}

const struct command cmd_serprog = {
	.name = "serprog",
	.args = "[PORT]",
	.summary = "let flashrom read and write the card's flash",
	.help = "Serves flashrom's serprog protocol on 127.0.0.1, port PORT (4242; 0: a free one), or\n"
		"with --pty on pseudo terminals, for one client after the other. Reads, programs of\n"
		"pages (SST25VF: of words), erases of 4, 32 and 64 KiB, ids and status registers are\n"
		"carried out in the ways of this program; all else is refused with NAK (--verbose tells\n"
		"what). A running card is only read unless --i-know is given.",
	.example = "-d ft232h serprog",
	.group = GROUP_BENCH,
	.target = TARGET_DEVICE,
	.max_args = 1,
	.scope = SCOPE_SERPROG,
	.run = run,
};
