/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A programmer for flashrom: the card's flash behind the serprog protocol, version 1, as flashrom's
 * document serprog-protocol.txt describes it.
 */
#ifndef CX3FLASH_SERPROG_H
#define CX3FLASH_SERPROG_H

#include "cx3flash/device.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct cx3_serprog_options {
	size_t size;	  /* sizeof, or 0: cx3flash/version.h */
	bool writes;	  /* what erases, programs or writes status registers is carried out ... */
	bool running_too; /* ... on a card whose firmware runs as well: else that one is only read
			   */
};

/* What a client did. */
struct cx3_serprog_counts {
	size_t size;	     /* sizeof, or 0: cx3flash/version.h */
	uint64_t operations; /* SPI operations that were carried out */
	uint64_t refused;    /* ... answered with NAK */
	uint64_t erases, programs, status_writes;
};

/*
 * Serves one client: reads its commands from `in` and answers on `out`, file descriptors that stay
 * the caller's (they may be the same), until it closes the connection, or for 3 s sends nothing in
 * the middle of a command. Half a command is never carried out. `device` is open down to the flash.
 * On a pseudo terminal (`in` is its master) a client has gone when nobody has the other end open.
 * Give each client one of its own: what two send that follow each other is one stream there.
 *
 * With `writes` this is the one way past the jobs in which a card is written to (cx3flash/job.h):
 * nothing is planned, backed up or checked, and there is no journal.
 *
 * Each SPI operation that is known is carried out by the library's own way to do it: the flash is
 * idle when it is answered, and programs and erases have been seen to be carried out. What is not
 * known, or would erase the whole chip in one command, is answered with NAK; why is logged.
 *
 * `options` (all 0), `counts` and `watch` may be NULL; of `watch` its `cancelled` is asked between
 * two commands, and while none comes. CX3_OK when the client has gone or hangs; CX3_E_INTERRUPTED;
 * CX3_E_IO if the connection fails. What fails on the card is the client's to know (NAK) and in the
 * log; CX3_E_GONE ends it. CX3_E_USAGE for the size of a struct, before anything is read
 * (cx3flash/version.h).
 */
int cx3_serprog_serve(struct cx3_device *device, int in, int out,
		      const struct cx3_serprog_options *options, const struct cx3_watch *watch,
		      struct cx3_serprog_counts *counts, struct cx3_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
