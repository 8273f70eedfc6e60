/* SPDX-License-Identifier: BSD-2-Clause */
/* From a device name to one USB board, or a list of those that it might mean. */
#include "usb.h"

#include <stdio.h>
#include <string.h>

/* A vid or pid of 0 and a NULL are no wish. */
struct wish {
	uint64_t vid, pid;
	const char *serial;
	const char *port;
};

static int take_wish(struct cx3_devname *name, struct wish *wish, struct cx3_error *err)
{
	int rc = cx3_devname_take_uint(name, "vid", 1, 0xffff, &wish->vid, err);

	if (rc == CX3_OK)
		rc = cx3_devname_take_uint(name, "pid", 1, 0xffff, &wish->pid, err);
	wish->serial = cx3_devname_take(name, "serial");
	wish->port = cx3_devname_take(name, "usb");
	return rc;
}

static bool fits(const struct cx3_usb_board *board, const struct wish *wish)
{
	return (!wish->serial || strcmp(wish->serial, board->serial) == 0) &&
	       (!wish->port || strcmp(wish->port, board->port) == 0);
}

static void keep_fitting(struct cx3_usb_boards *boards, const struct wish *wish)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < boards->count; i++) {
		if (fits(&boards->board[i], wish))
			boards->board[kept++] = boards->board[i];
	}
	boards->count = kept;
}

/* "usb=1-2 (0403:6014, serial FT4X1234), ..." */
static void list_boards(const struct cx3_usb_boards *boards, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < boards->count && len < size; i++) {
		const struct cx3_usb_board *board = &boards->board[i];

		len += (size_t)snprintf(text + len, size - len, "%susb=%s (%04x:%04x, serial %s)",
					i ? ", " : "", board->port, board->vid, board->pid,
					board->serial[0] ? board->serial : "(none)");
	}
}

static int none_fits(const struct cx3_usb_kind *kind, const struct wish *wish, const char *others,
		     struct cx3_error *err)
{
	char asked[160] = "";

	if (wish->serial)
		snprintf(asked, sizeof(asked), " with serial=%s", wish->serial);
	else if (wish->port)
		snprintf(asked, sizeof(asked), " at usb=%s", wish->port);
	if (others[0])
		return cx3_fail(err, CX3_E_NO_DEVICE, kind->scheme,
				"There is no board%s, only %s.\n"
				"Name one of these, or plug the other one in.",
				asked, others);
	return cx3_fail(err, CX3_E_NO_DEVICE, kind->scheme,
			"There is no %s on USB%s.\n"
			"Plug the board in, and see with lsusb that it is there (%04x:%04x). One "
			"with other ids needs vid= and pid= in the device name.",
			kind->chips, asked, kind->vid, kind->pids[0]);
}

int cx3_usb_find(const struct cx3_usb_system *sys, const struct cx3_usb_kind *kind,
		 struct cx3_devname *name, struct cx3_usb_board *board, struct cx3_error *err)
{
	struct cx3_usb_kind wanted = *kind;
	struct cx3_usb_boards boards;
	struct wish wish = {0};
	char all[320];
	int rc = take_wish(name, &wish, err);

	if (rc != CX3_OK)
		return rc;
	if (wish.vid)
		wanted.vid = (uint16_t)wish.vid;
	if (wish.pid) {
		wanted.pids[0] = (uint16_t)wish.pid;
		wanted.pids[1] = 0;
	}
	cx3_usb_list(sys, &wanted, &boards);
	list_boards(&boards, all, sizeof(all));
	keep_fitting(&boards, &wish);
	if (boards.count == 0)
		return none_fits(&wanted, &wish, all, err);
	if (boards.count > 1)
		return cx3_fail(err, CX3_E_USAGE, kind->scheme,
				"%u boards are attached: %s.\n"
				"Name the right one, as in %s:usb=%s.",
				boards.count, all, kind->scheme, boards.board[0].port);
	*board = boards.board[0];
	return CX3_OK;
}
