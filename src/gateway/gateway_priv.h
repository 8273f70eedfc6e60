/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_GATEWAY_PRIV_H
#define CX3_GATEWAY_PRIV_H

/* What the files of src/gateway share with each other. */
#include "gateway/gateway.h"

/* ways.c */
void cx3_ways_init(struct cx3_gateway *gw);
/* CX3_E_USAGE where something is assumed of a way that only a newer version has. */
int cx3_ways_check(const struct cx3_assumptions *assumptions, struct cx3_error *err);
static inline bool cx3_way_is_open(const struct cx3_gateway *gw, enum cx3_way way)
{
	return gw->way[way].state == CX3_WAY_UNKNOWN;
}

/* Data must be seen before held reads or a bare head can be decided. */
static inline bool cx3_gw_undecided(const struct cx3_gateway *gw)
{
	return cx3_gw_groups(gw) &&
	       (cx3_way_is_open(gw, CX3_WAY_HELD_READ) || cx3_way_is_open(gw, CX3_WAY_BARE_HEAD));
}
/* Decides on those in `blocks` blocks that were read at addr. Data that can prove nothing
 * leave everything as it is. */
#define PROOF_BLOCKS 8u
int cx3_gw_prove(struct cx3_gateway *gw, uint32_t addr, const uint32_t *words, size_t blocks,
		 struct cx3_error *err);

/* What a stream came to. */
struct cx3_gw_stream {
	bool bare_head; /* asked for: opcode and address are a command of their own */
	bool echoes;	/* asked for: each command is read back, which proves blank blocks */
	size_t sure;	/* blocks that have surely arrived */
	bool suspect;	/* the gateway was busy at the end, or echoed another address or head */
	bool head_echo; /* the first command read back as it was written */
};
int cx3_gw_read_stream(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		       struct cx3_gw_stream *stream, struct cx3_error *err);

/* anchor.c: `words` is the block at addr, read in two ways with the same result. */
void cx3_gw_take_anchor(struct cx3_gateway *gw, uint32_t addr, const uint32_t *words);
/* After a stream whose last block is `last`. If that is blank and the anchor does not read as
 * it did: CX3_E_GATEWAY where the flash does not answer at all, else CX3_E_CHANGED. Or a
 * bus error. */
int cx3_gw_check_anchor(struct cx3_gateway *gw, const uint32_t *last, struct cx3_error *err);

/* Takes the semaphore, or takes it over where the card's options allow that. */
int cx3_gw_lock(struct cx3_gateway *gw, struct cx3_error *err);

/* True if the block of four words is all ones. */
static inline bool cx3_gw_is_blank(const uint32_t *words)
{
	return (words[0] & words[1] & words[2] & words[3]) == UINT32_MAX;
}

#endif
