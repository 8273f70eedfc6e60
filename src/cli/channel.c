/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing to a descriptor without ever waiting for its reader; see channel.h. */
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe that poll calls writable has room for this much (POSIX PIPE_BUF is at least 512). */
#define ASKED_AT_A_TIME 512u

void channel_open(struct channel *channel, int fd, size_t limit)
{
	struct stat st;
	char path[32];
	int own;

	memset(channel, 0, sizeof(*channel));
	channel->fd = fd;
	channel->limit = limit;
	/* a second opening of a plain file would start at its beginning; and files never wait */
	if (fstat(fd, &st) != 0 || S_ISREG(st.st_mode))
		return;
	/* one that can't be written to stays so: its writes fail, and that is told */
	if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return;
	channel->asks = true;
	if (!S_ISCHR(st.st_mode) && !S_ISFIFO(st.st_mode))
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (own < 0)
		return;
	channel->fd = own;
	channel->own = true;
	channel->asks = false;
}

static bool writable(const struct channel *channel, int timeout)
{
	struct pollfd fd = {.fd = channel->fd, .events = POLLOUT};

	return poll(&fd, 1, timeout) > 0;
}

/* Bytes written; 0 if it would wait; -1 with errno for a real failure. */
static ssize_t write_now(const struct channel *channel, const char *text, size_t len)
{
	ssize_t n;

	do {
		if (channel->asks) {
			if (!writable(channel, 0))
				return 0;
			len = len < ASKED_AT_A_TIME ? len : ASKED_AT_A_TIME;
		}
		n = write(channel->fd, text, len);
	} while (n < 0 && errno == EINTR);
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : n;
}

static void drop_kept(struct channel *channel)
{
	channel->start = 0;
	channel->end = 0;
	channel->frame_len = 0;
}

static bool keep(struct channel *channel, const char *text, size_t len)
{
	size_t held = channel->end - channel->start;

	if (channel->limit && held + len > channel->limit)
		return false;
	if (channel->end + len > channel->room) {
		size_t room = (held + len) * 2 + 4096;
		char *more = malloc(room);

		if (!more)
			return false;
		if (held)
			memcpy(more, channel->kept + channel->start, held);
		free(channel->kept);
		channel->kept = more;
		channel->room = room;
		channel->start = 0;
		channel->end = held;
	}
	memcpy(channel->kept + channel->end, text, len);
	channel->end += len;
	return true;
}

/* The picture that was drawn before a line stays before it. */
static void keep_frame(struct channel *channel)
{
	if (channel->frame_len && !keep(channel, channel->frame, channel->frame_len))
		channel->lost++;
	channel->frame_len = 0;
}

/* False if the picture, or a part of it, is still to be written. */
static bool write_frame(struct channel *channel)
{
	size_t len = channel->frame_len;
	ssize_t n = len ? write_now(channel, channel->frame, len) : 0;

	if (n == 0)
		return len == 0;
	channel->frame_len = 0;
	if (n < 0 && !channel->error)
		channel->error = errno;
	if (n < 0 || (size_t)n == len)
		return true;
	/* a begun picture is finished: half an escape sequence would garble the terminal */
	return !keep(channel, channel->frame + n, len - (size_t)n);
}

/* True when nothing is kept any more. */
static bool write_kept(struct channel *channel)
{
	while (channel->start < channel->end) {
		ssize_t n = write_now(channel, channel->kept + channel->start,
				      channel->end - channel->start);

		if (n == 0)
			return false;
		if (n < 0) {
			if (!channel->error)
				channel->error = errno;
			drop_kept(channel); /* there is no reader: nothing of it can be saved */
			return true;
		}
		channel->start += (size_t)n;
	}
	channel->start = 0;
	channel->end = 0;
	return write_frame(channel);
}

void channel_put(struct channel *channel, const char *text, size_t len)
{
	write_kept(channel);
	if (len <= sizeof(channel->frame) && len > 0 && text[0] == '\r') {
		memcpy(channel->frame, text, len);
		channel->frame_len = len;
	} else {
		keep_frame(channel);
		if (!keep(channel, text, len)) {
			channel->lost++;
			if (!channel->limit && !channel->error)
				channel->error = ENOMEM;
		}
	}
	write_kept(channel);
}

bool channel_settle(struct channel *channel)
{
	while (!write_kept(channel)) {
		struct pollfd fd = {.fd = channel->fd, .events = POLLOUT};

		if (poll(&fd, 1, -1) < 0)
			return false;
	}
	return true;
}

void channel_put_now(const struct channel *channel, const char *text, size_t len)
{
	ssize_t n = write_now(channel, text, len);

	(void)n;
}

void channel_close(struct channel *channel)
{
	if (channel->own)
		close(channel->fd);
	free(channel->kept);
	memset(channel, 0, sizeof(*channel));
	channel->fd = -1;
}
