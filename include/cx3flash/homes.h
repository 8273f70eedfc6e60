/* SPDX-License-Identifier: BSD-2-Clause */
/* What is found at the places of a flash where images and configuration lie. */
#ifndef CX3FLASH_HOMES_H
#define CX3FLASH_HOMES_H

#include "cx3flash/fs2.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What is known of the image in one home. */
enum cx3_home_health {
	CX3_HOME_UNCHECKED, /* its CRCs were not read in this run */
	CX3_HOME_WHOLE,	    /* every CRC was read in this run and is right */
	CX3_HOME_DAMAGED    /* a CRC is wrong, or it does not parse */
};

/* A place on the flash that carries an image's signature. */
struct cx3_home {
	uint32_t start; /* flash address */
	bool boots;	/* the lowest start: the one that the chip takes */
	bool readable;	/* `info` is valid */
	enum cx3_home_health health;
	struct cx3_fs2_info info;
	char problem[192]; /* what is wrong with it; empty if nothing is known to be */
};

/*
 * The non-volatile configuration at the end of a home, which firmware and host write. Its
 * format is not public: that one is damaged is concluded from how it looks, that it is sane
 * can't be told.
 */
enum cx3_config_state {
	CX3_CONFIG_UNREAD,
	CX3_CONFIG_BLANK,
	CX3_CONFIG_USED,   /* looks as a store in NOR flash does: from its beginning on */
	CX3_CONFIG_DAMAGED /* it does not */
};
struct cx3_config_facts {
	uint32_t start, len; /* flash addresses, bytes */
	enum cx3_config_state state;
};
#define CX3_CONFIG_AREAS 2u

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
